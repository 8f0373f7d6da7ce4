"""Two hundred workers are killed at random moments while people walk and sign:
nothing lost, nothing doubled.
"""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select

from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.records import ClientCopy, Document, Record
from tests import soak

KILLS = 200
random_pause = random.Random().uniform  # noqa: S311
WALKERS = 6


@pytest.fixture(scope="module")
def aftermath(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[soak.Practice, soak.Crowd]]:
    """The practice after the last kill, when everybody who was signing has been let finish."""
    made = soak.practice(tmp_path_factory.mktemp("kills"))
    made.server.start()
    crowd = soak.run(made, 600, WALKERS, pause=lambda: random_pause(0.01, 0.4), kills=KILLS)
    made.server.stop()
    yield made, crowd


@pytest.mark.timeout(900)
def test_200_random_kills_lose_nothing_and_double_nothing(
    aftermath: tuple[soak.Practice, soak.Crowd],
) -> None:
    made, crowd = aftermath
    books = soak.balance(made, crowd)
    assert crowd.errors == []
    assert crowd.kills == KILLS
    assert (books.lost, books.doubled, books.bad_pdfs, books.log) == ([], [], [], "")
    assert books.signed >= WALKERS / 2
    assert books.saves > 50


def test_the_books_would_show_a_loss(aftermath: tuple[soak.Practice, soak.Crowd]) -> None:
    """The count proves something: with one record and the drafts taken away it is not balanced."""
    made, crowd = aftermath
    runtime = made.runtime()
    with transaction(runtime.engine, write=True) as session:
        record = session.scalars(select(Record.id).limit(1)).one()
        session.execute(delete(ClientCopy).where(ClientCopy.record_id == record))
        session.execute(delete(Document).where(Document.record_id == record))
        session.execute(delete(Record).where(Record.id == record))
        session.execute(delete(Draft))
    runtime.engine.dispose()
    assert soak.balance(made, crowd).lost != []
