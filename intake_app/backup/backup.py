"""A backup: one file that only the recovery key opens, made while the app runs; and its way back.

The therapist's passphrase does not open it, so a thief of the disk with the backups needs the
recovery sheet, too. With the stock programs: `age -d -i KEYFILE backup.age | tar -x`.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text

from intake_app.backup import archive, snapshot
from intake_app.backup.archive import DATABASE, MANIFEST, ArchiveEntry
from intake_app.core import audit
from intake_app.core.audit import AuditHead
from intake_app.core.config import Settings
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.core.version import __version__
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import make_engine, transaction
from intake_app.models.records import Addendum, Document, Record, TherapistOnlyWords
from intake_app.models.staff import StaffSession

FORMAT = 1
RETENTION = timedelta(days=35)  # as long as a deleted record may live on in a backup
ACTION = "backup.made"
NOT_ARCHIVED = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal", "setup-code"}
NEW_FOLDER_FILES = {
    "app.key",
    "keys.sealed",
    DATABASE,
}  # what starting a command leaves in a new folder


class FolderInUse(Exception):
    """A restore writes into an empty place only."""


class NotWhole(Exception):
    """The backup opened, and something in it is wrong; the message says what."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself.

    `seq` and `hash` are the head of the audit log at its moment.
    """

    format: int
    made_at: str
    app: str
    revision: str
    records: int
    seq: int
    hash: str

    @property
    def head(self) -> AuditHead:
        """An anchor for the audit log."""
        return AuditHead(self.seq, self.hash)


def make(runtime: Runtime, target: Path | None = None) -> Path:
    """Write a backup. Returns its path.

    Without a target: into the data folder's `backups`, where old ones are cleared away. Complete or
    not there at all, mode 0600. Raises snapshot.Damaged, recipients.NotSetUp, OSError.
    """
    now = runtime.clock()
    recipient = recipients.recovery_recipient(runtime)
    folder = runtime.settings.backups_folder if target is None else target.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = target or folder / f"intake-{now:%Y%m%d-%H%M%S}.age"
    copy = runtime.settings.data / "snapshot.new"  # as encrypted as the database beside it
    copy.unlink(missing_ok=True)
    try:
        snapshot.take(runtime.engine, copy)
        manifest = _manifest(copy, now)
        _write(
            target,
            [_json(manifest), *_key_files(runtime), ArchiveEntry(DATABASE, 0o600, copy)],
            recipient,
        )
    finally:
        copy.unlink(missing_ok=True)
    with transaction(runtime.engine, write=True) as session:
        audit.append(session, runtime.keys, ACTION, "server", "backup", now=now, seq=manifest.seq)
    _clear_old(runtime.settings.backups_folder, now)
    return target


def last(runtime: Runtime) -> datetime | None:
    """When the newest backup was made, None when there is none."""
    newest = select(func.max(AuditEvent.ts)).where(
        AuditEvent.subject == "backup", AuditEvent.action == ACTION
    )
    with transaction(runtime.engine, write=False) as session:
        return session.scalar(newest)


def manifest_of(file: Path, secret: str) -> Manifest:
    """What the backup says about itself. Raises archive.NotABackup."""
    with file.open("rb") as source:
        return _read_manifest(archive.read(source, secret, None))


def restore(settings: Settings, file: Path, secret: str) -> Manifest:
    """Bring a backup to life in an empty folder, and check it.

    Checked: the database, the audit log, and that every record opens.
    settings: of the new place; its app key is not used. On any doubt nothing stays.
    Raises FolderInUse, archive.NotABackup, NotWhole.
    """
    if {file.name for file in settings.data.iterdir()} - NEW_FOLDER_FILES or _size(
        settings.data / DATABASE
    ):
        raise FolderInUse
    try:
        with file.open("rb") as source:
            manifest = _read_manifest(archive.read(source, secret, settings.data))
        _load_and_check(settings, manifest, secret)
    except Exception:
        for path in settings.data.rglob("*"):
            if path.is_file() and path.name != "app.key":
                path.unlink()
        raise
    return manifest


def _load_and_check(settings: Settings, manifest: Manifest, secret: str) -> None:
    app_key = bytes.fromhex((settings.data / "app.key").read_text(encoding="ascii"))
    copy = settings.data / "snapshot.new"
    runtime = open_runtime(replace(settings, app_key=app_key))
    try:
        (settings.data / DATABASE).replace(copy)
        snapshot.check(copy)
        snapshot.load(copy, runtime.engine)
        _check_log(runtime, manifest)
        _check_records(runtime, manifest, secret)
    except snapshot.Damaged as error:
        raise NotWhole(f"the database is damaged: {error}") from error
    except snapshot.NotEmpty as error:
        raise FolderInUse from error
    except snapshot.Newer as error:
        raise NotWhole(
            "it was made by a newer version of this app; install that version first"
        ) from error
    finally:
        copy.unlink(missing_ok=True)
        runtime.pool.close()
        runtime.engine.dispose()


def _check_log(runtime: Runtime, manifest: Manifest) -> None:
    with transaction(runtime.engine, write=True) as session:
        verdict = audit.verify(session, runtime.keys, manifest.head)
        if not verdict.ok:
            raise NotWhole(
                f"the audit log was changed at entry {verdict.at_seq}: {verdict.problem}"
            )
        for row in session.scalars(select(StaffSession)):
            session.delete(row)
        audit.append(
            session,
            runtime.keys,
            "backup.restored",
            "server",
            "backup",
            now=runtime.clock(),
            seq=manifest.seq,
        )


def _check_records(runtime: Runtime, manifest: Manifest, secret: str) -> None:
    """Everything that was signed opens with the recovery key."""
    with transaction(runtime.engine, write=False) as session:
        for column in (
            Record.sealed,
            Document.sealed,
            Addendum.sealed,
            Addendum.pdf,
            TherapistOnlyWords.sealed,
        ):
            blobs = session.scalars(select(column).execution_options(yield_per=50))
            for blob in filter(None, blobs):
                try:
                    age.decrypt_with(blob, [secret])
                except age.AgeError as error:
                    table = column.class_.__tablename__
                    raise NotWhole(f"a signed {table} does not open with this key") from error
        count = session.scalar(select(func.count()).select_from(Record))
    if count != manifest.records:
        raise NotWhole(f"it should hold {manifest.records} records, and holds {count}")


def _manifest(copy: Path, now: datetime) -> Manifest:
    """Read from the copy, so that it says what the copy holds."""
    engine = make_engine(f"sqlite:///{copy}")
    with transaction(engine, write=False) as session:
        head = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        manifest = Manifest(
            format=FORMAT,
            made_at=now.isoformat(timespec="seconds"),
            app=__version__,
            revision=str(session.scalar(text("SELECT version_num FROM alembic_version"))),
            records=session.scalar(select(func.count()).select_from(Record)) or 0,
            seq=head.seq,
            hash=head.hash,
        )
    engine.dispose()
    return manifest


def _read_manifest(data: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(data))
    except (ValueError, TypeError) as error:
        raise archive.NotABackup from error
    if manifest.format != FORMAT:
        raise archive.NotABackup
    return manifest


def _json(manifest: Manifest) -> ArchiveEntry:
    return ArchiveEntry(MANIFEST, 0o600, json.dumps(asdict(manifest), indent=1).encode())


def _key_files(runtime: Runtime) -> list[ArchiveEntry]:
    """The app key, and every other small file that the practice's folder needs to live again."""
    data = runtime.settings.data
    entries = [ArchiveEntry("app.key", 0o400, runtime.settings.app_key.hex().encode() + b"\n")]
    for folder in (data, data / "anchors"):
        if folder.is_dir():
            files = filter(_is_archived, sorted(folder.iterdir()))
            entries += [_file_entry(file, data) for file in files]
    return entries


def _is_archived(file: Path) -> bool:
    """Whether a file of the data folder goes into the backup as it stands.

    The database and the app key go in, too, but not as the files they are.
    """
    left_out = file.name in {*NOT_ARCHIVED, "app.key"} or file.suffix == ".new"
    return file.is_file() and not left_out


def _file_entry(file: Path, data: Path) -> ArchiveEntry:
    mode = file.stat().st_mode & 0o644
    return ArchiveEntry(str(file.relative_to(data)), mode, file.read_bytes())


def _write(target: Path, entries: list[ArchiveEntry], recipient: str) -> None:
    draft = target.with_name(f"{target.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        with draft.open("r+b") as file:
            archive.write(entries, file, recipient)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    with suppress(OSError):
        os.fsync(folder)
    os.close(folder)


def _clear_old(folder: Path, now: datetime) -> None:
    """Delete backups older than 35 days, and what a killed one left behind."""
    if not folder.is_dir():
        return
    oldest = (now - RETENTION).timestamp()
    for file in folder.glob("intake-*.age*"):
        if file.suffix == ".new" or file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
