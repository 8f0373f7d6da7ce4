"""The real server: gunicorn as `make run` starts it, on a free port and a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from intake_app.models.engine import make_engine
from tests.support import REPOSITORY

START_SECONDS = 30


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Server:
    """One gunicorn with its folder. `log` is everything it ever printed."""

    data: Path
    log: Path
    app: str = "wsgi:app"
    config: str = "deploy/gunicorn.conf.py"
    runtime: Path = REPOSITORY
    under: tuple[str, ...] = ()
    environ: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """What the server's processes see."""
        own = {
            "PORT": str(self.port),
            "INTAKE_DATA": str(self.data),
            "PYTHONPATH": str(self.runtime),
        }
        return {**os.environ, **own, **self.environ}

    def command(self, *words: str) -> str:
        """Run an operator command in the same surroundings and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=REPOSITORY,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def engine(self) -> Engine:
        """The server's database, looked at from outside."""
        return make_engine(
            self.environment().get("INTAKE_DATABASE_URL", f"sqlite:///{self.data / 'intake.db'}")
        )

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises TimeoutError, at once when the server gave up.
        """
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.under, sys.executable, "-m", "gunicorn", "--config", self.config, self.app],
                cwd=self.runtime,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers. Raises TimeoutError."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and (self.process is None or self.process.poll() is None):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5)  # noqa: S310 - our own
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise TimeoutError(self.log.read_text(errors="replace")[-2000:])

    def workers(self) -> list[int]:
        """Process ids of the workers that live now."""
        master = self.process.pid if self.process else 0
        return [
            int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()
        ]

    def stop(self) -> None:
        """Stop politely; the whole process group if it does not listen."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
