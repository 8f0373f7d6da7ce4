"""A whole database as one SQLite file, and back.

It is what a backup carries, whichever engine the practice runs on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.util import CommandError
from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, insert, inspect, select

from intake_app.migrations import upgrade
from intake_app.models.base import Base
from intake_app.models.engine import make_engine

ROWS_AT_A_TIME = 50  # rows in memory; a row may hold a PDF


class Damaged(Exception):
    """The database file is broken.

    The message is SQLite's own first line: it names pages and tables, never a value.
    """


class NotEmpty(Exception):
    """The database to be filled has tables already."""


class Newer(Exception):
    """The copy was made by a newer version of this app."""


def take(engine: Engine, target: Path) -> None:
    """A consistent copy, checked, while others go on writing.

    target: a new file, made with mode 0600, whole without any journal beside it. Raises Damaged.
    """
    target.touch(mode=0o600, exist_ok=False)
    if engine.dialect.name == "sqlite":
        _copy_pages(engine, target)
    else:
        _copy_tables(engine, target)
    check(target)
    with _open(target) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


def load(source: Path, engine: Engine) -> None:
    """Fill an empty database with what `take` wrote, brought up to date.

    On SQLite the copy becomes the database. Raises NotEmpty or Newer.
    """
    if inspect(engine).get_table_names():
        raise NotEmpty
    file = make_engine(f"sqlite:///{source}")
    try:
        upgrade(file)
        if engine.dialect.name != "sqlite":
            upgrade(engine)
            with file.connect() as connection:
                _copy_rows(connection, engine)
    except CommandError as error:
        raise Newer from error
    finally:
        file.dispose()
    if engine.dialect.name == "sqlite":
        engine.dispose()
        source.replace(str(engine.url.database))


def check(file: Path) -> None:
    """Raises Damaged when SQLite finds anything wrong, or a row whose parent is missing."""
    try:
        with _open(file) as copy:
            first = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphan = copy.execute("PRAGMA foreign_key_check").fetchone()
    except dbapi2.DatabaseError as error:
        raise Damaged(str(error)) from None
    if first != "ok":
        raise Damaged(first)
    if orphan is not None:
        raise Damaged(f"a row of {orphan[0]} belongs to nothing")


def _copy_pages(engine: Engine, target: Path) -> None:
    """SQLite's own online backup in one step: one moment of the database."""
    with _open(target) as copy, engine.connect() as source:
        source.connection.driver_connection.backup(copy)  # type: ignore[union-attr]


def _copy_tables(engine: Engine, target: Path) -> None:
    """From another engine, table by table, in one reading transaction."""
    file = make_engine(f"sqlite:///{target}")
    upgrade(file)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as source:
        _copy_rows(source, file)
    file.dispose()


def _copy_rows(source: Connection, target: Engine) -> None:
    with target.connect().execution_options(write=True) as connection, connection.begin():
        for table in Base.metadata.sorted_tables:
            result = source.execution_options(yield_per=ROWS_AT_A_TIME).execute(select(table))
            for rows in result.mappings().partitions():
                connection.execute(insert(table), [dict(row) for row in rows])


@contextmanager
def _open(file: Path) -> Iterator[dbapi2.Connection]:
    connection = dbapi2.connect(str(file))
    connection.isolation_level = None
    try:
        yield connection
    finally:
        connection.close()
