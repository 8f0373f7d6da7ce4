"""The app key: 32 random bytes in a file outside the database, made on the first start.

It opens one thing only: the root secret in `keys.sealed`, beside the database, from which every other key of the
server is derived. So a new app key changes one small file, nothing that was written before becomes unreadable, and
the app need not stop. (A new root would lock out every unfinished form: their keys are derived from it and from a
token that only the client has.)
"""

import base64
import json
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from intake_app import atomic
from intake_app.vault.keys import DirectoryError, open_root, seal_root

NAME = "app.key"
ROOT = "keys.sealed"
LENGTH = 32
FEWEST_DIFFERENT_BYTES = 16  # 32 random bytes hold about 30 different ones


class WeakKey(ValueError):
    """The key file cannot be used; the message is a sentence for the operator."""


class KeptElsewhere(Exception):
    """The key file belongs to the service manager: this program may not replace it."""


def place(environ: Mapping[str, str], data: Path) -> Path:
    """INTAKE_APP_KEY_FILE; else a systemd credential (LoadCredential=app.key:...); else the data folder."""
    if named := environ.get("INTAKE_APP_KEY_FILE"):
        return Path(named)
    credential = Path(environ.get("CREDENTIALS_DIRECTORY", "/nonexistent"), NAME)
    return credential if credential.exists() else data / NAME


def load(path: Path, guarded: bool) -> bytes:
    """The key; two first starts at once agree on one.

    guarded: the service manager keeps others out, so that the file's own mode does not matter. Raises WeakKey.
    """
    if not path.exists():
        _make(path, secrets.token_hex(LENGTH) + "\n")
    try:
        mode, key = path.stat().st_mode, bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise WeakKey("cannot be read as a key. Restore it from your backup; without it nobody can sign in.") from error
    if not guarded and stat.S_IMODE(mode) & 0o077:
        raise WeakKey(f"may be read by others on this computer. Run: chmod 400 {path}")
    if len(key) != LENGTH:
        raise WeakKey("must hold 64 hexadecimal digits. Restore it from your backup.")
    if len(set(key)) < FEWEST_DIFFERENT_BYTES:
        raise WeakKey("is not random and could be guessed. Restore the right one from your backup.")
    return key


def root(data: Path, key: bytes) -> bytes:
    """The secret every other key is derived from, made on the first start. Raises WeakKey when the key does not fit."""
    file = data / ROOT
    if not file.exists():
        _make(file, _boxes([seal_root(key, secrets.token_bytes(LENGTH))]))
    for box in json.loads(file.read_text(encoding="ascii"))["boxes"]:
        try:
            return open_root(key, base64.b64decode(box))
        except DirectoryError:
            continue
    raise WeakKey("is not the key of this database. Put back the app.key that belongs to it, from your backup.")


def change(data: Path, path: Path) -> None:
    """Put a new app key in the place of the old one. Killed at any moment, the key in force opens the root.

    Raises KeptElsewhere or WeakKey; then nothing was changed.
    """
    if not os.access(path.parent, os.W_OK):
        raise KeptElsewhere
    secret = root(data, load(path, guarded=True))
    new = secrets.token_bytes(LENGTH)
    both = [seal_root(load(path, guarded=True), secret), seal_root(new, secret)]
    atomic.write(data / ROOT, _boxes(both).encode(), 0o400)
    atomic.write(path, f"{new.hex()}\n".encode(), 0o400)
    atomic.write(data / ROOT, _boxes(both[1:]).encode(), 0o400)


def _boxes(boxes: list[bytes]) -> str:
    return json.dumps({"v": 1, "boxes": [base64.b64encode(box).decode() for box in boxes]}) + "\n"


def _make(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(text, encoding="ascii")
        draft.chmod(0o400)
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise WeakKey(f"does not exist and cannot be made ({error.strerror}).") from error
    finally:
        draft.unlink(missing_ok=True)
