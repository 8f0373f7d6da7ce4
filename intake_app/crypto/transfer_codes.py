"""Codes that carry a form from one device to the next.

The long one is in a QR code: a token like any other. The short one is typed by hand: 8 of 32
characters, 40 bits. Both become a key pair (crypto.link_box) that the form's token is sealed to;
the short one goes through Argon2id first (RFC 9106), with the pepper as salt, so that a copy of the
database made in its ten minutes is of no use to a guesser.
"""

import secrets

from argon2.low_level import Type, hash_secret_raw

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1
SHORT = 8


def new_short_code() -> str:
    """40 random bits, to be typed by hand: no letter that looks like a number."""
    return "".join(secrets.choice(LETTERS) for _ in range(SHORT))


def normalise(typed: str) -> str:
    """A short code as it is compared: no spaces or dashes, capital letters."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def stretch(code: str, pepper: bytes, memory_kib: int, time: int) -> str:
    """What stands for a short code; slow on purpose."""
    return hash_secret_raw(
        code.encode("utf-8", "replace"), pepper, time, memory_kib, 1, 32, Type.ID
    ).hex()
