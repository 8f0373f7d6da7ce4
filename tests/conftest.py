"""Fixtures shared by all rooms: a practice that is set up, and the people who come to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from intake_app import create_app
from intake_app.config import Settings
from intake_app.house import House, open_house
from intake_app.migrations import upgrade
from intake_app.services import demo
from tests import factories

settings.register_profile("house", deadline=None)  # timings on a shared machine say nothing about the code
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


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with an empty, migrated database: nobody has set it up."""
    house = open_house(quick(tmp_path))
    upgrade(house.engine)
    yield house
    house.pool.close()
    house.engine.dispose()


@pytest.fixture
def practice(house: House) -> factories.Staff:
    """Stillwater Massage, set up by Donna, its owner and therapist."""
    return factories.set_up(house)


@pytest.fixture
def app(house: House) -> Flask:
    """The app in this house."""
    app = create_app(house=house)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Anybody's browser, over https."""
    return new_browser(app)


@pytest.fixture
def donna(app: Flask, practice: factories.Staff) -> FlaskClient:
    """Donna's browser, signed in."""
    client = new_browser(app)
    factories.sign_in(client, practice)
    return client


@pytest.fixture
def colleague(app: Flask, house: House, practice: factories.Staff) -> FlaskClient:
    """Rosa's browser, signed in: the other therapist."""
    client = new_browser(app)
    factories.sign_in(client, factories.hire(house, demo.ROSA))
    return client


@pytest.fixture
def desk(app: Flask, house: House, practice: factories.Staff) -> FlaskClient:
    """Dora's browser, signed in: the front desk."""
    client = new_browser(app)
    factories.sign_in(client, factories.hire(house, demo.DORA))
    return client


def new_browser(app: Flask) -> FlaskClient:
    """One more browser, with its own cookies."""
    return app.test_client()
