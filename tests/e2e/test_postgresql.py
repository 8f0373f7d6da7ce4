"""The same practice on PostgreSQL: one intake end to end, killed workers, a backup,
and back again.
"""

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from intake_app.backup import backup
from intake_app.core.config import Settings, from_environment
from intake_app.core.runtime import open_runtime
from intake_app.models.base import Base
from intake_app.models.engine import transaction
from intake_app.operations import doctor
from tests import soak
from tests.e2e.test_canary import MARKERS, WORDS, disguises, found
from tests.support import postgresql
from tests.support.form_walker import HealthyAdult

random_pause = random.Random().uniform  # noqa: S311


@pytest.fixture(scope="module")
def database() -> Iterator[tuple[str, Path]]:
    """A PostgreSQL of its own: its address, and the folder of its files."""
    with postgresql.running() as database:
        yield database


@pytest.fixture(scope="module")
def made(
    database: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[soak.Practice]:
    """Stillwater Massage on PostgreSQL, where Ana has signed and workers were killed."""
    made = soak.practice(tmp_path_factory.mktemp("pg"), database[0])
    made.server.start()
    ana = HealthyAdult()
    ana.known |= WORDS
    assert ana.walk(soak.PatientClient(made.server.url)).path == "/intake/done"
    yield made
    made.server.stop()


def test_workers_killed_while_people_sign_lose_nothing(made: soak.Practice) -> None:
    crowd = soak.run(made, 60, 4, pause=lambda: random_pause(0.1, 0.8), kills=20)
    books = soak.balance(made, crowd)
    assert (crowd.errors, books.lost, books.doubled, books.bad_pdfs, books.log) == (
        [],
        [],
        [],
        [],
        "",
    )
    assert books.signed > 0


def test_the_tables_are_those_of_the_code_and_the_log_refuses_to_change(
    made: soak.Practice,
) -> None:
    runtime = made.runtime()
    with runtime.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    for statement in (
        "UPDATE audit_event SET actor = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
    ):
        with (
            pytest.raises(DBAPIError, match="cannot be changed"),
            transaction(runtime.engine, write=True) as session,
        ):
            session.execute(text(statement))
    assert [
        one.said
        for one in doctor.run_checks(runtime)
        if one.check in {"database", "migrations"} and not one.ok
    ] == []
    runtime.engine.dispose()


def test_no_word_of_a_client_reaches_its_files_or_its_log(
    made: soak.Practice, database: tuple[str, Path]
) -> None:
    needles = {shape for word in MARKERS for shape in disguises(word)} | {b"%PDF-1"}
    folder = database[1]
    assert (folder / "log").stat().st_size > 0
    assert found([folder, made.server.data, made.server.log], needles) == []


def test_a_backup_comes_back_on_sqlite_and_on_an_empty_postgresql(
    made: soak.Practice, tmp_path: Path
) -> None:
    runtime = made.runtime()
    file = backup.make(runtime)
    before = backup.manifest_of(file, made.recovery)
    settings = from_environment({"INTAKE_DATA": str(tmp_path / "sqlite")})
    assert backup.restore(settings, file, made.recovery) == before
    (tmp_path / "other").mkdir()
    with postgresql.running() as (url, _):
        other = from_environment(
            {"INTAKE_DATA": str(tmp_path / "other"), "INTAKE_DATABASE_URL": url}
        )
        assert backup.restore(other, file, made.recovery) == before
        assert not (other.data / "intake.db").exists()
        assert contents(restored(other)) == contents(restored(settings)) != {}
    runtime.engine.dispose()
    shutil.rmtree(tmp_path / "sqlite")


def restored(settings: Settings) -> Settings:
    """The same place, with the key that came out of the backup."""
    return replace(settings, app_key=bytes.fromhex((settings.data / "app.key").read_text()))


def contents(settings: Settings) -> dict[str, int]:
    """Rows of each table but the log, which differs by the times of the two restores."""
    runtime = open_runtime(settings)
    with runtime.engine.connect() as connection:
        counts = {
            table.name: len(connection.execute(table.select()).all())
            for table in Base.metadata.sorted_tables
            if table.name != "audit_event"
        }
    runtime.engine.dispose()
    return counts
