"""The set-up between its pages: encrypted in a hidden field, so no half-made key is on disk.

The seal (AES-GCM under a key derived from the app key) keeps the recovery key unreadable in the
page's source, and bound to the set-up link it was started from. The passphrase is never inside,
only the key it wrapped.
"""

import base64
import json
import secrets
import zlib
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from intake_app.accounts import credentials, sessions
from intake_app.core.runtime import Runtime
from intake_app.crypto.age import new_identity
from intake_app.crypto.server_keys import DirectoryError, decrypt_directory, encrypt_directory

LASTS = timedelta(hours=2)
CONTEXT = "setup"
RECOVERY_PREFIX = "AGE-SECRET-KEY-1"
GROUP = 4
GROUPS_ASKED = 2


class WizardOver(Exception):
    """The state was changed, is older than two hours, or belongs to a link that was replaced."""


@dataclass(frozen=True, slots=True)
class PracticeDetails:
    """What the practice says about itself on the first page."""

    name: str
    address: str
    phone: str
    email: str
    timezone: str
    page_size: str
    cancellation_policy: str
    retention_years: int
    allergen_free: bool
    prenatal_trained: bool


@dataclass(frozen=True, slots=True)
class Therapist:
    """The first account: its key pair, wrapped with the passphrase (base64), and practice key."""

    name: str
    sign_in_name: str
    own_recipient: str
    wrapped: str = field(repr=False)
    practice_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """The key on paper. `asked` are the numbers (from 1) of the groups to be typed back."""

    recipient: str
    asked: tuple[int, ...]
    secret: str = field(repr=False)

    @property
    def groups(self) -> tuple[str, ...]:
        """The secret without its fixed beginning, in numbered groups of four signs."""
        body = self.secret.removeprefix(RECOVERY_PREFIX)
        return tuple(body[i : i + GROUP] for i in range(0, len(body), GROUP))

    def proven_by(self, typed: tuple[str, ...]) -> bool:
        """Whether the typed groups are the ones asked for, whatever their spaces and case."""
        wanted = "".join(self.groups[number - 1] for number in self.asked)
        given = "".join("".join(typed).split()).upper()
        return secrets.compare_digest(wanted.encode(), given.encode())


@dataclass(frozen=True, slots=True)
class Wizard:
    """How far the set-up has come. `link` is the hash of the set-up code it was started with."""

    link: str
    started_at: str
    practice: PracticeDetails | None = None
    therapist: Therapist | None = None
    sheet: RecoverySheet | None = None


def with_therapist(
    runtime: Runtime, wizard: Wizard, name: str, sign_in_name: str, passphrase: str
) -> Wizard:
    """Make the account's, the practice's and the recovery key; wrap the first (slowly)."""
    credential = credentials.new_credential(runtime, "owner", passphrase)
    practice_secret, _ = new_identity()
    recovery_secret, recovery_recipient = new_identity()
    stored_name = sessions.normalise_name(sign_in_name)
    stored_wrap = base64.b64encode(credential.wrapped).decode()
    return replace(
        wizard,
        therapist=Therapist(
            name, stored_name, credential.recipient or "", stored_wrap, practice_secret
        ),
        sheet=RecoverySheet(recovery_recipient, _choose_groups(recovery_secret), recovery_secret),
    )


def pack(runtime: Runtime, wizard: Wizard) -> str:
    """The wizard as text for a hidden field."""
    plain = zlib.compress(json.dumps(asdict(wizard)).encode())
    return base64.urlsafe_b64encode(encrypt_directory(runtime.keys, CONTEXT, plain)).decode()


def unpack(runtime: Runtime, text: str, link: str) -> Wizard:
    """The wizard out of a hidden field.

    link: hash of the set-up code in force now.
    Raises WizardOver when the state is not ours, is too old, or was started from another link.
    """
    try:
        plain = decrypt_directory(runtime.keys, CONTEXT, base64.urlsafe_b64decode(text.encode()))
    except (ValueError, DirectoryError) as error:
        raise WizardOver from error
    wizard = _from_fields(json.loads(zlib.decompress(plain)))
    age = runtime.clock() - datetime.fromisoformat(wizard.started_at)
    if wizard.link != link or not timedelta() <= age <= LASTS:
        raise WizardOver
    return wizard


def _from_fields(fields: dict[str, Any]) -> Wizard:
    practice = fields["practice"]
    therapist = fields["therapist"]
    sheet = fields["sheet"]
    return Wizard(
        link=fields["link"],
        started_at=fields["started_at"],
        practice=PracticeDetails(**practice) if practice else None,
        therapist=Therapist(**therapist) if therapist else None,
        sheet=RecoverySheet(sheet["recipient"], tuple(sheet["asked"]), sheet["secret"])
        if sheet
        else None,
    )


def _choose_groups(secret: str) -> tuple[int, ...]:
    """Two different whole groups, in reading order: eight signs."""
    whole = len(secret.removeprefix(RECOVERY_PREFIX)) // GROUP
    chosen = secrets.SystemRandom().sample(range(1, whole + 1), GROUPS_ASKED)
    return tuple(sorted(chosen))
