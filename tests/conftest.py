"""Fixtures shared by all rooms: a practice that is set up, and the people who come to it.

What every test would do in the same way is done once a run: the database is migrated, the practice is set up, a paper
press gets warm, templates are compiled. A test works in a folder of its own, a copy, free to be broken.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy import event

from intake_app import create_app
from intake_app.core.config import Settings
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.demo import scenario
from intake_app.migrations import upgrade
from intake_app.pdf.pool import RenderPool
from tests.support import people

settings.register_profile(
    "house", deadline=None
)  # timings on a shared machine say nothing about the code
settings.load_profile("house")


def quick(data: Path) -> Settings:
    """Settings for a folder of one test, with a cheap passphrase hash."""
    return Settings(
        data=data,
        database_url=f"sqlite:///{data / 'intake.db'}",
        app_key=bytes(range(32)),
        app_key_file=str(data / "app.key"),
        render_seconds=120,  # a busy machine says nothing about the code; tests of the limit bring their own press
        kdf_memory_kib=64,
        kdf_time=1,
    )


class Press:
    """One warm press for every house of a run: it takes seconds to start one. It seals for the house opened last.

    Nobody pulls the plug of a test's own process: its database does not wait for the disk. (Those of servers do.)
    """

    def __init__(self, folder: Path) -> None:
        self.door = folder / "house"
        self.pool = RenderPool(
            1, timeout=120, memory_limit=1500 * 1024 * 1024, seal_file=self.door / "seal.p12"
        )

    @contextmanager
    def open(self, folder: Path) -> Iterator[Runtime]:
        """The house in this folder, with this press."""
        self.door.unlink(missing_ok=True)
        self.door.symlink_to(folder)
        runtime = replace(open_runtime(quick(folder)), pool=self.pool)
        event.listen(
            runtime.engine,
            "connect",
            lambda connection, _: connection.execute("PRAGMA synchronous=OFF"),
        )
        yield runtime
        runtime.engine.dispose()


@pytest.fixture(scope="session")
def warm_press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """The press of the run."""
    press = Press(tmp_path_factory.mktemp("press"))
    yield press
    press.pool.close()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory, warm_press: Press) -> Path:
    """A folder with an empty, migrated database."""
    folder = tmp_path_factory.mktemp("blank")
    with warm_press.open(folder) as runtime:
        upgrade(runtime.engine)
    return folder


@dataclass(frozen=True)
class Settled:
    """A folder, and what Donna knows."""

    folder: Path
    donna: people.Staff


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory, blank: Path, warm_press: Press) -> Settled:
    """Stillwater Massage, set up by Donna, its owner and therapist."""
    folder = shutil.copytree(blank, tmp_path_factory.mktemp("settled") / "data")
    with warm_press.open(folder) as runtime:
        return Settled(folder, people.set_up(runtime))


@pytest.fixture
def runtime(tmp_path: Path, blank: Path, warm_press: Press) -> Iterator[Runtime]:
    """A house with an empty, migrated database: nobody has set it up."""
    shutil.copytree(blank, tmp_path, dirs_exist_ok=True)
    with warm_press.open(tmp_path) as runtime:
        yield runtime


@pytest.fixture
def practice(runtime: Runtime, settled: Settled) -> people.Staff:
    """Stillwater Massage in this house, set up by Donna, its owner and therapist."""
    runtime.engine.dispose()
    for file in settled.folder.iterdir():
        (runtime.settings.data / file.name).unlink(missing_ok=True)
        shutil.copy2(file, runtime.settings.data)
    return settled.donna


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Templates that a test has compiled need not be compiled by the next."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


@pytest.fixture
def app(runtime: Runtime, compiled: BytecodeCache) -> Flask:
    """The app in this house."""
    app = create_app(runtime=runtime)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["PREFERRED_URL_SCHEME"] = "https"
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Anybody's browser, over https."""
    return new_browser(app)


@pytest.fixture
def donna(app: Flask, practice: people.Staff) -> FlaskClient:
    """Donna's browser, signed in."""
    client = new_browser(app)
    people.sign_in(client, practice)
    return client


@pytest.fixture
def colleague(app: Flask, runtime: Runtime, practice: people.Staff) -> FlaskClient:
    """Rosa's browser, signed in: the other therapist."""
    client = new_browser(app)
    people.sign_in(client, people.hire(runtime, scenario.ROSA))
    return client


@pytest.fixture
def desk(app: Flask, runtime: Runtime, practice: people.Staff) -> FlaskClient:
    """Dora's browser, signed in: the front desk."""
    client = new_browser(app)
    people.sign_in(client, people.hire(runtime, scenario.DORA))
    return client


def new_browser(app: Flask) -> FlaskClient:
    """One more browser, with its own cookies."""
    return app.test_client()
