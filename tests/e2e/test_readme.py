"""Every command in README.md and docs/ is run by CI:
here, in a test beside what it starts, or by `.ci/run` itself.

A block of `sh` that says above it when it was last run by hand is left out
(tests/rules/test_documents.py).
"""

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

from tests.support.documents import BY_HAND, DOCS, REPOSITORY, blocks, prose
from tests.support.server import free_port

MAKE = [
    "make",
    "--no-print-directory",
    "-o",
    ".venv/.run",
    "-o",
    ".venv/.dev",
]  # `make test` has just set up both
FLASK = ".venv/bin/flask --app wsgi"
STARTS = {
    "make run": "/setup#",
    "make demo": "Sign-in name: donna",
    f"{FLASK} run --debug": "Debugger is active",
}
OPERATOR = re.compile(rf"{FLASK} (?!run\b)[a-z -]+")
CI = re.compile(r"^(?:\w+=\d+ )?make ([a-z ]+)$", re.M)
RECIPE = re.compile(r"^\t@\$\(VENV\)(/.+)$", re.M)
SERVED = {"make serve"}  # tests/operations/test_serve.py starts what it starts, on free ports
PARTS = {
    "make sbom",
    "make holes",
}  # tests/rules/test_parts.py runs what they run, beside a source of known holes
SETS_UP = {"make setup"}  # what each of CI's targets begins with
QUICK = {"make bench": "bar 3.5", "make screenshots": ""}
TYPED = re.compile(r"\.venv/bin/(python -m pytest .+|ruff format \.)")


def commands() -> list[str]:
    """Every line that a document tells people to type, but for those it says are run by hand."""
    typed = {line for block in blocks("sh") if not block.is_by_hand for line in block.lines}
    paragraphs = [
        part for file in DOCS for part in prose(file).split("\n\n") if not BY_HAND.search(part)
    ]
    return sorted(typed | set(re.findall(r"`(make [a-z]+)`", "\n".join(paragraphs))))


def by_ci() -> set[str]:
    """What `.ci/run` runs, and what its targets consist of."""
    targets = [
        name
        for line in CI.findall((REPOSITORY / ".ci" / "run").read_text())
        for name in line.split()
    ]
    makefile = (
        (REPOSITORY / "Makefile").read_text(encoding="utf-8").partition("static: setup-dev")[2]
    )
    checks = RECIPE.findall(makefile.partition("\n\n")[0])
    return {f"make {name}" for name in targets} | {f".venv/bin{check}" for check in checks}


def environment(folder: Path, **more: str) -> dict[str, str]:
    port = str(free_port())
    own = {"INTAKE_DATA": str(folder / "data"), "PORT": port, "FLASK_RUN_PORT": port}
    return {**os.environ, **own, **more}


@contextmanager
def started(command: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of what this command started, and the file of all it printed."""
    environ, log = environment(folder), folder / "log"
    words = command.split()
    if words[0] == "make":
        words = [*MAKE, *words[1:]]
    else:
        setup = [*FLASK.split(), "setup"]
        subprocess.run(setup, cwd=REPOSITORY, env=environ, check=True, capture_output=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, cwd=REPOSITORY, env=environ, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield f"http://127.0.0.1:{environ['PORT']}", log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_the_documents_have_commands_and_each_is_run_here_or_by_ci() -> None:
    found = commands()
    here = {"make", *STARTS, *QUICK, *SERVED, *PARTS, *SETS_UP}
    here |= {one for one in found if OPERATOR.fullmatch(one) or TYPED.fullmatch(one)}
    assert len(found) > 8
    assert set(found) - by_ci() - here == set()


def test_make_alone_prints_the_list() -> None:
    said = subprocess.run(MAKE, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert all(
        f"make {name}" in said
        for name in ("run", "demo", "test", "lint", "bench", "setup", "screenshots")
    )


@pytest.mark.parametrize("command", STARTS)
def test_it_starts_answers_and_says_where_to_go_on(command: str, tmp_path: Path) -> None:
    with started(command, tmp_path) as (address, log):
        until = time.monotonic() + 180
        while True:
            try:
                answer = urllib.request.urlopen(f"{address}/", timeout=5)  # noqa: S310 - our own
                assert answer.status == 200
                break
            except OSError:
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.2)
        assert STARTS[command] in log.read_text()
        assert address in log.read_text()


def test_the_operators_commands_work_in_a_practice_that_is_set_up(tmp_path: Path) -> None:
    environ = environment(tmp_path)
    names = [command for command in commands() if OPERATOR.fullmatch(command)]
    for command in [f"{FLASK} demo --people 0", *names]:
        done = subprocess.run(
            command.split(),
            cwd=REPOSITORY,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        advised = (
            command.endswith("doctor") and "BAD" in said
        )  # what this computer lacks is no fault of the command
        assert "Traceback" not in said, said
        assert done.returncode == 0 or advised, f"{command}: {said}"


@pytest.mark.parametrize("command", [command for command in commands() if TYPED.fullmatch(command)])
def test_what_a_contributor_types_works(command: str, tmp_path: Path) -> None:
    """Running one file of tests, and formatting, which changes nothing in a
    checkout that CI lets through.
    """
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=REPOSITORY,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", QUICK)
def test_measuring_and_taking_pictures_work(command: str, tmp_path: Path) -> None:
    environ = environment(tmp_path, BENCH_ROUNDS="1", PICTURES=str(tmp_path))
    done = subprocess.run(
        [*MAKE, command.split()[1]],
        cwd=REPOSITORY,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert QUICK[command] in done.stdout
    assert command != "make screenshots" or len(list(tmp_path.glob("*.png"))) > 4
