"""The worker is killed (SIGKILL) somewhere in the submission:
nothing is lost, and there is exactly one record.
"""

import http.client
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import make_engine, transaction
from intake_app.models.records import Document, Record
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Client
from tests.support.server import Server

PLACES = [
    "before the evidence is sealed",
    "before the evidence is committed",
    "before the document is printed",
    "before the copy is stored",
    "before the document is stored",
    "before either is committed",
    "before the answer is sent",
]


@pytest.fixture(scope="module")
def empty_practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice that is set up and has no client yet."""
    folder = tmp_path_factory.mktemp("practice")
    Server(folder / "data", folder / "log").command("demo", "--people", "0")
    return folder / "data"


@pytest.fixture(params=PLACES)
def deadly(
    request: pytest.FixtureRequest, empty_practice: Path, tmp_path: Path
) -> Iterator[Server]:
    """A server whose worker dies once, at this place."""
    shutil.copytree(empty_practice, tmp_path / "data")
    environ = {"FAULT_AT": request.param, "FAULT_MARK": str(tmp_path / "killed")}
    log, config = tmp_path / "log", "tests/support/gunicorn/without_warming.py"
    server = Server(tmp_path / "data", log, "tests.support.killed_app:app", config, environ=environ)
    server.start()
    yield server
    server.stop()


def press_until_done(client: Client, path: str, fields: list[tuple[str, str]]) -> None:
    """A person who sees a broken page and presses the button again."""
    for _ in range(40):
        try:
            if client.post(path, fields).path == "/intake/done":
                return
        except (http.client.HTTPException, ConnectionError):
            client.connection = None
            time.sleep(0.2)
    raise AssertionError("the form was never sent")


def test_a_killed_worker_loses_nothing_and_doubles_nothing(deadly: Server, tmp_path: Path) -> None:
    ana, client = HealthyAdult(), Client(deadly.url)
    path, fields = ana.walk_to_signature(client)

    press_until_done(client, path, fields)
    copy = client.get("/intake/copy")

    assert (tmp_path / "killed").exists(), "the worker was never killed: this test proves nothing"
    assert copy.body.startswith(b"%PDF")
    assert stored(deadly) == {
        "records": 1,
        "papers": 1,
        "signings": 1,
        "drafts": 1,
    }  # the draft is Noor's invitation
    assert "all in order" in deadly.command("audit", "verify")


def stored(server: Server) -> dict[str, int]:
    """How many of each the database holds."""
    engine = make_engine(f"sqlite:///{server.data / 'intake.db'}")
    with transaction(engine, write=False) as session:
        signings = (
            select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "record.signed")
        )
        return {
            "records": session.scalar(select(func.count()).select_from(Record)) or 0,
            "papers": session.scalar(select(func.count()).select_from(Document)) or 0,
            "signings": session.scalar(signings) or 0,
            "drafts": session.scalar(select(func.count()).select_from(Draft)) or 0,
        }
