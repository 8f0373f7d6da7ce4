"""A practice that holds one signed record, made once and copied for each test."""

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from intake_app.house import House, open_house
from intake_app.migrations import upgrade
from intake_app.services import demo, drafts, intake
from tests import factories
from tests.conftest import quick

ANA = tomllib.loads(demo.PEOPLE.read_text(encoding="utf-8"))["person"][0] | {
    "id.first_name": "Ana",
    "id.last_name": "Moreno",
    "v.reason": "A stiff neck",
}


@dataclass(frozen=True)
class Kept:
    """The folder, what Donna knows, and the token that Ana holds."""

    folder: Path
    donna: factories.Staff
    token: str


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Stillwater Massage, where Ana has signed."""
    folder = tmp_path_factory.mktemp("kept")
    house = open_house(quick(folder))
    upgrade(house.engine)
    donna = factories.set_up(house)
    token = demo.sign(house, ANA)
    while (draft := drafts.open_draft(house, token, "")) is not None:  # a busy computer: the paper took too long
        intake.finish(house, draft)
    house.pool.close()
    house.engine.dispose()
    return Kept(folder, donna, token)


@pytest.fixture
def house(kept: Kept, tmp_path: Path) -> Iterator[House]:
    """A copy of it, free to be broken."""
    shutil.copytree(kept.folder, tmp_path / "data")
    house = open_house(quick(tmp_path / "data"))
    yield house
    house.pool.close()
    house.engine.dispose()
