"""Debian's own PostgreSQL in a folder of its own, with the settings of docs/operate.md.

Never as root.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import free_port

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "logging_collector": "off",
    "listen_addresses": "127.0.0.1",
}


def binary(name: str) -> str:
    """A program of the newest PostgreSQL that is installed."""
    return str(
        max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda one: int(one.parts[4]))
    )


@contextmanager
def running() -> Iterator[tuple[str, Path]]:
    """A server with one empty database: its address for INTAKE_DATABASE_URL,
    and the folder of all its files.
    """
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        home, port = Path(folder), free_port()
        if os.geteuid() == 0:
            shutil.chown(home, "postgres", "postgres")
        control = [binary("pg_ctl"), "-D", str(home / "data"), "-w", "-l", str(home / "log")]
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        _run([binary("initdb"), "-D", str(home / "data"), "-A", "trust", "-U", "intake"])
        _run([*control, "-o", f"-p {port} -k {home} {options}", "start"])
        try:
            yield f"postgresql+psycopg://intake@127.0.0.1:{port}/postgres", home
        finally:
            _run([*control, "-m", "immediate", "stop"])


def _run(words: list[str]) -> None:
    """PostgreSQL refuses to run as root: then its own user runs it."""
    user = (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        if os.geteuid() == 0
        else []
    )
    subprocess.run([*user, *words], cwd="/", check=True, stdout=subprocess.DEVNULL)
