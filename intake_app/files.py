"""Files written whole or not at all, and the folders that come with the app."""

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


def shipped(folder: str) -> Path:
    """A folder that comes with the app, `templates` or `static`.

    In the repository it stands beside the package, in an installed app inside it.
    """
    inside = Path(__file__).parent / folder
    return inside if inside.is_dir() else Path(__file__).parents[1] / folder
