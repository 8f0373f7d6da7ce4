"""One commit of the app, checked out and running with a made-up practice in a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parents[2]
START_SECONDS = 60
CODE_SECONDS = 30
PERSON = re.compile(r"Sign-in name: (\S+)\s+Passphrase: (.+)")
CODE = re.compile(r"^(\S+): (\d{6})$", re.M)


class NotStarted(Exception):
    """The commit's app did not start; the text says why."""


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """The files of a commit in a temporary folder, with this checkout's .venv; gone afterwards."""
    if not commit:
        yield HERE
        return
    with tempfile.TemporaryDirectory(prefix="pictures-") as temporary:
        tree = Path(temporary) / "tree"
        git = ["git", "-C", str(HERE), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            if not (tree / ".venv").exists():
                (tree / ".venv").symlink_to((HERE / ".venv").resolve())
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=False)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class App:
    """The app of one checkout. Who works there is read from what `flask demo` prints."""

    tree: Path
    data: Path
    port: int = field(default_factory=free_port)
    people: dict[str, str] = field(default_factory=dict)
    _used: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Everything the server printed."""
        return self.data.with_name(f"{self.data.name}.log")

    def _environment(self) -> dict[str, str]:
        """Only our own settings. A proxy is believed: each visitor has an address of their own."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("INTAKE_")}
        own = {"PORT": str(self.port), "INTAKE_DATA": str(self.data), "INTAKE_PROXIES": "1"}
        return {**kept, **own, "PYTHONPATH": str(self.tree)}

    def command(self, *words: str) -> str:
        """What an operator command printed. Raises NotStarted."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=self.tree,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotStarted(f"flask {' '.join(words)}: {(done.stdout + done.stderr)[-800:]}")
        return done.stdout

    def demo(self) -> None:
        """Fill the folder with the made-up practice."""
        self.people = dict(PERSON.findall(self.command("demo")))

    def code(self, who: str) -> str:
        """What this person's phone shows. A code counts once: a new one may take 30 seconds."""
        until = time.monotonic() + 2 * CODE_SECONDS
        while time.monotonic() < until:
            now = dict(CODE.findall(self.command("demo-codes")))[who]
            if now != self._used.get(who):
                self._used[who] = now
                return now
            time.sleep(2)
        raise NotStarted(f"no new code for {who}")

    def start(self) -> None:
        """Start gunicorn as `make demo` does, and wait until it answers. Raises NotStarted."""
        config = next(self.tree.glob("deploy/**/gunicorn.conf.py"), None)
        if config is None:
            raise NotStarted("deploy/gunicorn.conf.py is not there")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", str(config), "wsgi:app"],
                cwd=self.tree,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5)  # noqa: S310 - our own
                return
            time.sleep(0.1)
        self.stop()
        raise NotStarted(self.log.read_text(errors="replace")[-800:])

    def stop(self) -> None:
        """Stop it, at the latest after 20 seconds."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def practice(tree: Path, data: Path) -> Iterator[App]:
    """The made-up practice, open."""
    app = App(tree, data)
    app.demo()
    app.start()
    try:
        yield app
    finally:
        app.stop()
