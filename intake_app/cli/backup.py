"""`flask backup` and `flask restore`."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from intake_app.backup import backup, snapshot
from intake_app.backup.archive import NotABackup
from intake_app.backup.backup import FolderInUse, NotWhole
from intake_app.keys.recipients import NotSetUp
from intake_app.web.extensions import runtime

FILE = click.Path(dir_okay=False, path_type=Path)
KEY_FILE = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File that holds the recovery key.",
)


@click.command("backup")
@click.argument("file", type=FILE, required=False)
def backup_command(file: Path | None) -> None:
    """Write one encrypted file that the recovery sheet opens. The app may go on running."""
    try:
        made = backup.make(runtime(), file)
    except NotSetUp:
        stop("There is nothing to back up yet: the practice is not set up.")
    except snapshot.Damaged as error:
        stop(
            f"NO BACKUP WAS MADE. The database is damaged ({error}). "
            "Keep the older backups, and restore one of them."
        )
    except OSError as error:
        stop(f"NO BACKUP WAS MADE. The file could not be written: {error.strerror}.")
    click.echo(
        f"Backup: {made} ({made.stat().st_size // 1024} KiB). Only the recovery sheet opens it."
    )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@KEY_FILE
def restore_command(file: Path, key_file: Path | None) -> None:
    """Bring a backup back to life in an empty data folder, with the key on the recovery sheet."""
    settings = runtime().settings
    runtime().engine.dispose()
    try:
        manifest = backup.restore(settings, file, recovery_key(key_file))
    except FolderInUse:
        stop(
            f"Nothing was changed: {settings.data} is in use "
            "(or the database of INTAKE_DATABASE_URL is). "
            "Choose an empty place: INTAKE_DATA=a-new-folder"
        )
    except NotABackup:
        stop("Nothing was restored. The key is not the one of this backup, or the file is damaged.")
    except NotWhole as error:
        stop(f"Nothing was restored. The backup opens, but {error}. Try an older one.")
    click.echo(
        f"Restored: {manifest.records} records, as of {manifest.made_at}. "
        "Everything was checked and opens."
    )
    if (settings.data / "app.key").read_text(encoding="ascii").strip() != settings.app_key.hex():
        click.echo(
            f"INTAKE_APP_KEY_FILE names another key. "
            f"Put {settings.data / 'app.key'} in its place before a start."
        )
    click.echo("Next: start the app (make run) and sign in with your passphrase as before.")
    click.echo("Passphrase forgotten? The sign-in page shows the way back with the recovery sheet.")


def recovery_key(key_file: Path | None) -> str:
    """The key from the file, or typed without being shown.

    Spaces between its groups do not matter.
    """
    text = (
        key_file.read_text(encoding="ascii")
        if key_file
        else click.prompt("Key on the recovery sheet", hide_input=True)
    )
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return "".join("".join(lines).split()).upper()


def stop(sentence: str) -> NoReturn:
    """Say why, and end with status 1."""
    click.echo(sentence, err=True)
    sys.exit(1)
