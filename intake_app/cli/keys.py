"""`flask rotate`: new keys, from the command line."""

import click

from intake_app.extensions import house
from intake_app.services import keyring

OPERATOR = "operator"


@click.group("rotate")
def rotate_group() -> None:
    """Make a new key. Old records stay readable. A passphrase is changed by its owner, on the Settings page."""


@rotate_group.command("practice-key")
def practice_key() -> None:
    """A new key for everything that is signed from now on, given to every therapist and to the recovery sheet."""
    click.echo(f"Done. Fingerprint of the new practice key: {keyring.new_practice_key(house(), OPERATOR)}")


@rotate_group.command("seal")
def seal() -> None:
    """A new certificate for the seal on PDFs. The old authority stays beside it, to check older PDFs with."""
    click.echo(f"Done. Fingerprint of the new seal: {keyring.new_seal(house(), OPERATOR)}")
