"""What a practice keeps: who Ana is, a record signed inside a test, and a practice that holds one already.

The practice with the record is made once and copied for each test.
"""

import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from intake_app.core.runtime import Runtime
from intake_app.demo import scenario
from intake_app.intake import drafts, signing
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from tests.conftest import Press, Settled
from tests.support import people

WHO: dict[str, Any] = {
    "id.first_name": "Ana",
    "id.last_name": "Moreno",
    "id.dob": "1955-03-14",
    "id.phone": "+19205550134",
    "em.name": "Lucia Moreno",
    "em.phone": "+19205550177",
}
BEN: dict[str, Any] = WHO | {"id.first_name": "Ben", "id.last_name": "Ode", "v.reason": "To relax."}
ANA = tomllib.loads(scenario.PEOPLE.read_text(encoding="utf-8"))["person"][0] | {
    "id.first_name": "Ana",
    "id.last_name": "Moreno",
    "v.reason": "A stiff neck",
}


def sign(runtime: Runtime, answers: Mapping[str, Any]) -> str:
    """A signed record of these answers. Returns its id."""
    scenario.sign_and_complete(runtime, answers)
    return newest(runtime)


def newest(runtime: Runtime) -> str:
    """The id of the record that was signed last."""
    with transaction(runtime.engine, write=False) as session:
        return session.scalars(select(Record.id).order_by(Record.signed_at.desc())).first() or ""


@dataclass(frozen=True)
class Kept:
    """The folder, what Donna knows, and the token that Ana holds."""

    folder: Path
    donna: people.Staff
    token: str


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, settled: Settled, warm_press: Press) -> Kept:
    """Stillwater Massage, where Ana has signed."""
    folder = shutil.copytree(settled.folder, tmp_path_factory.mktemp("kept") / "data")
    with warm_press.open(folder) as runtime:
        token = scenario.sign_and_complete(runtime, ANA)
        while (
            draft := drafts.open_draft(runtime, token, "")
        ) is not None:  # a busy computer: the paper took too long
            signing.complete(runtime, draft)
    return Kept(folder, settled.donna, token)


@pytest.fixture
def runtime(kept: Kept, tmp_path: Path, warm_press: Press) -> Iterator[Runtime]:
    """A copy of it, free to be broken."""
    with warm_press.open(shutil.copytree(kept.folder, tmp_path / "data")) as runtime:
        yield runtime
