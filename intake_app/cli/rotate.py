"""`flask rotate`: new keys, from the command line."""

import click

from intake_app.cli.backup import stop
from intake_app.crypto import app_key
from intake_app.keys import rotation
from intake_app.web.extensions import runtime

OPERATOR = "operator"


@click.group("rotate")
def rotate_group() -> None:
    """Make a new key.

    Old records stay readable. A passphrase is changed by its owner, on the Settings page.
    """


@rotate_group.command("practice-key")
def practice_key() -> None:
    """A new key for everything that is signed from now on.

    It is given to every therapist and to the recovery sheet.
    """
    fingerprint = rotation.new_practice_key(runtime(), OPERATOR)
    click.echo(f"Done. Fingerprint of the new practice key: {fingerprint}")


@rotate_group.command("app-key")
def app_key_command() -> None:
    """A new app key in the place of the old one.

    The app need not stop; make a backup afterwards.
    """
    try:
        rotation.new_app_key(runtime(), OPERATOR)
    except app_key.KeptElsewhere:
        stop(f"Nothing was changed: this user may not write {runtime().settings.app_key_file}.")
    click.echo(
        "Done. Make a backup now: older backups hold the old key, and open with it as before."
    )


@rotate_group.command("seal")
def seal() -> None:
    """A new certificate for the seal on PDFs.

    The old authority stays beside it, to check older PDFs with.
    """
    click.echo(f"Done. Fingerprint of the new seal: {rotation.new_seal(runtime(), OPERATOR)}")
