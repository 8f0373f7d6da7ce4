"""The app key: 32 random bytes in a file outside the database, made on the first start.

It opens one thing only: the root secret in `keys.sealed`, beside the database, from which every
other key of the server is derived. So a new app key changes one small file, nothing that was
written before becomes unreadable, and the app need not stop. (A new root would lock out every
unfinished form: their keys are derived from it and from a token that only the client has.)
"""

import base64
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from intake_app import files
from intake_app.crypto.server_keys import DirectoryError, decrypt_root, encrypt_root

NAME = "app.key"
ROOT = "keys.sealed"
LENGTH = 32
FEWEST_DIFFERENT_BYTES = 16  # 32 random bytes hold about 30 different ones


class WeakKey(ValueError):
    """The key file cannot be used; the message is a sentence for the operator."""


class KeptElsewhere(Exception):
    """The key file belongs to the service manager: this program may not replace it."""


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """A new key that was begun and is not settled yet.

    key: its fingerprint. by: who asked for it. in_force: whether its file stands in the place of
    the old one.
    """

    key: str
    by: str
    in_force: bool


def place(environ: Mapping[str, str], data: Path) -> Path:
    """INTAKE_APP_KEY_FILE; else a systemd credential (LoadCredential=app.key:...); else in data."""
    if named := environ.get("INTAKE_APP_KEY_FILE"):
        return Path(named)
    credential = Path(environ.get("CREDENTIALS_DIRECTORY", "/nonexistent"), NAME)
    return credential if credential.exists() else data / NAME


def load(path: Path, guarded: bool) -> bytes:
    """The key; two first starts at once agree on one.

    guarded: the service manager keeps others out, so that the file's own mode does not matter.
    Raises WeakKey.
    """
    if not path.exists():
        _make(path, secrets.token_hex(LENGTH) + "\n")
    try:
        mode = path.stat().st_mode
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise WeakKey(
            "cannot be read as a key. Restore it from your backup; without it nobody can sign in."
        ) from error
    if not guarded and stat.S_IMODE(mode) & 0o077:
        raise WeakKey(f"may be read by others on this computer. Run: chmod 400 {path}")
    if len(key) != LENGTH:
        raise WeakKey("must hold 64 hexadecimal digits. Restore it from your backup.")
    if len(set(key)) < FEWEST_DIFFERENT_BYTES:
        raise WeakKey("is not random and could be guessed. Restore the right one from your backup.")
    return key


def root(data: Path, key: bytes) -> bytes:
    """The secret every other key is derived from, made on the first start.

    Raises WeakKey when the key does not fit.
    """
    file = data / ROOT
    if not file.exists():
        _make(file, _boxes([encrypt_root(key, secrets.token_bytes(LENGTH))]))
    for box in json.loads(file.read_text(encoding="ascii"))["boxes"]:
        try:
            return decrypt_root(key, base64.b64decode(box))
        except DirectoryError:
            continue
    raise WeakKey(
        "is not the key of this database. "
        "Put back the app.key that belongs to it, from your backup."
    )


def rotate(data: Path, path: Path, by: str) -> None:
    """Replace the old app key by a new one, and note that beside the root until it is settled.

    Killed at any moment, the key in force opens the root. One change at a time: the caller keeps
    others out. Raises KeptElsewhere or WeakKey; then nothing was changed.
    """
    if not os.access(path.parent, os.W_OK):
        raise KeptElsewhere
    old = load(path, guarded=True)
    new = secrets.token_bytes(LENGTH)
    secret = root(data, old)
    both = [encrypt_root(old, secret), encrypt_root(new, secret)]
    _keep(data, both, {"key": _fingerprint(new), "by": by})
    files.write_atomically(path, f"{new.hex()}\n".encode(), 0o400)


def rotation_begun(data: Path, path: Path) -> KeyRotation | None:
    """The change that is not settled; None when there is none.

    Raises WeakKey when the key cannot be read.
    """
    file = data / ROOT
    noted = json.loads(file.read_text(encoding="ascii")).get("change") if file.exists() else None
    if noted is None:
        return None
    return KeyRotation(
        noted["key"], noted["by"], _fingerprint(load(path, guarded=True)) == noted["key"]
    )


def finish_rotation(data: Path, path: Path) -> None:
    """End the change: from now on the key in force alone opens the root.

    The caller keeps others out.
    """
    key = load(path, guarded=True)
    _keep(data, [encrypt_root(key, root(data, key))])


def _fingerprint(key: bytes) -> str:
    """64 bits that name the key and tell nothing about it."""
    return hashlib.sha256(b"intake app key" + key).hexdigest()[:16]


def _keep(data: Path, boxes: list[bytes], change: Mapping[str, str] | None = None) -> None:
    files.write_atomically(data / ROOT, _boxes(boxes, change).encode(), 0o400)


def _boxes(boxes: list[bytes], change: Mapping[str, str] | None = None) -> str:
    content = {"v": 1, "boxes": [base64.b64encode(box).decode() for box in boxes]}
    return json.dumps(content | ({"change": dict(change)} if change else {})) + "\n"


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
