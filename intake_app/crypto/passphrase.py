"""A therapist's keys under their passphrase.

KEK = HKDF-SHA256(Argon2id(passphrase), salt=pepper): a stolen database alone cannot even be guessed
at, because the pepper is not in it. Argon2id: RFC 9106, second recommended option (64 MiB, t=3,
p=1). Parameters are stored in each wrap, so that they can grow.
"""

import base64
import json
import os
import unicodedata
from collections.abc import Mapping

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MEMORY_KIB = 64 * 1024
TIME = 3
VERSION = 1


class WrongPassphrase(Exception):
    """The passphrase does not open this, or the wrap was changed."""


def wrap(
    bundle: bytes, passphrase: str, pepper: bytes, memory_kib: int = MEMORY_KIB, time: int = TIME
) -> bytes:
    """Bundle under the passphrase; JSON bytes that carry their own Argon2id parameters."""
    salt = os.urandom(16)
    nonce = os.urandom(12)
    head: dict[str, str | int] = {
        "v": VERSION,
        "m": memory_kib,
        "t": time,
        "salt": _b64(salt),
        "nonce": _b64(nonce),
    }
    box = AESGCM(_kek(passphrase, pepper, salt, memory_kib, time)).encrypt(
        nonce, bundle, _about(head)
    )
    return json.dumps({**head, "box": _b64(box)}).encode()


def unwrap(wrapped: bytes, passphrase: str, pepper: bytes) -> bytes:
    """The bundle. Raises WrongPassphrase."""
    try:
        fields = json.loads(wrapped)
        box = base64.b64decode(fields.pop("box"))
        salt = base64.b64decode(fields["salt"])
        nonce = base64.b64decode(fields["nonce"])
        key = _kek(passphrase, pepper, salt, fields["m"], fields["t"])
        return AESGCM(key).decrypt(nonce, box, _about(fields))
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        raise WrongPassphrase from error


def read_costs(wrapped: bytes) -> dict[str, int]:
    """What opening this wrap costs, as keyword arguments of `wrap`."""
    fields = json.loads(wrapped)
    return {"memory_kib": fields["m"], "time": fields["t"]}


def _kek(passphrase: str, pepper: bytes, salt: bytes, memory_kib: int, time: int) -> bytes:
    """NFKC first: the same passphrase typed on two keyboards is the same passphrase."""
    secret = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "replace")
    stretched = hash_secret_raw(secret, salt, time, memory_kib, 1, 32, Type.ID)
    return HKDF(algorithm=SHA256(), length=32, salt=pepper, info=b"intake kek v1").derive(stretched)


def _about(head: Mapping[str, str | int]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
