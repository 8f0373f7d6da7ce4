"""`flask doctor` and `flask audit`."""

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

import click

from intake_app.backup import backup
from intake_app.backup.archive import NotABackup
from intake_app.cli.backup import KEY_FILE, recovery_key, stop
from intake_app.core import audit
from intake_app.core.audit import AuditHead
from intake_app.core.version import __version__
from intake_app.models.engine import transaction
from intake_app.operations import audit_anchors
from intake_app.operations.doctor import run_checks
from intake_app.pdf import timestamps
from intake_app.web.extensions import runtime

PRINTED = re.compile(r"(\d+)[ :]+((?:[0-9a-f] ?){64})")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of findings.")
def doctor(as_json: bool) -> None:
    """Look at everything a practice can get wrong, and say what to do.

    Exit status 1 when something is wrong.
    """
    findings = list(run_checks(runtime()))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], indent=1))
    else:
        click.echo(f"Intake {__version__}, data in {runtime().settings.data}")
    for one in [] if as_json else findings:
        mark = "ok  " if one.ok else "BAD "
        click.echo(f"{mark}{one.check}: {one.said}" + (f"\n      {one.todo}" if one.todo else ""))
    if not all(one.ok for one in findings):
        sys.exit(1)


@click.group("audit")
def audit_group() -> None:
    """The log of who did what."""


@audit_group.command("verify")
@click.option(
    "--anchor",
    help=(
        "An entry that must be in the log: a PDF, a backup, a file of anchors/, "
        "or number and hash from a PDF."
    ),
)
@KEY_FILE
def verify(anchor: str | None, key_file: Path | None) -> None:
    """Check the audit log's chain.

    Exit status 1 when an entry was changed, added, removed or cut off.
    """
    given = anchor or str(audit_anchors.newest(runtime()) or "")
    head = _anchor(given, key_file) if given else None
    with transaction(runtime().engine, write=False) as session:
        verdict = audit.verify(session, runtime().keys, head)
    if not verdict.ok:
        stop(f"Changed at entry {verdict.at_seq}: {verdict.problem}")
    click.echo(
        f"{verdict.count} entries, all in order. Last: {verdict.head_seq} {verdict.head_hash}"
    )
    if head is None:
        click.echo("Whether the newest entries were cut off shows only with --anchor.")


@audit_group.command("anchor")
def anchor_command() -> None:
    """Have the newest entry stamped by the time-stamp server of INTAKE_TSA_URL.

    Once a day is enough.
    """
    try:
        made = audit_anchors.make(runtime())
    except audit_anchors.NoServer:
        click.echo("No anchor: INTAKE_TSA_URL is not set.")
        return
    except (timestamps.NoTimeStamp, timestamps.NotStamped):
        stop(
            "No anchor: the time-stamp server did not answer in time. "
            "Nothing is lost; the next one covers today, too."
        )
    except LookupError:
        stop("No anchor: the log is still empty.")
    click.echo(
        f"Entry {made.head.seq} stamped at {made.stamp.at:%Y-%m-%d %H:%M:%S} UTC "
        f"by {made.stamp.by}."
    )


def _anchor(text: str, key_file: Path | None) -> AuditHead:
    """Raises SystemExit with a sentence when there is no anchor in it."""
    if printed := PRINTED.fullmatch(text.strip()):
        return AuditHead(int(printed[1]), printed[2].replace(" ", ""))
    try:
        if Path(text).suffix.lower() == ".pdf":
            return audit_anchors.printed(runtime(), Path(text).read_bytes())
        if Path(text).suffix in {".txt", ".tst"}:
            found = audit_anchors.read(Path(text))
            click.echo(
                f"Entry {found.head.seq} existed at {found.stamp.at:%Y-%m-%d %H:%M:%S} UTC, "
                f"says {found.stamp.by}."
            )
            return found.head
        return backup.manifest_of(Path(text), recovery_key(key_file)).head
    except (NotABackup, timestamps.NotStamped, OSError, ValueError):
        stop(
            f"{text} is no anchor: name a PDF that this practice sealed, a backup or a file of "
            "anchors/, or type a number and hash from a PDF."
        )
