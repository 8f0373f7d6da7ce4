"""The one byte string that a JSON value is hashed and sealed as."""

import hashlib
import json


def canonical(value: object) -> bytes:
    """The bytes a JSON value is hashed as: sorted keys, no spaces, UTF-8 (as RFC 8785)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(value: object) -> str:
    """Hex SHA-256 of a value's canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()
