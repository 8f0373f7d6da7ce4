"""What lies on the disk after ten intakes: no answer, no name, no token, in no encoding;
no PDF in clear.
"""

import base64
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from intake_app.core.config import Settings
from intake_app.core.runtime import open_runtime
from intake_app.records import inbox, open_record
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Client
from tests.support.people import enter
from tests.support.server import Server

WORDS = {
    "id-first_name": "Zebrafinch",
    "id-last_name": "Quokkawitz",
    "v-reason": "marmosetache since tuesday",
    "id-email": "axolotlmail@example.com",
    "name": "Zebrafinch Quokkawitz",
}
MARKERS = ["Zebrafinch", "Quokkawitz", "marmosetache", "axolotlmail"]


def disguises(word: str) -> set[bytes]:
    """A word as it could lie on a disk: plain, other cases, UTF-16, hex, URL-quoted, reversed,
    base64 at 3 offsets.
    """
    plain = word.encode()
    shapes = {
        plain,
        plain.lower(),
        plain.upper(),
        word.encode("utf-16-le"),
        plain.hex().encode(),
        plain[::-1],
    }
    shapes.add(quote(word, safe="").encode())
    for pad in range(3):
        coded = base64.b64encode(b"x" * pad + plain)
        shapes.add(coded[4 if pad else 0 :].rstrip(b"=")[: len(plain)])
    return shapes


def found(folders: list[Path], needles: set[bytes]) -> list[str]:
    """Files that hold a needle."""
    hits = []
    for folder in folders:
        for file in [folder] if folder.is_file() else [f for f in folder.rglob("*") if f.is_file()]:
            data = file.read_bytes()
            hits += [f"{file.name}: {needle[:24]!r}" for needle in needles if needle in data]
    return hits


@dataclass
class Aftermath:
    """The server after ten intakes, its temp folder, and the tokens the clients hold."""

    server: Server
    temp: Path
    tokens: list[str]

    @property
    def places(self) -> list[Path]:
        return [self.server.data, self.server.log, self.temp]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Ten clients, nine of whom sign; the tenth leaves in the middle."""
    folder = tmp_path_factory.mktemp("canary")
    temp = folder / "tmp"
    temp.mkdir()
    server = Server(
        folder / "data", folder / "log", environ={"TMPDIR": str(temp), "HOME": str(temp)}
    )
    server.command("demo", "--people", "0")
    server.start()
    tokens = []
    for number in range(10):
        client, ana = Client(server.url), HealthyAdult()
        ana.known |= WORDS
        path, fields = ana.walk_to_signature(client)
        if number < 9:
            client.post(path, fields)
        tokens.append(client.cookies["__Host-intake"].split(".")[0])
    yield Aftermath(server, temp, tokens)
    server.stop()


def test_nothing_that_a_client_wrote_lies_readable_on_the_disk(aftermath: Aftermath) -> None:
    needles = {shape for word in MARKERS for shape in disguises(word)} | {b"%PDF-1", b"/Type /Page"}
    assert found(aftermath.places, needles) == []
    aftermath.server.stop()
    assert found(aftermath.places, needles) == []


def test_no_token_lies_on_the_disk(aftermath: Aftermath) -> None:
    needles = {shape for token in aftermath.tokens for shape in disguises(token)}
    assert found(aftermath.places, needles) == []


def test_the_search_would_find_a_leak(aftermath: Aftermath) -> None:
    leak = aftermath.temp / "planted"
    leak.write_bytes(base64.b64encode(b"xyz Zebrafinch was here"))
    try:
        assert found(aftermath.places, disguises("Zebrafinch")) != []
    finally:
        leak.unlink()


def test_the_words_are_really_stored_and_open_with_the_therapists_key(aftermath: Aftermath) -> None:
    data = aftermath.server.data
    key = bytes.fromhex((data / "app.key").read_text())
    runtime = open_runtime(
        Settings(data=data, database_url=f"sqlite:///{data / 'intake.db'}", app_key=key)
    )
    donna = enter(runtime)
    rows = inbox.load_inbox(runtime, donna).rows
    assert len(rows) == 9
    assert "marmosetache" in open_record.open_record(runtime, donna, rows[0].id).paper.reason
    runtime.pool.close()


def test_no_temporary_file_is_left(aftermath: Aftermath) -> None:
    assert [file.name for file in aftermath.temp.iterdir() if not file.name.startswith(".")] == []
    assert tempfile.gettempdir() != str(aftermath.temp)
