"""Debian's own PostgreSQL in a folder of its own, with the settings the README asks for. Never as root."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server import free_port

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
    return str(max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda one: int(one.parts[4])))


def as_user(words: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: then its own user runs it."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words] if os.geteuid() == 0 else words


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A server with one empty database; yields its address for INTAKE_DATABASE_URL."""
    home, port = folder / "postgresql", free_port()
    home.mkdir()
    for one in (home, *home.parents):
        if one.stat().st_uid == os.geteuid() and str(one) not in {"/", "/tmp"}:
            one.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    home.chmod(0o700)
    run = {"cwd": "/", "check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(as_user([binary("initdb"), "-D", str(home / "data"), "-A", "trust", "-U", "intake"]), **run)  # type: ignore[call-overload]
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    control = [binary("pg_ctl"), "-D", str(home / "data"), "-w", "-l", str(home / "log")]
    start = [*control, "-o", f"-p {port} -k {home} {options}", "start"]
    subprocess.run(as_user(start), **run)  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://intake@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(as_user([*control, "-m", "immediate", "stop"]), **run)  # type: ignore[call-overload]
