"""The press: warm, limited in time and memory, and never the end of the web process."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from intake_app.pdf.certificate import SealFileError, load_seal
from intake_app.pdf.cpu_limit import TOO_LONG
from intake_app.pdf.pool import RenderFailed, RenderPool
from intake_app.pdf.record_document import Row
from tests.pdf.conftest import MEMORY
from tests.pdf.sample import paper
from tests.support import REPOSITORY

LONG = tuple(Row(f"Question {i}", "many words and more words " * 100, f"q.{i}") for i in range(400))


def test_a_paper_that_takes_too_long_is_given_up_and_the_next_one_works(seal: Path) -> None:
    press = RenderPool(size=1, timeout=60, memory_limit=MEMORY, seal_file=seal / "seal.p12")
    press.render(paper())
    process = press._workers[0].process
    press.timeout = 0.05
    with pytest.raises(RenderFailed):
        press.render(paper(read_first=LONG))
    press.timeout = 60
    assert press.render(paper()).startswith(b"%PDF")
    assert process is not None and process.returncode in TOO_LONG
    press.close()


@pytest.mark.parametrize(
    "forever", ["while True:\n        pass", "time.sleep(60)"], ids=["computing", "waiting"]
)
def test_a_paper_that_never_ends_is_ended(forever: str) -> None:
    code = (
        "import time\nfrom intake_app.pdf.cpu_limit import limit_cpu\n"
        f"with limit_cpu(0.02):\n    {forever}"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], cwd=REPOSITORY, check=False, timeout=30
        ).returncode
        in TOO_LONG
    )


def test_on_a_busy_machine_nobody_waits_for_ever_the_press_stays_and_the_paper_is_kept(
    seal: Path,
) -> None:
    """A machine without a moment for the press: it is stopped, and goes on later."""
    press, kept = (
        RenderPool(size=1, timeout=60, memory_limit=MEMORY, seal_file=seal / "seal.p12"),
        [],
    )
    press.render(paper())
    process = press._workers[0].process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    press.timeout = 1  # a warm press computes for a third of this
    with pytest.raises(RenderFailed, match="busy"):
        press.render(paper(), "Ana", kept.append)
    assert kept == []
    os.kill(process.pid, signal.SIGCONT)
    press.timeout = 60
    made = press.render(paper(), "Ana", kept.append)
    assert kept == [made], "the record was printed twice"
    assert press._workers[0].process is process and process.poll() is None
    press.close()


def test_a_paper_that_needs_too_much_memory_is_given_up_with_a_reason_that_holds_no_answer(
    seal: Path,
) -> None:
    press = RenderPool(
        size=1, timeout=60, memory_limit=120 * 1024 * 1024, seal_file=seal / "seal.p12"
    )
    with pytest.raises(RenderFailed) as failed:
        press.render(paper(read_first=LONG))
    assert "many words" not in str(failed.value)
    press.close()


def test_a_killed_press_is_replaced(seal: Path) -> None:
    press = RenderPool(size=1, timeout=60, memory_limit=MEMORY, seal_file=seal / "seal.p12")
    press.render(paper())
    process = press._workers[0].process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert press.render(paper()).startswith(b"%PDF")
    press.close()


WORKER = """
import subprocess, sys, time
from pathlib import Path
from intake_app.pdf.cpu_limit import TOO_LONG
from intake_app.pdf.pool import RenderPool
press = RenderPool(1, 60, int(sys.argv[2]), Path(sys.argv[1]))._workers[0].running()
pipe = press.stdin.fileno()
holder = subprocess.Popen(["sleep", "60"], pass_fds=[pipe], stdout=subprocess.DEVNULL)
print(press.pid, holder.pid, flush=True)
time.sleep(60)
"""


def test_a_press_ends_with_its_worker_also_when_its_pipe_stays_open(seal: Path) -> None:
    command = [sys.executable, "-c", WORKER, seal / "seal.p12", str(MEMORY)]
    worker = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    press, holder = map(int, worker.stdout.readline().split())
    assert lives(press)
    worker.kill()
    worker.communicate()
    until = time.monotonic() + 20
    while lives(press):
        assert time.monotonic() < until, "the press lives on"
        time.sleep(0.05)
    assert lives(holder), "the pipe was closed: this test proves nothing"
    os.kill(holder, signal.SIGKILL)


def lives(pid: int) -> bool:
    """Whether this process runs; one that only waits to be counted does not."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_two_papers_at_once(press: RenderPool) -> None:
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(press.render(paper()))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [data[:4] for data in made] == [b"%PDF", b"%PDF"]


def test_the_press_keeps_the_seal_from_everybody_else(seal: Path) -> None:
    assert {name: (seal / name).stat().st_mode & 0o777 for name in ("seal.p12", "seal.pass")} == {
        "seal.p12": 0o400,
        "seal.pass": 0o400,
    }
    assert len(load_seal(seal / "seal.p12").certificates) == 2


def test_a_wrong_password_is_said_in_a_sentence(seal: Path, tmp_path: Path) -> None:
    (tmp_path / "seal.p12").write_bytes((seal / "seal.p12").read_bytes())
    (tmp_path / "seal.pass").write_text("wrong")
    with pytest.raises(SealFileError, match=r"does not open with the password in seal.pass"):
        load_seal(tmp_path / "seal.p12")
