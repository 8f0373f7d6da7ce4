"""A file that holds the old bytes or the new ones, nothing between, if the power fails."""

import os
from pathlib import Path


def write_atomically(path: Path, data: bytes, mode: int) -> None:
    """Put data in the place of what the file holds. Raises OSError; then it is as it was."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_bytes(data)
    draft.chmod(mode)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(path)
