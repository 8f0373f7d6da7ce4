"""A backup is one file that only the recovery sheet opens,
and from it alone the practice comes back.
"""

import io
import json
import os
import stat
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import select

from intake_app.accounts import credentials, sessions
from intake_app.backup import backup
from intake_app.backup.archive import NotABackup
from intake_app.backup.backup import FolderInUse, NotWhole
from intake_app.core.config import Settings
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.intake import drafts
from intake_app.keys.recipients import NotSetUp
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.records import addenda, inbox, open_record, therapist_only
from intake_app.records.addenda import Content, RecordReference, Signer
from tests.support import people
from tests.support.clients import newest_record
from tests.support.people import DONNA
from tests.support.runtimes import SavedPractice, settings_for
from tests.support.unpacked import unpack

pytestmark = pytest.mark.starts_from("practice_with_record")


@pytest.fixture
def signed(saved_practice: SavedPractice) -> people.Staff:
    """Donna, who keeps the record that Ana has signed."""
    return saved_practice.donna


@pytest.fixture
def sheet(signed: people.Staff, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recovery key, typed from the sheet into a file."""
    file = tmp_path_factory.mktemp("paper") / "key"
    file.write_text(signed.recovery + "\n")
    return file


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Another computer: an empty folder."""
    yield replace(settings_for(tmp_path_factory.mktemp("fresh")), app_key=bytes(32))


def moved(settings: Settings) -> Runtime:
    """The app, started in a folder as it is there."""
    return open_runtime(
        replace(settings, app_key=bytes.fromhex((settings.data / "app.key").read_text()))
    )


def plain_age(sheet: Path, sealed: bytes) -> bytes:
    """Debian's own age with the key from paper; none of our code."""
    return subprocess.run(
        ["age", "-d", "-i", sheet], input=sealed, capture_output=True, check=True
    ).stdout


def opened_by_hand(sheet: Path, sealed: Path) -> bytes:
    """As docs/security.md opens a record: the first eight bytes say how long the content is."""
    script = f"""
        age -d -i {sheet} {sealed} > opened
        tail -c +9 opened | head -c $((0x$(head -c 8 opened | od -An -v -tx1 | tr -d ' \\n')))
    """
    return subprocess.run(  # noqa: S602
        script, shell=True, cwd=sealed.parent, capture_output=True, check=True
    ).stdout


def test_a_fresh_machine_a_backup_and_the_sheet_open_every_record(
    runtime: Runtime, signed: people.Staff, fresh: Settings
) -> None:
    made = backup.make(runtime)
    backup.restore(fresh, made, signed.recovery)
    there = moved(fresh)
    donna = people.enter(there)
    (row,) = inbox.load_inbox(there, donna).rows
    assert open_record.open_record(there, donna, row.id).paper.client_name == "Ana Moreno"
    assert open_record.download_pdf(there, donna, row.id).startswith(b"%PDF")
    there.pool.close()


def test_with_the_passphrase_lost_too_the_sheet_alone_opens_every_record_in_the_app(
    runtime: Runtime, signed: people.Staff, fresh: Settings
) -> None:
    backup.restore(fresh, backup.make(runtime), signed.recovery)
    there, new = moved(fresh), "a slow boat along the canal"
    credentials.recover(there, signed.sign_in_name, signed.recovery, new, "192.0.2.1")
    people.let_time_pass(there.engine)
    donna = people.enter(there, replace(DONNA, passphrase=new))
    (row,) = inbox.load_inbox(there, donna).rows
    assert open_record.open_record(there, donna, row.id).paper.client_name == "Ana Moreno"
    assert open_record.download_pdf(there, donna, row.id).startswith(b"%PDF")
    there.pool.close()


def test_stock_programs_alone_open_the_backup_and_each_sealed_column(
    runtime: Runtime, signed: people.Staff, sheet: Path, tmp_path: Path
) -> None:
    """The lines of docs/security.md: answers, paper, addenda,
    and the words for their therapist only.
    """
    ana, said = newest_record(runtime), Content("Agreement taken back", "", (), {}, "Ana Moreno")
    with transaction(runtime.engine, write=True) as session:
        therapist_only.store(
            session,
            therapist_only.encrypt(
                runtime,
                therapist_only.collect(ana, {"v.reason": "My brother hurt me"}, ["v.reason"]),
            ),
        )
        of = RecordReference(ana, runtime.clock().isoformat(), "Ana Moreno", "1955-03-14", "en")
        signed_later = addenda.store_signed(
            session, runtime, of, Signer("client", "Ana Moreno"), "consent_withdrawn", said
        )
    addenda.complete(runtime, signed_later)
    made = backup.make(runtime)
    (tmp_path / "out").mkdir()
    subprocess.run(  # noqa: S602
        f"age -d -i {sheet} {made} | tar -x -C {tmp_path / 'out'}", shell=True, check=True
    )
    assert (tmp_path / "out" / "app.key").read_text().strip() == runtime.settings.app_key.hex()
    opened = {}
    for place in (
        "record.sealed",
        "document.sealed",
        "addendum.sealed",
        "addendum.pdf",
        "apart.sealed",
    ):
        table, column = place.split(".")
        written = f"SELECT writefile('{place}.age', substr({column}, 2)) FROM {table}"  # noqa: S608
        subprocess.run(
            ["sqlite3", "intake.db", written],
            cwd=tmp_path / "out",
            check=True,
            stdout=subprocess.DEVNULL,
        )
        opened[place] = opened_by_hand(sheet, tmp_path / "out" / f"{place}.age")
    assert b"A stiff neck" in opened["record.sealed"]
    roles = {
        place: json.loads(opened[place])["role"]
        for place in opened
        if opened[place].startswith(b"{")
    }
    assert roles == {
        "record.sealed": "intake",
        "addendum.sealed": "addendum",
        "apart.sealed": "apart",
    }
    assert b"My brother hurt me" in opened["apart.sealed"]
    for paper in (opened["document.sealed"], opened["addendum.pdf"]):
        assert paper.startswith(b"%PDF") and paper.endswith(b"%%EOF\n")


def test_only_the_sheet_opens_it_not_the_therapists_own_key(
    runtime: Runtime, signed: people.Staff
) -> None:
    made = backup.make(runtime)
    donna = people.enter(runtime)
    with pytest.raises(NotABackup):
        backup.manifest_of(made, donna.identities[0])
    assert backup.manifest_of(made, signed.recovery).records == 1


def test_it_is_padded_private_and_leaves_no_other_file(
    runtime: Runtime, signed: people.Staff
) -> None:
    before = {one.name for one in runtime.settings.data.iterdir()}
    made = backup.make(runtime)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert {one.name for one in runtime.settings.data.iterdir()} - before <= {
        "backups",
        "intake.db-wal",
        "intake.db-shm",
    }
    assert list(made.parent.iterdir()) == [made]
    plain = subprocess.run(
        ["age", "-d", "-i", "-", made], input=signed.recovery.encode(), capture_output=True
    ).stdout
    assert len(plain) % (1024 * 1024) == 0


def test_a_practice_that_is_not_set_up_has_nothing_to_back_up(fresh: Settings) -> None:
    with pytest.raises(NotSetUp):
        backup.make(open_runtime(fresh))


def test_the_last_backup_is_known_and_those_older_than_35_days_are_cleared_away(
    runtime: Runtime, signed: people.Staff
) -> None:
    assert backup.last(runtime) is None
    first = backup.make(runtime)
    os.utime(first, (0, (runtime.clock() - timedelta(days=36)).timestamp()))
    second = backup.make(replace(runtime, clock=lambda: runtime.clock() + timedelta(seconds=1)))
    assert (first.exists(), second.exists()) == (False, True)
    made = backup.last(runtime)
    assert made is not None
    assert runtime.clock() - made < timedelta(minutes=1)


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(
    runtime: Runtime, signed: people.Staff
) -> None:
    (runtime.settings.data / "backups").write_text("a file where the folder should be")
    with pytest.raises(OSError):
        backup.make(runtime)
    assert not list(runtime.settings.data.glob("*.new"))
    assert backup.last(runtime) is None


def test_a_folder_in_use_is_never_written_over(runtime: Runtime, signed: people.Staff) -> None:
    made = backup.make(runtime)
    before = {
        one.name: one.read_bytes() for one in runtime.settings.data.iterdir() if one.is_file()
    }
    with pytest.raises(FolderInUse):
        backup.restore(runtime.settings, made, signed.recovery)
    assert {
        one.name: one.read_bytes() for one in runtime.settings.data.iterdir() if one.is_file()
    } == before


@pytest.mark.parametrize("where", [200, 5000, -1], ids=["the head", "the middle", "the end"])
def test_a_damaged_backup_restores_nothing(
    runtime: Runtime, signed: people.Staff, fresh: Settings, where: int
) -> None:
    made = backup.make(runtime)
    data = bytearray(made.read_bytes())
    data[where] ^= 1
    made.write_bytes(bytes(data))
    with pytest.raises(NotABackup):
        backup.restore(fresh, made, signed.recovery)
    assert not [
        one.name for one in fresh.data.rglob("*") if one.is_file() and one.name != "app.key"
    ]


def test_a_cut_off_backup_restores_nothing(
    runtime: Runtime, signed: people.Staff, fresh: Settings
) -> None:
    made = backup.make(runtime)
    made.write_bytes(made.read_bytes()[:-70_000])
    with pytest.raises(NotABackup):
        backup.restore(fresh, made, signed.recovery)


def repacked(made: Path, sheet: Path, recipient: str, change: str) -> None:
    """What somebody with the recovery key could do:
    open the backup, change the database, close it again.
    """
    folder = made.parent / "open"
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(plain_age(sheet, made.read_bytes()))) as tar:
        unpack(tar, folder)
        names = tar.getnames()
    with closing(dbapi2.connect(str(folder / "intake.db"))) as database:
        database.executescript(change)
    again = subprocess.run(
        ["tar", "-c", "-C", folder, *names], capture_output=True, check=True
    ).stdout
    made.write_bytes(
        subprocess.run(
            ["age", "-r", recipient], input=again, capture_output=True, check=True
        ).stdout
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "DROP TRIGGER audit_event_no_UPDATE;"
            "UPDATE audit_event SET actor = 'rosa' WHERE seq = 1",
            "audit log",
        ),
        ("DROP TRIGGER audit_event_no_DELETE; DELETE FROM audit_event WHERE seq > 1", "audit log"),
        ("UPDATE record SET sealed = x'0102'", "does not open"),
        ("PRAGMA foreign_keys=OFF; DELETE FROM record", "belongs to nothing"),
        (
            "PRAGMA foreign_keys=OFF; DELETE FROM record; DELETE FROM document;"
            "DELETE FROM client_copy",
            "1 records",
        ),
        ("UPDATE alembic_version SET version_num = '9999'", "newer version"),
    ],
)
def test_a_backup_whose_inside_was_changed_is_refused_with_the_reason(
    runtime: Runtime, signed: people.Staff, sheet: Path, fresh: Settings, change: str, reason: str
) -> None:
    made = backup.make(runtime)
    repacked(made, sheet, backup.recipients.recovery_recipient(runtime), change)
    with pytest.raises(NotWhole, match=reason):
        backup.restore(fresh, made, signed.recovery)
    assert not (fresh.data / "seal.p12").exists()


def test_open_sessions_end_unfinished_forms_go_on(
    runtime: Runtime, signed: people.Staff, fresh: Settings
) -> None:
    cookie = people.enter(runtime).cookie
    token = drafts.create(runtime, "a browser")
    backup.restore(fresh, backup.make(runtime), signed.recovery)
    there = moved(fresh)
    assert sessions.session_from(there, cookie) is None
    assert drafts.open_draft(there, token, "a browser") is not None


def test_backups_and_restores_stand_in_the_log(
    runtime: Runtime, signed: people.Staff, fresh: Settings
) -> None:
    backup.restore(fresh, backup.make(runtime), signed.recovery)
    for place, action in ((runtime, "backup.made"), (moved(fresh), "backup.restored")):
        with transaction(place.engine, write=False) as session:
            last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
            assert last is not None
            assert last.action == action
            assert session.scalars(select(Record)).one()
