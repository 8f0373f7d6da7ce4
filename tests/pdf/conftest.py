"""One practice's seal, one press, one finished PDF for the whole room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake_app.pdf.certificate import make_practice_seal
from intake_app.pdf.pool import RenderPool
from tests.pdf.sample import paper

MEMORY = 1500 * 1024 * 1024


@pytest.fixture(scope="session")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the seal of Stillwater Massage."""
    folder = tmp_path_factory.mktemp("seal")
    make_practice_seal("Stillwater Massage", folder)
    return folder


@pytest.fixture(scope="session")
def press(seal: Path) -> Iterator[RenderPool]:
    """A warm press."""
    pool = RenderPool(size=2, timeout=60, memory_limit=MEMORY, seal_file=seal / "seal.p12")
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def ana(press: RenderPool) -> bytes:
    """Ana's record."""
    return press.render(paper())


@pytest.fixture(scope="session")
def authority(seal: Path) -> bytes:
    """The practice's root certificate."""
    return (seal / "ca.pem").read_bytes()
