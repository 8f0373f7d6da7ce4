"""Links to a form that the server can make but not use.

A link's token (128 bits) is the seed of an X25519 key pair: private key = HKDF-SHA256(token,
salt=pepper). The server keeps the public half only. When a form is begun, its own new token is
sealed to every link of the visit (ephemeral X25519, HKDF-SHA256, AES-256-GCM), so that each of them
opens the same form and the database opens none.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
KEY = 32
NONCE = 12


class LinkLocked(Exception):
    """This link does not open this, or it was changed."""


def public_key(token: str, pepper: bytes) -> bytes:
    """What the database keeps of a link, 32 bytes."""
    return _private(token, pepper).public_key().public_bytes_raw()


def wrap(public: bytes, secret: str, about: str) -> bytes:
    """The secret, sealed to one link.

    about: what it belongs to, so that two rows cannot be swapped.
    """
    mine = X25519PrivateKey.generate()
    nonce = os.urandom(NONCE)
    sender = mine.public_key().public_bytes_raw()
    cipher = _cipher(mine.exchange(X25519PublicKey.from_public_bytes(public)), sender + public)
    return (
        VERSION + sender + nonce + cipher.encrypt(nonce, secret.encode(), VERSION + about.encode())
    )


def unwrap(token: str, pepper: bytes, blob: bytes, about: str) -> str:
    """The secret. Raises TicketLocked."""
    if blob[:1] != VERSION:
        raise LinkLocked
    sender = blob[1 : 1 + KEY]
    nonce = blob[1 + KEY : 1 + KEY + NONCE]
    box = blob[1 + KEY + NONCE :]
    try:
        mine = _private(token, pepper)
        shared = mine.exchange(X25519PublicKey.from_public_bytes(sender))
        cipher = _cipher(shared, sender + mine.public_key().public_bytes_raw())
        return cipher.decrypt(nonce, box, VERSION + about.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise LinkLocked from error


def _private(token: str, pepper: bytes) -> X25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=KEY, salt=pepper, info=b"intake ticket v1")
    return X25519PrivateKey.from_private_bytes(seed.derive(token.encode("utf-8", "replace")))


def _cipher(shared: bytes, both: bytes) -> AESGCM:
    return AESGCM(
        HKDF(algorithm=SHA256(), length=KEY, salt=both, info=b"intake ticket box v1").derive(shared)
    )
