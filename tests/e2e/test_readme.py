"""Every command in the README is run by CI, here or by `.ci/run` itself; but for one that only a person starts."""

import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server import free_port
from tests.tools import HOUSE

MAKE = ["make", "--no-print-directory", "-o", ".venv/.run", "-o", ".venv/.dev"]  # `make test` has just set up both
STARTS = {"make run": "/setup#", "make demo": "Sign-in name: donna"}
OPERATOR = re.compile(r"\.venv/bin/flask --app wsgi [a-z -]+")
CI = re.compile(r"^(?:\w+=\d+ )?make ([a-z ]+)$", re.M)
SERVED = {"make serve"}  # tests/test_serve.py starts what it starts, on free ports
PARTS = {"make sbom", "make holes"}  # tests/rules/test_parts.py runs what they run, beside a source of known holes
BY_HAND = {"make bare"}  # it runs the whole suite in another system
QUICK = {"make bench": "bar 3.5", "make screenshots": ""}


def commands() -> list[str]:
    """Every line of the README's plain code blocks that is typed into a shell."""
    blocks = re.findall(r"^```\n(.*?)^```", (HOUSE / "README.md").read_text(encoding="utf-8"), re.S | re.M)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`(make [a-z]+)`", (HOUSE / "README.md").read_text(encoding="utf-8"))
    return sorted({line for line in lines if line.startswith(("make", ".venv/"))} | set(inline))


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "INTAKE_DATA": str(folder / "data"), "PORT": str(free_port()), **more}


@contextmanager
def started(command: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of what this command started, and the file of all it printed."""
    environ, log = environment(folder), folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*MAKE, *command.split()[1:]], cwd=HOUSE, env=environ, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield f"http://127.0.0.1:{environ['PORT']}", log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_the_readme_has_commands_and_each_is_run_here_or_by_ci() -> None:
    found = commands()
    by_ci = {f"make {name}" for line in CI.findall((HOUSE / ".ci" / "run").read_text()) for name in line.split()}
    here = {"make", *STARTS, *QUICK, *SERVED, *PARTS, *BY_HAND} | {
        command for command in found if OPERATOR.fullmatch(command)
    }
    assert len(found) > 8
    assert set(found) - by_ci - here == set()


def test_make_alone_prints_the_list() -> None:
    said = subprocess.run(MAKE, cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    assert all(f"make {name}" in said for name in ("run", "demo", "test", "lint", "bench", "setup", "screenshots"))


@pytest.mark.parametrize("command", STARTS)
def test_it_starts_answers_and_says_where_to_go_on(command: str, tmp_path: Path) -> None:
    with started(command, tmp_path) as (address, log):
        until = time.monotonic() + 180
        while True:
            try:
                assert urllib.request.urlopen(f"{address}/", timeout=5).status == 200  # noqa: S310 - our own address
                break
            except OSError:
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.2)
        assert STARTS[command] in log.read_text()
        assert f"{address}/" in log.read_text()


def test_the_operators_commands_work_in_a_practice_that_is_set_up(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    names = [command for command in commands() if OPERATOR.fullmatch(command)]
    for command in [".venv/bin/flask --app wsgi demo --people 0", *names]:
        done = subprocess.run(command.split(), cwd=HOUSE, env=environ, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        advised = command.endswith("doctor") and "BAD" in said  # what this computer lacks is no fault of the command
        assert "Traceback" not in said, said
        assert done.returncode == 0 or advised, f"{command}: {said}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", QUICK)
def test_measuring_and_taking_pictures_work(command: str, tmp_path: Path) -> None:
    environ = environment(tmp_path, BENCH_ROUNDS="1", PICTURES=str(tmp_path))
    done = subprocess.run(
        [*MAKE, command.split()[1]], cwd=HOUSE, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert QUICK[command] in done.stdout
    assert command != "make screenshots" or len(list(tmp_path.glob("*.png"))) > 4
