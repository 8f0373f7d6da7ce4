"""Fixtures for all tests: a practice that is set up, and the people who come to it.

What every test would do in the same way is done once a run: the database is migrated, the practice
is set up, a PDF worker gets warm, templates are compiled. A test works in a copy, free to be
broken.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache

from intake_app import create_app
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, signing
from intake_app.migrations import upgrade
from tests.support import clients, people
from tests.support.runtimes import SavedPractice, SharedWorkers, new_browser

# Timings on a shared machine say nothing about the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker that says what a test starts from."""
    config.addinivalue_line(
        "markers", "starts_from(fixture): the SavedPractice that this test's runtime is a copy of"
    )


@pytest.fixture(scope="session")
def shared_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedWorkers]:
    """The warm PDF workers of the run."""
    workers = SharedWorkers(tmp_path_factory.mktemp("workers"))
    yield workers
    workers.pool.close()


@pytest.fixture(scope="session")
def migrated_folder(
    tmp_path_factory: pytest.TempPathFactory, shared_workers: SharedWorkers
) -> Path:
    """A folder with an empty, migrated database."""
    folder = tmp_path_factory.mktemp("migrated")
    with shared_workers.open(folder) as runtime:
        upgrade(runtime.engine)
    return folder


@pytest.fixture(scope="session")
def new_practice(
    tmp_path_factory: pytest.TempPathFactory,
    migrated_folder: Path,
    shared_workers: SharedWorkers,
) -> SavedPractice:
    """Stillwater Massage, set up by Donna, its owner and therapist."""
    folder = shutil.copytree(migrated_folder, tmp_path_factory.mktemp("new_practice") / "data")
    with shared_workers.open(folder) as runtime:
        return SavedPractice(folder, people.set_up(runtime))


@pytest.fixture(scope="session")
def practice_with_record(
    tmp_path_factory: pytest.TempPathFactory,
    new_practice: SavedPractice,
    shared_workers: SharedWorkers,
) -> SavedPractice:
    """Stillwater Massage, where Ana has signed."""
    folder = shutil.copytree(new_practice.folder, tmp_path_factory.mktemp("record") / "data")
    with shared_workers.open(folder) as runtime:
        token = clients.complete_new(runtime, clients.ANA)
        # On a busy computer the PDF may have taken too long.
        while (draft := drafts.open_draft(runtime, token, "")) is not None:
            signing.complete(runtime, draft)
    return SavedPractice(folder, new_practice.donna, token)


@pytest.fixture
def saved_practice(request: pytest.FixtureRequest) -> SavedPractice | None:
    """What `starts_from` of this test, its class or its file names; None without it."""
    marker = request.node.get_closest_marker("starts_from")
    return request.getfixturevalue(marker.args[0]) if marker else None


@pytest.fixture
def runtime(
    tmp_path: Path,
    saved_practice: SavedPractice | None,
    migrated_folder: Path,
    shared_workers: SharedWorkers,
) -> Iterator[Runtime]:
    """A copy of what the test starts from: a database that nobody has set up,
    if it says nothing.
    """
    source = saved_practice.folder if saved_practice else migrated_folder
    with shared_workers.open(shutil.copytree(source, tmp_path / "data")) as runtime:
        yield runtime


@pytest.fixture
def practice(
    runtime: Runtime, saved_practice: SavedPractice | None, new_practice: SavedPractice
) -> people.Staff:
    """Stillwater Massage in this runtime, set up by Donna, its owner and therapist."""
    if saved_practice:
        return saved_practice.donna
    runtime.engine.dispose()
    for file in new_practice.folder.iterdir():
        (runtime.settings.data / file.name).unlink(missing_ok=True)
        shutil.copy2(file, runtime.settings.data)
    return new_practice.donna


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Templates that a test has compiled need not be compiled by the next."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled_templates")))


@pytest.fixture
def app(runtime: Runtime, compiled_templates: BytecodeCache) -> Flask:
    """The app of this runtime."""
    app = create_app(runtime=runtime)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["PREFERRED_URL_SCHEME"] = "https"
    app.jinja_env.bytecode_cache = compiled_templates
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
    people.sign_in(client, people.hire(runtime, people.ROSA))
    return client


@pytest.fixture
def desk(app: Flask, runtime: Runtime, practice: people.Staff) -> FlaskClient:
    """Dora's browser, signed in: the front desk."""
    client = new_browser(app)
    people.sign_in(client, people.hire(runtime, people.DORA))
    return client
