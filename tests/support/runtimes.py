"""The app inside a test: cheap settings, one warm PDF worker for all tests, saved practices."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from intake_app.core.config import Settings
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.pdf.pool import RenderPool
from tests.support.people import Staff


def settings_for(folder: Path) -> Settings:
    """Settings for the folder of one test, with a cheap passphrase hash."""
    return Settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'intake.db'}",
        app_key=bytes(range(32)),
        app_key_file=str(folder / "app.key"),
        # A busy machine says nothing about the code; tests of the limit have their own workers.
        render_seconds=120,
        kdf_memory_kib=64,
        kdf_time=1,
    )


class SharedWorkers:
    """Warm PDF workers for every runtime of a run: it takes seconds to start one.

    They sign with the certificate of the runtime that was opened last.
    """

    def __init__(self, folder: Path) -> None:
        self.current = folder / "current"
        self.pool = RenderPool(
            1, timeout=120, memory_limit=1500 * 1024 * 1024, seal_file=self.current / "seal.p12"
        )

    @contextmanager
    def open(self, folder: Path) -> Iterator[Runtime]:
        """The runtime of this folder, with these workers.

        Nobody pulls the plug of a test's own process: its database does not wait for the disk.
        (Those of servers do.)
        """
        self.current.unlink(missing_ok=True)
        self.current.symlink_to(folder)
        runtime = replace(open_runtime(settings_for(folder)), pool=self.pool)
        event.listen(
            runtime.engine,
            "connect",
            lambda connection, _: connection.execute("PRAGMA synchronous=OFF"),
        )
        yield runtime
        runtime.engine.dispose()


@dataclass(frozen=True)
class SavedPractice:
    """A practice in a folder, to be copied for each test.

    donna: what Donna, its owner, knows. token: what Ana holds; empty when nobody has signed.
    """

    folder: Path
    donna: Staff
    token: str = ""


def new_browser(app: Flask) -> FlaskClient:
    """One more browser, with its own cookies."""
    return app.test_client()
