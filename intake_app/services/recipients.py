"""To whom records are sealed: pinned in a file outside the database.

A thief who can write to the database must not be able to add his own key (attack A2 of the threat model), so the
database's idea of the recipients is only compared with this file, never used.
"""

import json

from intake_app.house import House


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


def pin(house: House, practice: str, recovery: str) -> None:
    """Write the two public keys, mode 0400, in one move."""
    path = house.settings.recipients_file
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"practice": practice, "recovery": recovery}) + "\n", encoding="ascii")
    draft.chmod(0o400)
    draft.replace(path)
