"""A signed-in therapist's keys under their cookie: the database alone opens no session."""

import hashlib
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE = 12


class SessionLocked(Exception):
    """This cookie does not open this session."""


def new_cookie() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def cookie_hash(cookie: str) -> bytes:
    """What the database knows of a cookie."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).digest()


def encrypt_bundle(cookie: str, pepper: bytes, bundle: bytes) -> bytes:
    """AES-256-GCM under HKDF-SHA256(cookie, salt=pepper)."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + _cipher(cookie, pepper).encrypt(nonce, bundle, VERSION)


def decrypt_bundle(cookie: str, pepper: bytes, blob: bytes) -> bytes:
    """The bundle. Raises SessionLocked."""
    if blob[:1] != VERSION:
        raise SessionLocked
    try:
        return _cipher(cookie, pepper).decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], VERSION)
    except (InvalidTag, ValueError) as error:
        raise SessionLocked from error


def _cipher(cookie: str, pepper: bytes) -> AESGCM:
    key = HKDF(algorithm=SHA256(), length=32, salt=pepper, info=b"intake staff session v1").derive(
        cookie.encode()
    )
    return AESGCM(key)
