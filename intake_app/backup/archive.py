"""What lies inside a backup: a plain tar, so that `age -d` and `tar` open it without this app.

First `manifest.json`, then the small key files, last `intake.db`. Neither side ever lies
unencrypted on the disk: the tar is made and read as a stream, straight into and out of age.
"""

import io
import os
import re
import tarfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from intake_app.crypto import age

DATABASE = "intake.db"
MANIFEST = "manifest.json"
PART = 1024 * 1024
PAD = 1024 * 1024  # a backup's length tells no more than this
SMALL = 1024 * 1024
NAME = re.compile(r"(?:anchors/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,60}\Z")


class NotABackup(Exception):
    """The file does not open with this key, was changed, or holds what a backup never holds."""


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One file of the archive: its name, its mode, and its bytes or where they are."""

    name: str
    mode: int
    content: bytes | Path

    def size(self) -> int:
        """In bytes."""
        if isinstance(self.content, bytes):
            return len(self.content)
        return self.content.stat().st_size

    def parts(self) -> Iterator[bytes]:
        """The bytes, a piece at a time."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        with self.content.open("rb") as file:
            while part := file.read(PART):
                yield part


def write(entries: Iterable[ArchiveEntry], target: BinaryIO, recipient: str) -> None:
    """The entries as a padded tar, age-encrypted to this one recipient."""
    age.encrypt_stream_to(io.BufferedReader(_Stream(_padded(_tar(entries)))), target, recipient)


def read(source: BinaryIO, secret: str, folder: Path | None) -> bytes:
    """Unpack into folder (None: only look). Returns the manifest.

    Raises NotABackup; files written so far stay.
    """
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as executor:
        decryption = executor.submit(_decrypt, source, writing, secret)
        with os.fdopen(reading, "rb") as plain:
            manifest = _unpack(plain, folder)
    # when only looking, the pipe was closed before the end: that is no fault
    failure = decryption.exception()
    if manifest is None or (folder is not None and failure is not None):
        raise NotABackup from failure
    return manifest


def _decrypt(source: BinaryIO, writing: int, secret: str) -> None:
    with os.fdopen(writing, "wb") as plain:
        age.decrypt_stream_with(source, plain, secret)


def _unpack(plain: BinaryIO, folder: Path | None) -> bytes | None:
    """None when the stream ended too early: the key was wrong, or the file is cut."""
    manifest = None
    try:
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            for info in tar:
                if manifest is None:
                    manifest = _manifest(tar, info)
                elif folder is not None:
                    _extract(tar, info, folder)
                else:
                    return manifest
        while plain.read(PART):
            pass
    except tarfile.ReadError:
        return None
    return manifest


def _manifest(tar: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(info)
    if file is None or info.name != MANIFEST or info.size > SMALL:
        raise NotABackup
    return file.read()


def _extract(tar: tarfile.TarFile, info: tarfile.TarInfo, folder: Path) -> None:
    file = tar.extractfile(info)
    if file is None or not NAME.match(info.name):
        raise NotABackup
    path = folder / info.name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    with path.open("wb") as target:
        while part := file.read(PART):
            target.write(part)
    path.chmod(info.mode & 0o644)


def _tar(entries: Iterable[ArchiveEntry]) -> Iterator[bytes]:
    for entry in entries:
        info = tarfile.TarInfo(entry.name)
        info.size = entry.size()
        info.mode = entry.mode
        yield info.tobuf(tarfile.USTAR_FORMAT)
        yield from entry.parts()
        yield bytes(-info.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _padded(parts: Iterable[bytes]) -> Iterator[bytes]:
    length = 0
    for part in parts:
        length += len(part)
        yield part
    yield bytes(-length % PAD)


class _Stream(io.RawIOBase):
    """Pieces of bytes, readable as one file."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = part
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
