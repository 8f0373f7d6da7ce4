"""Passkeys as second factor (W3C Web Authentication Level 3): a phone, a security key.

The challenge is derived from the session's own cookie: 256 random bits, never sent twice, dead once
the session is renewed. So nothing has to be stored between the two pages.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from intake_app.accounts import second_factor
from intake_app.accounts.sessions import PendingSignIn, StaffIdentity
from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import decrypt_directory
from intake_app.models.engine import transaction
from intake_app.models.staff import SecondFactor

MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class WrongPasskey(second_factor.FactorNotProven):
    """The browser's answer does not prove a passkey of this person on this site."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Where the browser is. host: without port; origin: as the browser writes it."""

    host: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Passkeys belong to a name, never to a number such as 127.0.0.1 (WebAuthn, 5.1.2)."""
        return not self.host.startswith("[") and not self.host.replace(".", "").isdecimal()


def registration_options(
    runtime: Runtime, site: RelyingParty, person: tuple[str, str], cookie: str
) -> str:
    """What the browser needs to make a passkey (JSON). person: id and name."""
    practitioner_id, name = person
    with transaction(runtime.engine, write=False) as session:
        known = [descriptor for descriptor, _ in _passkeys(session, runtime, practitioner_id)]
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Client intake",
        user_name=name,
        user_id=practitioner_id.encode(),
        challenge=_challenge(runtime, cookie),
        exclude_credentials=known,
    )
    return webauthn.options_to_json(options)


def add(
    session: Session,
    runtime: Runtime,
    site: RelyingParty,
    practitioner_id: str,
    cookie: str,
    answer: str,
) -> None:
    """Keep a new passkey. Raises WrongPasskey."""
    try:
        proven = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=_challenge(runtime, cookie),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except MALFORMED as error:
        raise WrongPasskey from error
    kept = {
        "id": bytes_to_base64url(proven.credential_id),
        "key": bytes_to_base64url(proven.credential_public_key),
    }
    second_factor.store_factor(
        session,
        runtime,
        practitioner_id,
        "passkey",
        json.dumps(kept).encode(),
        proven.sign_count,
    )


def enrol(
    runtime: Runtime, site: RelyingParty, waiting: PendingSignIn, answer: str
) -> tuple[str, tuple[str, ...]]:
    """A passkey as the first second factor; see factors.first. Raises WrongPasskey."""
    return second_factor.first_factor(
        runtime,
        waiting,
        lambda session: add(
            session, runtime, site, waiting.practitioner_id, waiting.cookie, answer
        ),
    )


def add_another(runtime: Runtime, site: RelyingParty, me: StaffIdentity, answer: str) -> None:
    """One more passkey for somebody signed in. Raises WrongPasskey."""
    with transaction(runtime.engine, write=True) as session:
        add(session, runtime, site, me.practitioner_id, me.cookie, answer)


def authentication_options(
    runtime: Runtime, site: RelyingParty, waiting: PendingSignIn
) -> str | None:
    """What the browser needs to ask for a passkey (JSON); None when this person has none."""
    with transaction(runtime.engine, write=False) as session:
        known = [
            descriptor for descriptor, _ in _passkeys(session, runtime, waiting.practitioner_id)
        ]
    if not known:
        return None
    challenge = _challenge(runtime, waiting.cookie)
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, allow_credentials=known
    )
    return webauthn.options_to_json(options)


def sign_in_with_passkey(
    runtime: Runtime, site: RelyingParty, waiting: PendingSignIn, answer: str
) -> str:
    """The right passkey opens the session; returns its cookie.

    Raises WrongPasskey, or throttle.TooManyTries.
    """
    return second_factor.open_with(
        runtime, waiting, lambda session: _spend(session, runtime, site, waiting, answer)
    )


def _spend(
    session: Session, runtime: Runtime, site: RelyingParty, waiting: PendingSignIn, answer: str
) -> None:
    try:
        named = base64url_to_bytes(json.loads(answer)["rawId"])
        factor, key = next(
            (row, key)
            for (descriptor, key), row in _with_rows(session, runtime, waiting.practitioner_id)
            if hmac.compare_digest(descriptor.id, named)
        )
        proven = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=_challenge(runtime, waiting.cookie),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key,
            credential_current_sign_count=factor.counter,
        )
    except (*MALFORMED, StopIteration) as error:
        raise WrongPasskey from error
    factor.counter = proven.new_sign_count


Known = tuple[PublicKeyCredentialDescriptor, bytes]


def _passkeys(session: Session, runtime: Runtime, practitioner_id: str) -> list[Known]:
    return [known for known, _ in _with_rows(session, runtime, practitioner_id)]


def _with_rows(
    session: Session, runtime: Runtime, practitioner_id: str
) -> list[tuple[Known, SecondFactor]]:
    mine = select(SecondFactor).where(
        SecondFactor.practitioner_id == practitioner_id, SecondFactor.kind == "passkey"
    )
    return [(_read(runtime, row), row) for row in session.scalars(mine)]


def _read(runtime: Runtime, row: SecondFactor) -> Known:
    kept = json.loads(decrypt_directory(runtime.keys, f"factor:{row.id}", row.secret))
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(kept["id"])), base64url_to_bytes(
        kept["key"]
    )


def _challenge(runtime: Runtime, cookie: str) -> bytes:
    return hmac.new(
        runtime.keys.pepper, b"passkey challenge " + cookie.encode(), hashlib.sha256
    ).digest()
