"""The client's own copy: under a key that their token and the encrypted evidence lead to.

What belongs to it lies under the same key: the card of the client's own page, and what they ask for
there.

The key is HKDF-SHA256(token, salt=pepper, info="copy"‖record id). It is also written inside the
evidence, so that a therapist who finishes a record later can still leave a copy that the client's
link opens.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x02"
NONCE = 12
BLOCK = 4096
LENGTH = 8


class CopyLocked(Exception):
    """This key does not open this copy, or the copy was changed."""


def copy_key(token: str, pepper: bytes, record_id: str) -> bytes:
    """32-byte key for the copy of one record."""
    info = b"intake copy v1\x00" + record_id.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=pepper, info=info).derive(token.encode())


def encrypt_copy(key: bytes, about: str, plaintext: bytes) -> bytes:
    """AES-256-GCM, padded to 4 KiB.

    about: the record, or the part of it; it is the associated data.
    """
    nonce = os.urandom(NONCE)
    padded = len(plaintext).to_bytes(LENGTH, "big") + plaintext
    padded += bytes(-len(padded) % BLOCK)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, padded, VERSION + about.encode())


def decrypt_copy(key: bytes, about: str, blob: bytes) -> bytes:
    """The plaintext. Raises CopyLocked."""
    if blob[:1] != VERSION:
        raise CopyLocked
    try:
        padded = AESGCM(key).decrypt(
            blob[1 : 1 + NONCE], blob[1 + NONCE :], VERSION + about.encode()
        )
    except InvalidTag as error:
        raise CopyLocked from error
    return padded[LENGTH : LENGTH + int.from_bytes(padded[:LENGTH], "big")]
