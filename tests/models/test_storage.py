"""The database keeps what it was told, or says that it could not."""

import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pysqlite3 import dbapi2
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from intake_app.core.runtime import Runtime
from intake_app.migrations import upgrade
from intake_app.models.attempts import Attempt
from intake_app.models.base import Base
from intake_app.models.engine import StorageBusy, StorageFull, make_engine, transaction
from intake_app.models.prepared import Prepared
from intake_app.models.records import Document
from tests.support import REPOSITORY

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ATTEMPT = Base.metadata.tables["attempt"]


def test_migrating_twice_changes_nothing_and_gives_exactly_the_tables_of_the_code(
    runtime: Runtime,
) -> None:
    upgrade(runtime.engine)
    with runtime.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_two_servers_may_migrate_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    script = (
        "import sys; from intake_app.migrations import upgrade; "
        "from intake_app.models.engine import make_engine; upgrade(make_engine(sys.argv[1]))"
    )
    command = [sys.executable, "-c", script, url]
    both = [subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]


def test_a_new_database_that_another_server_is_making_is_waited_for(tmp_path: Path) -> None:
    with closing(
        dbapi2.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.2, other.execute, ["COMMIT"]).start()
        with make_engine(f"sqlite:///{tmp_path / 'new.db'}").connect() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_sqlite_runs_with_the_settings_that_survive_a_power_cut(runtime: Runtime) -> None:
    with transaction(make_engine(runtime.settings.database_url), write=False) as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous")
        }
        keys = session.execute(text("PRAGMA foreign_keys")).scalar()
    assert found == {"journal_mode": "wal", "synchronous": 2}
    assert keys == 1


def test_the_files_belong_to_their_owner_alone(runtime: Runtime) -> None:
    modes = {
        file.name: file.stat().st_mode & 0o077 for file in runtime.settings.data.glob("intake.db*")
    }
    assert modes
    assert set(modes.values()) == {0}


def test_a_paper_without_its_record_is_refused_and_the_error_holds_no_value(
    runtime: Runtime,
) -> None:
    with (
        pytest.raises(IntegrityError) as refused,
        transaction(runtime.engine, write=True) as session,
    ):
        session.add(
            Document(record_id="secret-id", sealed=b"secret", pdf_sha256="x", created_at=NOW)
        )
    assert "secret" not in str(refused.value)


def test_a_time_without_a_zone_is_refused(runtime: Runtime) -> None:
    with pytest.raises(StatementError), transaction(runtime.engine, write=True) as session:
        session.add(Attempt(key=b"k", tries=1, since=datetime(2026, 1, 1), until=NOW))
        session.flush()


def test_writers_queue_and_no_update_is_lost(runtime: Runtime) -> None:
    with transaction(runtime.engine, write=True) as session:
        session.add(Attempt(key=b"k", tries=0, since=NOW, until=NOW))

    def count() -> None:
        for _ in range(50):
            with transaction(runtime.engine, write=True) as session:
                session.get_one(Attempt, b"k").tries += 1

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(runtime.engine, write=False) as session:
        assert session.get_one(Attempt, b"k").tries == 150


def test_a_database_that_stays_locked_is_called_busy(runtime: Runtime) -> None:
    impatient = make_engine(runtime.settings.database_url)
    with impatient.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    with transaction(runtime.engine, write=True) as session:
        session.execute(text("DELETE FROM attempt"))
        with pytest.raises(StorageBusy), transaction(impatient, write=True) as other:
            other.execute(text("DELETE FROM attempt"))


def test_the_statements_of_a_page_turn_say_so_too(runtime: Runtime) -> None:
    impatient = make_engine(runtime.settings.database_url)
    with impatient.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    again = Prepared(
        update(ATTEMPT).where(ATTEMPT.c.key == bindparam("of")).values(tries=bindparam("count"))
    )
    with transaction(runtime.engine, write=True) as session:
        session.add(Attempt(key=b"k", tries=0, since=NOW, until=NOW))
        session.flush()
        with pytest.raises(StorageBusy):
            again.change(impatient, of=b"k", count=1)
        assert again.change(session.connection(), of=b"k", count=2) == 1
    found = Prepared(select(ATTEMPT).where(ATTEMPT.c.key == bindparam("of")))
    assert found.row(runtime.engine, of=b"k") == [b"k", 2, NOW, NOW]
    assert found.row(runtime.engine, of=b"nobody") is None


def test_a_full_disk_is_called_full_and_leaves_the_database_whole(runtime: Runtime) -> None:
    small = make_engine(runtime.settings.database_url)
    with small.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=60")
    with pytest.raises(StorageFull), transaction(small, write=True) as session:
        session.execute(text("CREATE TABLE big AS SELECT zeroblob(5000000) AS b"))
    with transaction(runtime.engine, write=False) as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
