"""A wrong setting stops the start with one sentence, under gunicorn and flask:
no traceback, a bad exit status.
"""

import http.client
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import REPOSITORY
from tests.support.server import Server

STARTS = {
    "gunicorn": ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"],
    "flask": ["-m", "flask", "--app", "wsgi", "setup"],
}
WRONG = {
    "INTAKE_RENDER_SECONDS": "soon",
    "INTAKE_RENDER_MEMORY_MB": "1",
    "INTAKE_PROXIES": "-1",
    "INTAKE_DATABASE_URL": "mysql://x",
    "INTAKE_DATABSE_URL": "sqlite:///x",
    "INTAKE_DATA": "/proc/nowhere",
    "INTAKE_APP_KEY_FILE": "/proc/nowhere/app.key",
    "PORT": "many",
    "INTAKE_WORKERS": "some",
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("way", STARTS)
def test_a_wrong_setting_stops_the_start_with_a_sentence_that_names_it(
    tmp_path: Path, way: str, name: str
) -> None:
    environ = {**os.environ, "INTAKE_DATA": str(tmp_path / "data"), name: WRONG[name]}
    done = subprocess.run(
        [sys.executable, *STARTS[way]],
        cwd=REPOSITORY,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode not in (0, None)
    assert "Traceback" not in said
    assert name in said
    assert len(said.strip().splitlines()) == 1, said


def test_without_a_proxy_no_header_makes_plain_http_safe(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path / "log", environ={"INTAKE_PROXIES": "0"})
    server.command("setup")
    server.start()
    try:
        for name, value in (
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Protocol", "ssl"),
            ("X-Forwarded-Ssl", "on"),
            ("X-Forwarded-Host", "localhost"),
        ):
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            line.request("GET", "/sign-in", headers={"Host": "practice.lan", name: value})
            assert line.getresponse().status == 403, name
            line.close()
    finally:
        server.stop()
