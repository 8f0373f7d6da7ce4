"""The same search in every other place: the backup and what is in it, mapped files,
and every path that is written.
"""

import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from tests import soak
from tests.e2e.test_canary import MARKERS, WORDS, disguises, found
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Client
from tests.support.unpacked import unpack

NEEDLES = {shape for word in MARKERS for shape in disguises(word)} | {b"%PDF-1", b"/Type /Page"}
WRITTEN = re.compile(r"^\d+<(?:python|gunicorn)[^>]*> p?write(?:v|64|v2)?\(\d+<(/[^>]+)>", re.M)
MAPPED = re.compile(r"^\S+ \S+ \S+ \S+ [1-9]\d* +(/.+)$", re.M)
ALLOWED = (
    r"{data}/(intake\.db|snapshot\.new)(-wal|-shm|-journal)?",
    r"{data}/backups/intake-[\d-]+\.age(\.new)?",
    r"{log}",
    r"(/tmp|{temp})/\w{{8}}",  # Python's tempfile tries whether it may write here: the word "blat"
    r"/dev/null",
    r"/.*/__pycache__/.*\.pyc(\.\d+)?",
)


@dataclass
class Aftermath:
    """The server after three clients and a backup, the backup, and what strace saw."""

    made: soak.Practice
    temp: Path
    backup: Path
    tokens: list[str]
    trace: str


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Two clients sign, the third leaves in the middle, all under strace;
    then the nightly backup.
    """
    folder = tmp_path_factory.mktemp("everywhere")
    made, temp, trace = soak.practice(folder), folder / "tmp", folder / "strace"
    temp.mkdir()
    server = made.server
    server.config = "deploy/gunicorn.conf.py"
    server.environ |= {"TMPDIR": str(temp), "HOME": str(temp)}
    strace = (
        "strace",
        "-f",
        "-qq",
        "-y",
        "-Y",
        "-s",
        "0",
        "-e",
        "trace=write,writev,pwrite64,pwritev,pwritev2",
    )
    server.under = (*strace, "-D", "-o", str(trace))
    server.start()
    tokens = []
    for number in range(3):
        client, ana = Client(server.url), HealthyAdult()
        ana.known |= WORDS
        path, fields = ana.walk_to_signature(client)
        if number < 2:
            assert client.post(path, fields).path == "/intake/done"
            assert client.get("/intake/copy").body.startswith(b"%PDF")
        tokens.append(client.cookies["__Host-intake"].split(".")[0])
    command = [
        *strace,
        "-o",
        str(folder / "strace-backup"),
        sys.executable,
        "-m",
        "flask",
        "--app",
        "wsgi",
        "backup",
    ]
    subprocess.run(
        command, cwd=server.runtime, env=server.environment(), check=True, capture_output=True
    )
    (backup,) = (server.data / "backups").iterdir()
    seen = trace.read_text(errors="replace") + (folder / "strace-backup").read_text(
        errors="replace"
    )
    yield Aftermath(made, temp, backup, tokens, seen)
    server.stop()


def opened(aftermath: Aftermath) -> tarfile.TarFile:
    """The backup's inside, with the key from the sheet."""
    plain = subprocess.run(
        ["age", "-d", "-i", "-", aftermath.backup],
        input=aftermath.made.recovery.encode(),
        capture_output=True,
        check=True,
    ).stdout
    return tarfile.open(fileobj=BytesIO(plain))


def test_the_backup_holds_nothing_readable_and_neither_does_the_database_inside(
    aftermath: Aftermath, tmp_path: Path
) -> None:
    tokens = {shape for token in aftermath.tokens for shape in disguises(token)}
    assert found([aftermath.backup], NEEDLES | tokens) == []
    with opened(aftermath) as tar:
        unpack(tar, tmp_path)
    assert (tmp_path / "intake.db").stat().st_size > 100_000
    assert found([tmp_path], NEEDLES | tokens) == []
    (tmp_path / "planted").write_bytes(b"..Quokkawitz..")
    assert found([tmp_path], NEEDLES) != [], "the search finds nothing at all"


def test_live_and_stopped_no_file_holds_a_word_and_no_process_has_mapped_one(
    aftermath: Aftermath,
) -> None:
    server = aftermath.made.server
    workers = server.workers()
    threads = [thread for worker in workers for thread in Path(f"/proc/{worker}/task").iterdir()]
    presses = [int(one) for thread in threads for one in (thread / "children").read_text().split()]
    assert len(workers) == 2
    assert presses
    all_mapped = set()
    for pid in (*workers, *presses):
        mapped = {Path(name) for name in MAPPED.findall(Path(f"/proc/{pid}/maps").read_text())}
        own = [
            file
            for file in mapped
            if file.is_file() and not str(file).startswith(("/usr", "/root", "/lib"))
        ]
        all_mapped |= {file.name for file in own}
        assert found([file for file in own if ".venv" not in file.parts], NEEDLES) == []
    assert "intake.db-shm" in all_mapped, "no mapped file was seen: this test proves nothing"
    assert found([server.data, server.log, aftermath.temp], NEEDLES) == []
    server.stop()
    assert found([server.data, server.log, aftermath.temp], NEEDLES) == []


def test_only_known_paths_are_ever_written(aftermath: Aftermath) -> None:
    """strace saw every write to a file, by the server, its presses and the backup."""
    written = set(WRITTEN.findall(aftermath.trace))
    server = aftermath.made.server
    places = {"data": server.data, "log": server.log, "temp": aftermath.temp}
    allowed = re.compile("|".join(f"(?:{pattern.format_map(places)})" for pattern in ALLOWED))
    assert any(path.endswith("intake.db-wal") for path in written), (
        "strace saw nothing: this test proves nothing"
    )
    assert any(path.endswith(".age.new") for path in written)
    assert sorted(path for path in written if not allowed.fullmatch(path)) == []
