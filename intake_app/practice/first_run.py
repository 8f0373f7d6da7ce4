"""The first start: a one-time code, and the one transaction that brings the practice to life.

Nothing is stored before the recovery sheet is proven: a lone therapist who forgets the passphrase
and has no sheet loses every record, and that is likelier than any thief.
"""

import base64
import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy.orm import Session

from intake_app.core import audit, throttle
from intake_app.core.runtime import Runtime
from intake_app.crypto.age import recipient_of
from intake_app.crypto.token_box import new_token
from intake_app.keys import grants, recipients
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.staff import Practitioner
from intake_app.pdf.certificate import make_practice_seal
from intake_app.practice.profile import form_of
from intake_app.practice.setup_wizard import PracticeDetails, Therapist, Wizard

CODE_LASTS = timedelta(days=1)


class WrongSetUpCode(Exception):
    """The set-up code is not the one that the last start printed."""


class SheetNotProven(Exception):
    """What was typed is not what stands on the recovery sheet."""


class AlreadySetUp(Exception):
    """The practice exists; there is nothing to set up."""


def setup_needed(runtime: Runtime) -> bool:
    """True until a practice exists."""
    with transaction(runtime.engine, write=False) as session:
        return session.get(Practice, 1) is None


def issue_setup_code(runtime: Runtime) -> str:
    """A new one-time code (128 bits, for one day) for the address that the start prints.

    The old one ends. Only its SHA-256 is kept, in a file of mode 0600 in the data folder.
    """
    code = new_token()
    path = _code_file(runtime)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(_hash(code), encoding="ascii")
    now = runtime.clock().timestamp()
    os.utime(draft, (now, now))
    draft.replace(path)
    return code


def link_in_force(runtime: Runtime) -> str:
    """Hash of the set-up code that works now; empty without one or when older than a day."""
    path = _code_file(runtime)
    try:
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return (
            path.read_text(encoding="ascii").strip() if runtime.clock() - made <= CODE_LASTS else ""
        )
    except FileNotFoundError:
        return ""


def begin_set_up(runtime: Runtime, code: str, address: str) -> Wizard:
    """Begin the set-up with the code from the terminal.

    Raises AlreadySetUp, WrongCode, or throttle.TooManyTries while a pause lasts.
    """
    if not setup_needed(runtime):
        raise AlreadySetUp
    throttle.consume(runtime, "setup", address)
    link = link_in_force(runtime)
    if not link or not hmac.compare_digest(_hash(code.strip()).encode(), link.encode()):
        raise WrongSetUpCode
    throttle.reset(runtime, "setup", address)
    return Wizard(link=link, started_at=runtime.clock().isoformat())


def finish_set_up(runtime: Runtime, wizard: Wizard, typed: tuple[str, ...]) -> None:
    """Check the sheet, then make all at once: practice, therapist, pinned keys, seal, audit entry.

    Killed half-way, the practice does not exist and the set-up can simply be done again.
    Raises NotProven or AlreadySetUp.
    """
    practice = wizard.practice
    therapist = wizard.therapist
    sheet = wizard.sheet
    if practice is None or therapist is None or sheet is None or not sheet.proven_by(typed):
        raise SheetNotProven
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        if session.get(Practice, 1) is not None:
            raise AlreadySetUp
        recipient = recipient_of(therapist.practice_secret)
        session.add(_practice(practice, recipient, sheet.recipient, now))
        _add_owner(session, runtime, therapist, now)
        grants.grant(
            session, runtime, grants.RECOVERY, sheet.recipient, [therapist.practice_secret]
        )
        recipients.prepare(runtime, recipient, sheet.recipient)
        make_practice_seal(practice.name, runtime.settings.data)
    recipients.activate_prepared(runtime)
    _code_file(runtime).unlink(missing_ok=True)


def _practice(details: PracticeDetails, recipient: str, recovery: str, now: datetime) -> Practice:
    return Practice(
        id=1,
        name=details.name,
        address=details.address,
        phone=details.phone,
        email=details.email,
        timezone=details.timezone,
        page_size=details.page_size,
        cancellation_policy=details.cancellation_policy,
        retention_years=details.retention_years,
        allergen_free=details.allergen_free,
        prenatal_trained=details.prenatal_trained,
        recipient=recipient,
        recovery_recipient=recovery,
        form_version=form_of(None).version,
        created_at=now,
    )


def _add_owner(session: Session, runtime: Runtime, therapist: Therapist, now: datetime) -> None:
    person_id = uuid4().hex
    person = Practitioner(
        id=person_id,
        name=therapist.name,
        sign_in_name=therapist.sign_in_name,
        role="owner",
        wrapped=base64.b64decode(therapist.wrapped),
        recipient=grants.sealed_public_key(runtime, person_id, therapist.own_recipient),
        created_at=now,
    )
    session.add(person)
    grants.grant(session, runtime, person_id, therapist.own_recipient, [therapist.practice_secret])
    audit.append(session, runtime.keys, "setup", person.id, "practice", now=now)


def _code_file(runtime: Runtime) -> Path:
    return runtime.settings.data / "setup-code"


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
