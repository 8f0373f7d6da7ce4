"""The table of the 59 points in docs/security.md is true: every file and test it names exists."""

import re

import pytest

from tests.support import REPOSITORY

TEXT = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| `(test_\w+)` \|$", re.M)
ROWS = ROW.findall(TEXT.partition("## The checklist")[2])
OUTSIDE = ("Makefile", "requirements/", "deploy/", "templates/", "static/")
TESTS = "\n".join(
    file.read_text(encoding="utf-8") for file in sorted((REPOSITORY / "tests").rglob("test_*.py"))
)


def test_every_point_is_there_once_and_in_order() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, 60))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_file_and_test_of_a_point_exists(row: tuple[str, str, str, str]) -> None:
    _, _, where, test = row
    for name in re.findall(r"`([^`]+)`", where):
        parent = REPOSITORY if name.startswith(OUTSIDE) else REPOSITORY / "intake_app"
        assert (parent / name).exists(), name
    found = re.findall(rf"^def {test}\(", TESTS, re.M)
    assert len(found) == 1, "the name leads to exactly one test"


def test_everything_is_installed_with_hashes() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    installs = [
        line for line in makefile.splitlines() if "pip --python" in line or "pip install" in line
    ]
    assert installs
    assert all("--require-hashes" in line for line in installs)
    for file in ("run.txt", "dev.txt"):
        text = (REPOSITORY / "requirements" / file).read_text(encoding="utf-8")
        packages = re.findall(r"^[\w.\[\]-]+==.*\n?.*", text, re.M)
        assert packages
        assert [one for one in packages if "--hash=sha256:" not in one] == []
