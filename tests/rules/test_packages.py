"""Installing what is missing waits for a program that is installing already.

Here with the real apt in folders of its own. It knows no package:
once it may go on, it says that it cannot find them.
"""

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from tests.support import REPOSITORY

LOCKS = ("lists/lock", "lock-frontend", "lock")
WAITS = "Another program is installing packages on this computer: waiting"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Surroundings in which dpkg has nothing installed and apt works below the test's folder."""
    for folder in (
        "lists/partial",
        "cache/archives/partial",
        "etc",
        "log",
        "dpkg/updates",
        "dpkg/info",
    ):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "status").touch()
    (tmp_path / "dpkg" / "status").touch()
    settings = {
        "Dir::State": tmp_path,
        "Dir::State::status": tmp_path / "status",
        "Dir::Cache": tmp_path / "cache",
        "Dir::Etc": tmp_path / "etc",
        "Dir::Log": tmp_path / "log",
    }
    (tmp_path / "apt.conf").write_text(
        "".join(f'{name} "{path}";\n' for name, path in settings.items())
    )
    own = {"APT_CONFIG": str(tmp_path / "apt.conf"), "DPKG_ADMINDIR": str(tmp_path / "dpkg")}
    return {**os.environ, **own}


def installing(environ: dict[str, str]) -> subprocess.Popen[str]:
    root = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
    return subprocess.Popen(
        [*root, "deploy/packages", "run"],
        cwd=REPOSITORY,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("name", LOCKS)
def test_it_says_that_it_waits_and_goes_on_when_the_other_program_is_done(
    tmp_path: Path, environ: dict[str, str], name: str
) -> None:
    with (tmp_path / name).open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        script = installing(environ)
        assert script.stdout is not None
        assert script.stdout.readline().startswith("Installing: ")
        assert script.stdout.readline().startswith(WAITS)
    rest, wrong = script.communicate(timeout=60)
    assert rest == "", "it says so once"
    assert "Unable to locate package libpango" in wrong
    assert "lock" not in wrong
    assert script.returncode == 1


def test_it_does_not_wait_for_ever(tmp_path: Path, environ: dict[str, str]) -> None:
    with (tmp_path / LOCKS[0]).open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        script = installing({**environ, "PACKAGES_WAIT_MINUTES": "0"})
        _, wrong = script.communicate(timeout=60)
    assert "do this again" in wrong
    assert script.returncode == 1
