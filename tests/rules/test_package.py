"""`pip install .` gives an app that is whole, and the command `intake`."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from intake_app.core.version import __version__
from tests.support import REPOSITORY

RUN = (
    "from importlib.metadata import distribution as of; "
    "of('intake-app').entry_points['intake'].load()()"
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the app in it as pip would leave it there, its parts aside."""
    folder = tmp_path_factory.mktemp("installed")
    build = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        str(folder / "wheels"),
    ]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = (folder / "wheels").iterdir()
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def intake(installed: Path, data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as its script runs it, far from the repository."""
    environ = os.environ | {"PYTHONPATH": str(installed), "INTAKE_DATA": str(data)}
    script = f"import sys; sys.argv = ['intake', *sys.argv[1:]]; {RUN}"
    command = [sys.executable, "-c", script, *words]
    return subprocess.run(
        command, cwd=data, env=environ, capture_output=True, text=True, check=False
    )


def test_the_command_knows_every_operators_command(installed: Path, tmp_path: Path) -> None:
    answer = intake(installed, tmp_path, "--help")
    assert answer.returncode == 0, answer.stderr
    for name in ("setup", "doctor", "backup", "restore", "audit", "rotate", "purge"):
        assert f"\n  {name} " in answer.stdout


def test_an_installed_app_makes_its_database_and_a_pdf(installed: Path, tmp_path: Path) -> None:
    assert "Open this link once" in intake(installed, tmp_path, "setup").stdout
    answer = intake(installed, tmp_path, "demo", "--people", "1")
    assert answer.returncode == 0, answer.stderr
    report = intake(installed, tmp_path, "doctor").stdout
    assert report.startswith(f"Intake {__version__}, data in {tmp_path}\n")
    assert "ok  paper" in report


def test_a_wrong_setting_is_a_sentence(installed: Path) -> None:
    wrong = os.environ | {"PYTHONPATH": str(installed), "INTAKE_WORKERS": "many"}
    command = [sys.executable, "-c", RUN]
    stopped = subprocess.run(command, env=wrong, capture_output=True, text=True, check=False)
    assert (stopped.returncode, stopped.stderr.count("\n")) == (1, 1), stopped.stderr
    assert "INTAKE_WORKERS" in stopped.stderr
