"""Who stops the server waits a moment, not until the server's patience
with a slow client is over.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.support import REPOSITORY
from tests.support.server import Server, free_port


def test_stopped_while_its_first_worker_is_born_the_server_is_gone_at_once(tmp_path: Path) -> None:
    Server(tmp_path, tmp_path / "log").command("setup")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "tests/support/gunicorn/stopped_at_start.py",
        "wsgi:app",
    ]
    environ = {**os.environ, "INTAKE_DATA": str(tmp_path), "PORT": str(free_port())}
    begun = time.monotonic()
    assert (
        subprocess.run(command, cwd=REPOSITORY, env=environ, timeout=60, check=False).returncode
        == 0
    )
    assert time.monotonic() - begun < 20, "the worker never heard that it has to stop"
