"""Everything a practice can get wrong, looked at one by one.

`refuse` is the short list before every start.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from alembic.migration import MigrationContext
from pysqlite3 import dbapi2
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from intake_app.backup import backup
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.keys import recipients, rotation
from intake_app.migrations import newest
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import SAFE_WAL, transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Record
from intake_app.operations import machine_checks
from intake_app.operations.machine_checks import Finding
from intake_app.pdf.certificate import SealFileError, load_seal
from intake_app.records.retention import ERASED

BACKUP_OVERDUE = timedelta(days=7)
SEAL_ENDS_SOON = timedelta(days=90)
CLOCK_SLACK = timedelta(minutes=5)
PUBLIC = {"ca.pem"}  # made to be handed out
RESTORE = "Stop the app and restore the newest backup: README, “Back up”."


def run_checks(runtime: Runtime) -> Iterator[Finding]:
    """All checks, one after another; later ones need what earlier ones look at."""
    yield from (
        machine_checks.check_disk(runtime.settings),
        machine_checks.check_fonts(),
        machine_checks.check_pdf_shortcuts(),
        machine_checks.check_clock_sync(),
        machine_checks.check_swap(),
        machine_checks.check_sandbox(),
    )
    yield from (connection(runtime), private_files(runtime))
    for check in (database, migrations):
        found = check(runtime)
        yield found
        if not found.ok:
            return
    if _set_up(runtime):
        yield from (check(runtime) for check in PRACTICE)


def refuse_start(runtime: Runtime) -> str:
    """Why the app must not start now, in a sentence or two; empty when it may.

    A change of keys that was cut off is finished first.
    """
    bad = next((one for one in _before_a_start(runtime) if not one.ok), None)
    return f"{bad.said} {bad.todo}" if bad else ""


def _before_a_start(runtime: Runtime) -> Iterator[Finding]:
    yield database(runtime)
    if "practice" in inspect(runtime.engine).get_table_names() and _set_up(runtime):
        rotation.resume_rotation(runtime)
        yield from (app_key(runtime), pins(runtime))


def database(runtime: Runtime) -> Finding:
    """SQLite's own quick check, and whether this version has the WAL-reset bug."""
    if runtime.engine.dialect.name != "sqlite":
        return Finding(
            "database",
            True,
            "PostgreSQL answers." if _answers(runtime) else "PostgreSQL does not answer.",
        )
    try:
        with transaction(runtime.engine, write=False) as session:
            said = session.scalar(text("PRAGMA quick_check(1)"))
            mode = session.scalar(text("PRAGMA journal_mode"))
    except DBAPIError as error:
        said = str(error.orig)
        mode = ""
    if said != "ok":
        return Finding("database", False, f"The database file is damaged ({said}).", RESTORE)
    version = dbapi2.sqlite_version
    if mode == "wal" and dbapi2.sqlite_version_info < SAFE_WAL:
        return Finding(
            "database", False, f"SQLite {version} can damage a database.", "Run: make setup"
        )
    return Finding("database", True, f"SQLite {version}, journal {mode}, no damage.")


def migrations(runtime: Runtime) -> Finding:
    """Whether the tables are those of this version."""
    with runtime.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == newest():
        return Finding("migrations", True, f"The tables are up to date ({current}).")
    return Finding(
        "migrations",
        False,
        "The tables are those of another version.",
        "Run: flask --app wsgi setup",
    )


def app_key(runtime: Runtime) -> Finding:
    """The newest entry of the log was written with the key that is in force now."""
    with transaction(runtime.engine, write=False) as session:
        last = _last_entry(session)
    if last is None or audit.is_ours(last, runtime.keys):
        return Finding("app key", True, "The app key fits the database.")
    return Finding(
        "app key",
        False,
        "INTAKE_APP_KEY_FILE is not the key of this database, or the log was changed.",
        "Put back the app.key from your backup, then run: flask --app wsgi audit verify",
    )


def pins(runtime: Runtime) -> Finding:
    """File and database must name the same recipients of records (docs/threat-model.md, T2)."""
    wrong = recipients.problem(runtime)
    if wrong is None:
        return Finding(
            "recipients", True, "Records are sealed to the practice and to the recovery sheet."
        )
    return Finding(
        "recipients", False, wrong, "Do not take in clients before you know why. " + RESTORE
    )


def log(runtime: Runtime) -> Finding:
    """The whole chain."""
    with transaction(runtime.engine, write=False) as session:
        verdict = audit.verify(session, runtime.keys)
    if verdict.ok:
        return Finding("audit log", True, f"{verdict.count} entries, all in order.")
    return Finding(
        "audit log",
        False,
        f"Changed at entry {verdict.at_seq}: {verdict.problem}.",
        "Ask who was here. " + RESTORE,
    )


def records_there(runtime: Runtime) -> Finding:
    """Every record that was signed is there, or its erasure stands in the log."""
    with transaction(runtime.engine, write=False) as session:
        gone = (
            _logged(session, "record.signed")
            - set(session.scalars(select(Record.id)))
            - _logged(session, ERASED)
        )
    if not gone:
        return Finding("records", True, "Every record that was signed is there.")
    names = ", ".join(sorted(one[:8] for one in gone)[:5])
    return Finding("records", False, f"{len(gone)} signed records are missing: {names}.", RESTORE)


def clock(runtime: Runtime) -> Finding:
    """A clock that was put back gives records a wrong time."""
    with transaction(runtime.engine, write=False) as session:
        last = _last_entry(session)
    if last is None or last.ts <= runtime.clock() + CLOCK_SLACK:
        return Finding("time", True, "The clock is not behind the log.")
    return Finding(
        "time",
        False,
        f"The clock is behind the newest entry of the log ({last.ts:%Y-%m-%d %H:%M} UTC).",
        "Set the clock.",
    )


def seal(runtime: Runtime) -> Finding:
    """The certificate that seals the PDFs."""
    try:
        ends = load_seal(runtime.settings.seal_file).certificates[0].not_valid_after_utc
    except SealFileError as error:
        return Finding("seal", False, str(error), RESTORE)
    if ends - runtime.clock() > SEAL_ENDS_SOON:
        return Finding("seal", True, f"The seal is valid until {ends:%Y-%m-%d}.")
    over = "ended" if ends <= runtime.clock() else "ends"
    return Finding(
        "seal", False, f"The seal {over} on {ends:%Y-%m-%d}.", "Make a new one: README, “Keys”."
    )


def last_backup(runtime: Runtime) -> Finding:
    """A backup that nobody makes is the likeliest loss of all."""
    days = backup_overdue(runtime)
    if backup.last(runtime) is not None and days is None:
        return Finding("backup", True, "There is a backup of the last seven days.")
    said = "There is no backup." if backup.last(runtime) is None else f"No backup for {days} days."
    return Finding(
        "backup", False, said, "Run: flask --app wsgi backup, and keep the file on another disk."
    )


def backup_overdue(runtime: Runtime) -> int | None:
    """Days without a backup, from the set-up when there was none; None while under seven."""
    with transaction(runtime.engine, write=False) as session:
        opened = session.get_one(Practice, 1).created_at
    age = runtime.clock() - (backup.last(runtime) or opened)
    return age.days if age >= BACKUP_OVERDUE else None


def private_files(runtime: Runtime) -> Finding:
    """Keys and database belong to the user of the app alone."""
    data = runtime.settings.data
    loose = [
        one.name
        for one in (data, *data.iterdir())
        if one.name not in PUBLIC and one.stat().st_mode & 0o077
    ]
    if not loose:
        return Finding("files", True, "No other user may read the data folder.")
    names = ", ".join(sorted(loose))
    return Finding("files", False, f"Other users may read {names}.", f"Run: chmod -R go= {data}")


def connection(runtime: Runtime) -> Finding:
    """Without a proxy only this computer can use the app."""
    if runtime.settings.proxies:
        return Finding("https", True, "Behind a proxy that brings https (INTAKE_PROXIES).")
    return Finding(
        "https", True, "Without a proxy (INTAKE_PROXIES is 0): only this computer can use the app."
    )


PRACTICE: tuple[Callable[[Runtime], Finding], ...] = (
    app_key,
    pins,
    log,
    records_there,
    clock,
    seal,
    last_backup,
)


def _set_up(runtime: Runtime) -> bool:
    with transaction(runtime.engine, write=False) as session:
        return session.scalar(select(Practice.id)) is not None


def _last_entry(session: Session) -> AuditEvent | None:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).first()


def _logged(session: Session, action: str) -> set[str]:
    return set(session.scalars(select(AuditEvent.subject).where(AuditEvent.action == action)))


def _answers(runtime: Runtime) -> bool:
    with transaction(runtime.engine, write=False) as session:
        return bool(session.scalar(text("SELECT 1")))
