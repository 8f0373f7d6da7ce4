"""The server's own keys, all derived from one 32-byte app key that lives outside the database.

HKDF-SHA256 (RFC 5869) with a label for each purpose: losing one derived key tells nothing about another.
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
class KeyRing:
    """pepper: mixed into every key a person derives. directory: names and birth dates. audit_mac, csrf: as named."""

    pepper: bytes = field(repr=False)
    directory: bytes = field(repr=False)
    audit_mac: bytes = field(repr=False)
    csrf: bytes = field(repr=False)

    @classmethod
    def from_app_key(cls, app_key: bytes) -> "KeyRing":
        """All keys of this app key (32 bytes). Raises ValueError on any other length."""
        if len(app_key) != 32:
            raise ValueError("the app key must be 32 bytes")
        return cls(*(_derive(app_key, label) for label in ("pepper", "directory", "audit mac", "csrf")))


def _derive(app_key: bytes, label: str) -> bytes:
    info = b"intake v1 " + label.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(app_key)


def seal_directory(keyring: KeyRing, context: str, plaintext: bytes) -> bytes:
    """AES-256-GCM under the directory key. context names the row, so that two rows cannot be swapped."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(keyring.directory).encrypt(nonce, plaintext, VERSION + context.encode())


def open_directory(keyring: KeyRing, context: str, blob: bytes) -> bytes:
    """The plaintext. Raises DirectoryError."""
    if blob[:1] != VERSION:
        raise DirectoryError
    try:
        return AESGCM(keyring.directory).decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], VERSION + context.encode())
    except (InvalidTag, ValueError) as error:
        raise DirectoryError from error
