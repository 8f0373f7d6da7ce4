"""The few statements of every page turn, run on the database driver itself.

SQLAlchemy compiles them, once for each kind of database, and knows the types of their values. Not
to run them by SQLAlchemy Core saves 14 % of a page turn (tests/bench/shortcuts.py, 1 December
2026). All other statements go through `engine.transaction`.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, Select, Update

from intake_app.models.engine import in_our_words


class Prepared:
    """One statement with named values (bindparam).

    Raises StorageBusy or StorageFull, never the driver's own errors.
    """

    def __init__(self, statement: Select[Any] | Update) -> None:
        self._statement = statement
        self._on: dict[str, _Compiled] = {}

    def row(self, engine: Engine, **values: object) -> list[Any] | None:
        """The one row it selects, None without one. A transaction of its own."""
        ready = self._for(engine.dialect)
        with _driver(engine) as driver:
            found = ready.run(driver, values).fetchall()
        return ready.read(found[0]) if found else None

    def change(self, on: Engine | Connection, **values: object) -> int:
        """How many rows it changed.

        A transaction of its own on an engine, the caller's on a connection.
        """
        ready = self._for(on.dialect)
        with _driver(on) as driver:
            return cast(int, ready.run(driver, values).rowcount)

    def _for(self, dialect: Dialect) -> "_Compiled":
        if dialect.name not in self._on:
            self._on[dialect.name] = _Compiled(self._statement, dialect)
        return self._on[dialect.name]


@contextmanager
def _driver(on: Engine | Connection) -> Iterator[Any]:
    """The driver's own connection.

    SQLite's commits each statement by itself, as we begin no transaction there.
    """
    try:
        if isinstance(on, Connection):
            yield on.connection
            return
        with closing(on.raw_connection()) as driver:
            yield driver
            driver.commit()
    except on.dialect.loaded_dbapi.Error as error:
        raise in_our_words(error, on.dialect) or error from None


class _Compiled:
    """A statement in the words of one kind of database."""

    def __init__(self, statement: Select[Any] | Update, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._order = compiled.positiontup
        self._given = dict(compiled.params)
        kinds = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        self._writers = {
            name: write for name, kind in kinds.items() if (write := kind.bind_processor(dialect))
        }
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        readers = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]
        self._readers = [(place, read) for place, read in enumerate(readers) if read]

    def run(self, driver: Any, values: dict[str, object]) -> Any:
        """The driver's cursor after it."""
        given = self._given | values
        for name, write in self._writers.items():
            given[name] = write(given[name])
        cursor = driver.cursor()
        cursor.execute(
            self._sql, given if self._order is None else [given[name] for name in self._order]
        )
        return cursor

    def read(self, row: Any) -> list[Any]:
        """The row's values as Python knows them."""
        found = list(row)
        for place, read in self._readers:
            found[place] = read(found[place])
        return found
