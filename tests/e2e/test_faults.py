"""What can break around the running app, one by one:
what the client sees, and that nothing acknowledged is lost.
"""

import resource
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, text

from intake_app.models.engine import transaction
from intake_app.models.records import Document, Record
from tests import soak
from tests.support import REPOSITORY
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Answer, Client
from tests.support.server import Server

NOT_NOW = "We could not save just now"
FAKETIME = "*/faketime/libfaketime.so.1"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> soak.Practice:
    """A practice that is set up and has no client yet."""
    return soak.practice(tmp_path_factory.mktemp("practice"))


@pytest.fixture
def made(empty: soak.Practice, tmp_path: Path) -> Iterator[soak.Practice]:
    """A copy of it, not started."""
    shutil.copytree(empty.server.data, tmp_path / "data")
    copy = soak.Practice(
        Server(
            tmp_path / "data", tmp_path / "log", config="tests/support/gunicorn/without_warming.py"
        ),
        empty.recovery,
    )
    yield copy
    copy.server.stop()


@pytest.fixture
def server(made: soak.Practice) -> Server:
    """Started."""
    made.server.start()
    return made.server


def begun(server: Server) -> tuple[Client, Answer]:
    """Ana, and the first page of their form."""
    client = Client(server.url)
    return client, client.post("/", client.get("/").page.form.values())


def autosave(client: Client, page: Answer, name: str, seq: int) -> Answer:
    fields = dict(page.page.form.values()) | {"id-first_name": name, "seq": str(seq)}
    return client.send("POST", f"{page.path}/autosave", fields.items())


def first_name(client: Client, page: Answer) -> str:
    """What the form has kept, read on a page loaded anew."""
    return client.get(page.path).page.form.controls["id-first_name"].value


def records(made: soak.Practice) -> tuple[int, int]:
    """How many are signed, and how many have their paper."""
    runtime = made.runtime()
    with transaction(runtime.engine, write=False) as session:
        found = (
            len(session.scalars(select(Record.id)).all()),
            len(session.scalars(select(Document.record_id)).all()),
        )
    runtime.engine.dispose()
    return found


@contextmanager
def full_disk(server: Server) -> Iterator[None]:
    """Every write beyond the first page fails, as on a full disk; put back at the end."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in server.workers()}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))
    yield
    for pid, limits in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def test_disk_full_nothing_is_half_written_and_with_room_it_goes_on(
    made: soak.Practice, server: Server
) -> None:
    client = Client(server.url)
    path, fields = HealthyAdult().walk_to_signature(client)
    with full_disk(server):
        refused = client.send("POST", path, fields)
        assert (refused.status, refused.headers["retry-after"]) == (503, "30")
        assert NOT_NOW in refused.page.text
        assert client.get("/intake/check").status == 200, "reading goes on"
    assert records(made) == (0, 0)
    assert client.post(path, fields).path == "/intake/done"
    assert records(made) == (1, 1)
    assert "all in order" in server.command("audit", "verify")


def test_too_little_room_starts_no_new_form_and_lets_the_others_finish(made: soak.Practice) -> None:
    server = made.server
    server.start()
    client, page = begun(server)
    server.stop()
    server.environ["INTAKE_LOW_DISK_MB"] = str(
        shutil.disk_usage(server.data).free // 1024**2 + 10_000
    )
    server.start()
    other = Client(server.url)
    assert other.post("/", other.get("/").page.form.values()).status == 503
    client.connection = None
    assert autosave(client, page, "Ana", 1).status == 204


def test_a_locked_database_is_waited_for_then_said_and_nothing_is_lost(
    made: soak.Practice, server: Server
) -> None:
    client, page = begun(server)
    assert autosave(client, page, "Ana", 1).status == 204
    runtime = made.runtime()
    with transaction(runtime.engine, write=True) as session:
        session.execute(text("DELETE FROM attempt"))
        begin = time.monotonic()
        refused = autosave(client, page, "Anabel", 2)
        waited = time.monotonic() - begin
        assert first_name(client, page) == "Ana", "reading goes on"
    runtime.engine.dispose()
    assert (refused.status, refused.headers["retry-after"]) == (503, "30")
    assert 4.5 < waited < 15
    assert autosave(client, page, "Anabel", 3).status == 204
    assert first_name(client, page) == "Anabel"


def test_four_presses_at_once_sign_once(made: soak.Practice, server: Server) -> None:
    client = Client(server.url)
    path, fields = HealthyAdult().walk_to_signature(client)
    answers: list[Answer] = []

    def press() -> None:
        answers.append(Client(server.url, cookies=dict(client.cookies)).post(path, fields))

    presses = [threading.Thread(target=press) for _ in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert [(one.status, one.path) for one in answers] == [(200, "/intake/done")] * 4
    assert records(made) == (1, 1)
    client.connection = None
    assert client.get("/intake/copy").body.startswith(b"%PDF")


def test_a_network_that_is_cut_in_the_middle_of_an_autosave_changes_nothing(server: Server) -> None:
    client, page = begun(server)
    assert autosave(client, page, "Ana", 1).status == 204
    head = (
        f"POST {page.path}/autosave HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Cookie: {'; '.join(f'{k}={v}' for k, v in client.cookies.items())}\r\n"
        "Sec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n"
        "id-first_name=Anab"
    )
    for _ in range(12):  # more than there are threads: none of them may hang
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as wire:
            wire.sendall(head.encode())
    assert first_name(client, page) == "Ana"
    assert autosave(client, page, "Anabel", 2).status == 204
    assert first_name(client, page) == "Anabel"


def test_a_clock_that_is_put_back_a_day_keeps_the_log_in_order(made: soak.Practice) -> None:
    server = made.server
    server.start()
    client, page = begun(server)
    autosave(client, page, "Anabel", 1)
    HealthyAdult().walk(Client(server.url))
    server.stop()
    library, right = next(Path("/usr/lib").glob(FAKETIME)), dict(server.environ)
    server.environ |= {"LD_PRELOAD": str(library), "FAKETIME": "-1d"}
    server.start()
    client.connection = None
    assert (
        autosave(client, page, "Anabel", 2).status == 204
    )  # the page was drawn tomorrow, and still counts
    page = client.get(page.path)
    assert first_name(client, page) == "Anabel"
    assert autosave(client, page, "Ana", 1).status == 204
    assert HealthyAdult().walk(Client(server.url)).path == "/intake/done"
    assert records(made) == (2, 2)
    server.environ = (
        right  # libfaketime fakes the monotonic clock too: a command would wait a day for a thread
    )
    assert "all in order" in server.command("audit", "verify")


def test_fonts_gone_the_signature_is_safe_and_the_paper_comes_later(
    made: soak.Practice, tmp_path: Path
) -> None:
    server = made.server
    server.runtime = tmp_path / "house"
    for part in ("intake_app", "templates", "static", "deploy", "tests", "wsgi.py"):
        source, target = REPOSITORY / part, server.runtime / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.ttf", "__pycache__"))
        else:
            server.runtime.mkdir(exist_ok=True)
            shutil.copy(source, target)
    server.start()
    client = Client(server.url)
    signed = HealthyAdult().walk(client)
    assert (signed.status, signed.path) == (200, "/intake/done")
    assert client.get("/intake/copy").status == 404
    assert records(made) == (1, 0)
    server.stop()
    server.runtime = REPOSITORY
    server.start()
    client.connection = None
    client.get("/intake/done")
    assert client.get("/intake/copy").body.startswith(b"%PDF")
    assert records(made) == (1, 1)


def test_a_flipped_byte_in_the_database_file_is_never_shown_as_an_answer(
    made: soak.Practice, server: Server
) -> None:
    client, page = begun(server)
    assert autosave(client, page, "Ana", 1).status == 204
    server.stop()
    file = server.data / "intake.db"
    runtime = made.runtime()
    with transaction(runtime.engine, write=False) as session:
        blob: bytes = session.connection().exec_driver_sql("SELECT blob FROM draft").scalar_one()
    runtime.engine.dispose()
    data = bytearray(file.read_bytes())
    data[data.find(blob[:64]) + 40] ^= 1
    file.write_bytes(bytes(data))
    server.start()
    client.connection = None
    answer = client.get(page.path)
    assert answer.status == 500
    assert "Something went wrong on our side" in answer.page.text
    assert "TokenBoxLocked" in server.log.read_text()
