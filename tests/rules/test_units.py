"""The systemd units say what systemd understands, run this app's own commands,
and shut the app in.
"""

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import REPOSITORY

UNITS = sorted((REPOSITORY / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


def here(unit: Path, folder: Path) -> str:
    """The unit as it would stand on a server where the app lies in this
    folder and its user exists.
    """
    text = (
        unit.read_text()
        .replace("/opt/intake", str(REPOSITORY))
        .replace("User=intake", "User=daemon")
    )
    (folder / unit.name).write_text(text.replace("Group=intake", "Group=daemon"))
    return str(folder / unit.name)


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    files = [here(unit, tmp_path) for unit in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False
    )
    assert [
        line for line in done.stderr.splitlines() if "/intake" in line or "intake-" in line
    ] == []


def test_the_sandbox_is_tight(tmp_path: Path) -> None:
    """systemd's own measure: 0 is a closed box, 10 an open door; ours is 3.0 at most."""
    file = here(REPOSITORY / "deploy" / "systemd" / "intake.service", tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=30", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_no_memory_reaches_the_disk_and_no_other_user_reads_a_file(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text())
    service = dict(parser["Service"])
    wanted = {"MemorySwapMax": "0", "LimitCORE": "0", "UMask": "0077", "NoNewPrivileges": "yes"}
    assert wanted.items() <= service.items()
    assert service["ExecStart"].startswith("/opt/intake/.venv/bin/")


def test_gunicorn_understands_its_configuration(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--check-config",
        "--config",
        "deploy/gunicorn.conf.py",
        "wsgi:app",
    ]
    environ = os.environ | {"INTAKE_DATA": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
