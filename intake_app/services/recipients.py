"""To whom records are sealed: pinned in a file outside the database.

A thief who can write to the database must not be able to add his own key (attack A2 of the threat model), so the
database's idea of the recipients is only compared with this file, never used.
"""

import json

from intake_app.house import House
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice


class NotSetUp(Exception):
    """The practice has not been set up yet: there is nobody to seal a record to."""


def pinned(house: House) -> list[str]:
    """The practice's and the recovery sheet's public keys. Raises NotSetUp before the first set-up."""
    try:
        keys: dict[str, str] = json.loads(house.settings.recipients_file.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise NotSetUp from error
    return [keys["practice"], keys["recovery"]]


def recovery(house: House) -> str:
    """The public key of the recovery sheet: backups are for it alone. Raises NotSetUp."""
    return pinned(house)[-1]


def problem(house: House) -> str | None:
    """What is wrong when the database names other public keys than the pinned file; None when the two agree.

    Records are sealed to the pinned keys in any case: a changed database misleads nobody, and is noticed.
    """
    with transaction(house.engine, write=False) as session:
        practice = session.get(Practice, 1)
        named = [practice.recipient, practice.recovery_recipient] if practice else None
    try:
        kept = pinned(house)
    except NotSetUp:
        kept = None
    if named == kept:
        return None
    return (
        "The database and the file recipients.json name different keys of the practice. Records are sealed to those "
        "in the file. If a change of the practice key was cut off, do it once more; otherwise restore a backup."
    )


def pin(house: House, practice: str, recovery: str) -> None:
    """Write the two public keys, mode 0400, in one move."""
    path = house.settings.recipients_file
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"practice": practice, "recovery": recovery}) + "\n", encoding="ascii")
    draft.chmod(0o400)
    draft.replace(path)
