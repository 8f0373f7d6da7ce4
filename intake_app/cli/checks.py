"""`flask doctor` and `flask audit`."""

import re
import subprocess
import sys
from pathlib import Path

import click

from intake_app import audit
from intake_app.audit import AuditHead
from intake_app.cli.keeping import KEY_FILE, recovery_key, stop
from intake_app.extensions import house
from intake_app.migrations import upgrade
from intake_app.models.engine import transaction
from intake_app.services import backup
from intake_app.services.archive import NotABackup

PRINTED = re.compile(r"(\d+)[ :]+([0-9a-f]{64})")


@click.command("doctor")
def doctor() -> None:
    """Check what the app needs: database, keys, a test PDF. Says what to do when something is wrong."""
    upgrade(house().engine)
    problems = [sentence for sentence in (_press_problem(), _audit_problem()) if sentence]
    for sentence in problems:
        click.echo(sentence, err=True)
    if problems:
        sys.exit(1)
    click.echo("All well.")


def _press_problem() -> str:
    """WeasyPrint is tried in another process: without Pango or fonts it crashes and cannot be caught."""
    probe = "import weasyprint; weasyprint.HTML(string='<p>ok').write_pdf()"
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False)
    return "" if result.returncode == 0 else "PDFs cannot be made. Run: deploy/packages run"


def _audit_problem() -> str:
    with transaction(house().engine, write=False) as session:
        verdict = audit.verify(session, house().keys)
    return "" if verdict.ok else f"The audit log was changed at entry {verdict.at_seq}: {verdict.problem}"


@click.group("audit")
def audit_group() -> None:
    """The log of who did what."""


@audit_group.command("verify")
@click.option("--anchor", help="A backup file, or a number and hash as printed in a PDF: it must be in the log.")
@KEY_FILE
def verify(anchor: str | None, key_file: Path | None) -> None:
    """Check the audit log's chain. Exit status 1 when an entry was changed, added, removed or cut off."""
    head = _anchor(anchor, key_file) if anchor else None
    with transaction(house().engine, write=False) as session:
        verdict = audit.verify(session, house().keys, head)
    if not verdict.ok:
        stop(f"Changed at entry {verdict.at_seq}: {verdict.problem}")
    click.echo(f"{verdict.count} entries, all in order. Last: {verdict.head_seq} {verdict.head_hash}")
    if head is None:
        click.echo("Whether the newest entries were cut off shows only with --anchor.")


def _anchor(text: str, key_file: Path | None) -> AuditHead:
    if printed := PRINTED.fullmatch(text.strip()):
        return AuditHead(int(printed[1]), printed[2])
    try:
        return backup.manifest_of(Path(text), recovery_key(key_file)).head
    except (NotABackup, OSError):
        stop(f"{text} is no anchor: name a backup file, or type the number and the hash printed in a PDF.")
