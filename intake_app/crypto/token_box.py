"""An unfinished form, readable only with the client's own token.

Key = HKDF-SHA256(token, salt=pepper, info=label‖id); AES-256-GCM with id‖revision as associated
data, so that an older revision or another client's row does not open. The server keeps only
SHA-256(token).
"""

import hashlib
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE = 12
PAD = 4096


class TokenBoxLocked(Exception):
    """This token does not open this draft, or the draft was changed."""


def new_token() -> str:
    """128 random bits as 22 characters that survive a link and a phone call."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> bytes:
    """What the database knows of a token. A plain hash suffices: the token has 128 bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def encrypt(
    token: str, pepper: bytes, draft_id: str, rev: int, plaintext: bytes, label: str = "draft"
) -> bytes:
    """The draft's bytes under its token, padded to 4 KiB."""
    padded = len(plaintext).to_bytes(8, "big") + plaintext
    padded += bytes(-len(padded) % PAD)
    nonce = os.urandom(NONCE)
    return (
        VERSION
        + nonce
        + _cipher(token, pepper, draft_id, label).encrypt(nonce, padded, _about(draft_id, rev))
    )


def decrypt(
    token: str, pepper: bytes, draft_id: str, rev: int, blob: bytes, label: str = "draft"
) -> bytes:
    """The draft's plaintext. Raises DraftLocked."""
    if blob[:1] != VERSION:
        raise TokenBoxLocked
    cipher = _cipher(token, pepper, draft_id, label)
    try:
        padded = cipher.decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], _about(draft_id, rev))
    except (InvalidTag, ValueError) as error:
        raise TokenBoxLocked from error
    return padded[8 : 8 + int.from_bytes(padded[:8], "big")]


def _cipher(token: str, pepper: bytes, draft_id: str, label: str) -> AESGCM:
    info = f"intake {label} v1\x00{draft_id}".encode()
    return AESGCM(
        HKDF(algorithm=SHA256(), length=32, salt=pepper, info=info).derive(
            token.encode("utf-8", "replace")
        )
    )


def _about(draft_id: str, rev: int) -> bytes:
    return VERSION + f"{draft_id}\x00{rev}".encode()
