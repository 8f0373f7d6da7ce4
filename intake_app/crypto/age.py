"""Sealing to people: age (age-encryption.org/v1) to any number of recipients, through pyrage.

Chosen because a paper key, a backup and the stock `age` program open every record, with this app
gone. age has no associated data: what a blob is must stand inside it (see records.evidence).
Plaintexts are padded to 4 KiB, so that the length of a record says little about a person.
"""

import hashlib
from collections.abc import Sequence
from typing import BinaryIO

import pyrage
from pyrage import x25519

VERSION = b"\x01"
BLOCK = 4096
LENGTH = 8


class AgeError(Exception):
    """No key at hand opens this, or it was changed."""


def encrypt_to(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt to every recipient (age1…). Raises SealError when a recipient is not a public key."""
    padded = len(plaintext).to_bytes(LENGTH, "big") + plaintext
    padded += bytes(-len(padded) % BLOCK)
    try:
        keys = [x25519.Recipient.from_str(text) for text in recipients]
        return VERSION + bytes(pyrage.encrypt(padded, keys))
    except (pyrage.RecipientError, pyrage.EncryptError) as error:
        raise AgeError from error


def decrypt_with(blob: bytes, identities: Sequence[str]) -> bytes:
    """Decrypt with any of these secret keys (AGE-SECRET-KEY-1…). Raises SealError."""
    if blob[:1] != VERSION:
        raise AgeError
    try:
        keys = [x25519.Identity.from_str(text) for text in identities]
        padded = pyrage.decrypt(blob[1:], keys)
    except (pyrage.IdentityError, pyrage.DecryptError) as error:
        raise AgeError from error
    length = int.from_bytes(padded[:LENGTH], "big")
    if len(padded) % BLOCK or length > len(padded) - LENGTH:
        raise AgeError
    return bytes(padded[LENGTH : LENGTH + length])


def encrypt_stream_to(source: BinaryIO, target: BinaryIO, recipient: str) -> None:
    """A whole stream as one plain age file, without version byte or padding. Raises SealError."""
    try:
        pyrage.encrypt_io(source, target, [x25519.Recipient.from_str(recipient)])
    except (pyrage.RecipientError, pyrage.EncryptError) as error:
        raise AgeError from error


def decrypt_stream_with(source: BinaryIO, target: BinaryIO, secret: str) -> None:
    """Decrypt a plain age file; changed bytes are never passed on.

    Raises SealError, also when its end is missing.
    """
    try:
        pyrage.decrypt_io(source, target, [x25519.Identity.from_str(secret)])
    except (pyrage.IdentityError, pyrage.DecryptError, OSError) as error:
        raise AgeError from error


def new_identity() -> tuple[str, str]:
    """A fresh key pair: (secret AGE-SECRET-KEY-1…, public age1…)."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(secret: str) -> str:
    """The public key of a secret key. Raises SealError."""
    try:
        return str(x25519.Identity.from_str(secret).to_public())
    except pyrage.IdentityError as error:
        raise AgeError from error


def fingerprint(recipient: str) -> str:
    """Sixteen hex digits of the SHA-256 of a public key, in groups, to compare by eye."""
    digest = hashlib.sha256(recipient.encode()).hexdigest()[:16]
    return " ".join(digest[i : i + 4] for i in range(0, 16, 4))
