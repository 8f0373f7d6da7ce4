"""The server's own keys, derived from one 32-byte root secret outside the database.

HKDF-SHA256 (RFC 5869) with a label for each purpose: losing one derived key tells nothing about
another.
"""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE = 12


class DirectoryError(Exception):
    """This row cannot be opened: another key, another place, or changed bytes."""


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """pepper: mixed into every key a person derives. directory: names and birth dates.

    audit_mac, csrf: as named.
    """

    pepper: bytes = field(repr=False)
    directory: bytes = field(repr=False)
    audit_mac: bytes = field(repr=False)
    csrf: bytes = field(repr=False)

    @classmethod
    def from_root(cls, root: bytes) -> "ServerKeys":
        """All keys of this root secret (32 bytes). Raises ValueError on any other length."""
        if len(root) != 32:
            raise ValueError("the root secret must be 32 bytes")
        return cls(
            *(_derive(root, label) for label in ("pepper", "directory", "audit mac", "csrf"))
        )


def _derive(root: bytes, label: str) -> bytes:
    info = b"intake v1 " + label.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(root)


def encrypt_root(app_key: bytes, root: bytes) -> bytes:
    """The root secret under the app key: AES-256-GCM."""
    return _seal(_derive(app_key, "root"), b"root", root)


def decrypt_root(app_key: bytes, box: bytes) -> bytes:
    """The root secret. Raises DirectoryError for another app key."""
    return _open(_derive(app_key, "root"), b"root", box)


def encrypt_directory(keys: ServerKeys, context: str, plaintext: bytes) -> bytes:
    """AES-256-GCM under the directory key.

    context names the row, so that two rows cannot be swapped.
    """
    return _seal(keys.directory, context.encode(), plaintext)


def decrypt_directory(keys: ServerKeys, context: str, blob: bytes) -> bytes:
    """The plaintext. Raises DirectoryError."""
    return _open(keys.directory, context.encode(), blob)


def _seal(key: bytes, context: bytes, plaintext: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, VERSION + context)


def _open(key: bytes, context: bytes, blob: bytes) -> bytes:
    if blob[:1] != VERSION:
        raise DirectoryError
    try:
        return AESGCM(key).decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], VERSION + context)
    except (InvalidTag, ValueError) as error:
        raise DirectoryError from error
