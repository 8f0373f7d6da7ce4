"""To whom records are sealed: pinned in a file outside the database.

A thief who can write to the database must not be able to add a key of their own
(docs/threat-model.md, T2), so the database's idea of the recipients is only compared with this
file, never used.
"""

import json
from contextlib import suppress
from pathlib import Path

from intake_app import files
from intake_app.core.runtime import Runtime
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice


class NotSetUp(Exception):
    """The practice has not been set up yet: there is nobody to seal a record to."""


def pinned_recipients(runtime: Runtime) -> list[str]:
    """The practice's and the recovery sheet's public keys. Raises NotSetUp before set-up."""
    try:
        return _read(runtime.settings.recipients_file)
    except FileNotFoundError as error:
        raise NotSetUp from error


def recovery_recipient(runtime: Runtime) -> str:
    """The public key of the recovery sheet: backups are for it alone. Raises NotSetUp."""
    return pinned_recipients(runtime)[-1]


def problem(runtime: Runtime) -> str | None:
    """What is wrong when the database names other public keys than the pinned file, or None.

    Records are sealed to the pinned keys in any case: a changed database misleads nobody, and is
    noticed.
    """
    try:
        kept = pinned_recipients(runtime)
    except (NotSetUp, ValueError, KeyError, TypeError):
        kept = None
    if _named(runtime) == kept:
        return None
    name = runtime.settings.recipients_file.name
    return (
        f"{name} and the database name different keys: one of them was changed. "
        "Records are sealed to the file's."
    )


def prepare(runtime: Runtime, practice: str, recovery: str) -> None:
    """Write two public keys beside those in force, before the database's transaction ends."""
    content = json.dumps({"practice": practice, "recovery": recovery}) + "\n"
    files.write_atomically(_prepared(runtime), content.encode(), 0o400)


def activate_prepared(runtime: Runtime) -> None:
    """Put the prepared keys in force, in one move, if the database names them.

    Called after that transaction, at each start and on each round: a change that was cut off
    finishes by itself. The database alone cannot bring it about: the keys come from a file that
    only a change writes.
    """
    file = _prepared(runtime)
    with suppress(FileNotFoundError):  # most often there is none, or another process was faster
        if _read(file) == _named(runtime):
            file.replace(runtime.settings.recipients_file)


def _prepared(runtime: Runtime) -> Path:
    return runtime.settings.recipients_file.with_suffix(".next")


def _read(file: Path) -> list[str]:
    keys: dict[str, str] = json.loads(file.read_text(encoding="ascii"))
    return [keys["practice"], keys["recovery"]]


def _named(runtime: Runtime) -> list[str] | None:
    with transaction(runtime.engine, write=False) as session:
        practice = session.get(Practice, 1)
        return [practice.recipient, practice.recovery_recipient] if practice else None
