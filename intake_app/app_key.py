"""The app key: 32 random bytes in a file outside the database, made on the first start."""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

NAME = "app.key"
LENGTH = 32
FEWEST_DIFFERENT_BYTES = 16  # 32 random bytes hold about 30 different ones


class WeakKey(ValueError):
    """The key file cannot be used; the message is a sentence for the operator."""


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
        _make(path)
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


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(LENGTH) + "\n", encoding="ascii")
        draft.chmod(0o400)
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise WeakKey(f"does not exist and cannot be made ({error.strerror}).") from error
    finally:
        draft.unlink(missing_ok=True)
