"""Unpack a tar archive without trusting it, on every Python that the app promises.

`extractall(filter="data")` does more, but came with Python 3.11.4; Debian 12 has 3.11.2.
"""

import tarfile
from pathlib import Path


def unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Write the archive's files below the folder.

    Stops at a name that leads out of it, and at a link or a device.
    """
    inside = folder.resolve()
    for info in tar:
        path = (inside / info.name).resolve()
        if not path.is_relative_to(inside):
            raise ValueError(f"{info.name} leads out of the folder")
        if info.isdir():
            path.mkdir(parents=True, exist_ok=True)
            continue
        file = tar.extractfile(info) if info.isreg() else None
        if file is None:
            raise ValueError(f"{info.name} is neither a file nor a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.read())
        if info.mode & 0o100:
            path.chmod(0o755)  # a program stays one
