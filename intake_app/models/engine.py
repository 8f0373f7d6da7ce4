"""One engine, one way to open a transaction.

SQLite's own driver in Python begins transactions when it likes, so we begin them ourselves
(SQLAlchemy 2.1 docs, "Enabling non-legacy SQLite transactional modes"). Writers BEGIN IMMEDIATE:
they queue at the door instead of failing half-way. WAL needs SQLite 3.51.3: older ones can corrupt
it when a checkpoint meets a writer (sqlite.org, WAL-reset bug); on those we use a rollback journal.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from pysqlite3 import dbapi2
from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

SAFE_WAL = (3, 51, 3)
ERASES = "erases"
PRAGMAS = (
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)
BUSY_SECONDS = 5.0
NAP = 0.001


class StorageBusy(Exception):
    """The database did not answer in time; the same request may be sent again."""


class StorageFull(Exception):
    """The disk is full; nothing was half written."""


def make_engine(url: str) -> Engine:
    """An engine for sqlite:/// or postgresql+psycopg:// addresses.

    Values never show up in its errors.
    """
    if not make_url(url).drivername.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=5)
    if file := make_url(url).database:
        Path(file).touch(mode=0o600)  # SQLite gives its journal files the same mode
    engine = create_engine(url, module=dbapi2, hide_parameters=True, pool_size=8, max_overflow=8)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: dbapi2.Connection, _: object) -> None:
    connection.isolation_level = None
    connection.set_busy_handler(_patience())
    _choose_journal(connection)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _choose_journal(connection: dbapi2.Connection) -> None:
    """Try again for five seconds.

    SQLite refuses at once to change the journal of a file that somebody else writes,
    as another server does that starts in the same moment on a new database.
    """
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            for pragma in _journal(dbapi2.sqlite_version_info):
                connection.execute(f"PRAGMA {pragma}")
            return
        except dbapi2.OperationalError as error:
            if "locked" not in str(error) or monotonic() > until:
                raise
            sleep(NAP)


def _patience() -> Callable[[int], bool]:
    """What a connection does while another one writes: look every millisecond, for five seconds.

    SQLite's own patience naps longer each time (1, 2, 5, 10 ms...), so that whoever meets a writer
    of nine milliseconds waits for eighteen.
    """
    until = 0.0

    def wait(naps: int) -> bool:
        nonlocal until
        if naps == 0:
            until = monotonic() + BUSY_SECONDS
        sleep(NAP)
        return monotonic() < until

    return wait


def _journal(version: tuple[int, ...]) -> tuple[str, str]:
    return (
        ("journal_mode=WAL", "synchronous=FULL")
        if version >= SAFE_WAL
        else ("journal_mode=TRUNCATE", "synchronous=EXTRA")
    )


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("write", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.connection.cursor().execute(
            "BEGIN"
        )  # takes no lock: cannot fail, and need not be watched


@contextmanager
def transaction(engine: Engine, write: bool) -> Iterator[Session]:
    """A session in one transaction: committed at the end, rolled back on any error.

    Raises StorageBusy or StorageFull instead of the driver's own errors.
    """
    with (
        _connected(engine, write) as connection,
        Session(connection, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session
    if session.info.get(ERASES):
        empty_journal(engine)


@contextmanager
def _connected(engine: Engine, write: bool) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            if write:
                connection.execution_options(write=True)
            with connection.begin():
                yield connection
    except DBAPIError as error:
        raise in_our_words(error.orig, engine.dialect) or error from None


def secure_delete(session: Session) -> None:
    """What this transaction deletes is to be gone from the files, too (`empty_journal`)."""
    session.info[ERASES] = True


def empty_journal(engine: Engine) -> None:
    """Carry SQLite's write-ahead log into the database file, and cut it to nothing.

    Deleted rows are overwritten with zeros (secure_delete), but first in the log: until then the
    file holds the old page, and the log may hold older ones. Waits up to five seconds for readers
    (sqlite.org, PRAGMA wal_checkpoint); one that reads for longer leaves it to the next time.
    PostgreSQL does this by its own vacuum.
    """
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection, suppress(dbapi2.OperationalError):
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def in_our_words(error: BaseException | None, dialect: Dialect) -> StorageBusy | StorageFull | None:
    """What a database driver's error means for whoever waits; None: it is our own fault."""
    text = str(error).lower()
    if "full" in text or "no space" in text:
        return StorageFull("the disk is full")
    if isinstance(error, dialect.loaded_dbapi.OperationalError):
        return StorageBusy("the database did not answer in time")
    return None
