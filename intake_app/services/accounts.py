"""The people who work here: who has an account, with which role, and with which keys."""

import json
from collections.abc import Sequence
from uuid import uuid4

from intake_app import audit
from intake_app.house import House
from intake_app.models.engine import transaction
from intake_app.models.staff import Practitioner
from intake_app.services import staff
from intake_app.vault import passphrase as vault_passphrase

THERAPISTS = ("owner", "therapist")


def add(house: House, name: str, role: str, sign_in_name: str, passphrase: str, identities: Sequence[str]) -> str:
    """A new account; returns its id. Somebody at the desk gets no key, whatever `identities` holds."""
    bundle = json.dumps(list(identities) if role in THERAPISTS else []).encode()
    person = Practitioner(
        id=uuid4().hex,
        name=name,
        sign_in_name=staff.plain_name(sign_in_name),
        role=role,
        wrapped=vault_passphrase.wrap(bundle, passphrase, house.keys.pepper, **staff.kdf(house)),
        created_at=house.clock(),
    )
    with transaction(house.engine, write=True) as session:
        session.add(person)
        audit.append(session, house.keys, "staff.joined", person.id, person.id, now=person.created_at, role=role)
    return person.id
