"""Passphrases for people who work here: which are refused, and an offer of five words.

Sources: OWASP ASVS 5.0 6.2.1, 6.2.4 to 6.2.12 (length, no composition rules, lists of bad ones) and
NIST SP 800-63B-4 section 3.1.1. The words are EFF's large list: 5 of 7776 are 64 bits.
"""

import secrets
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHORTEST = 15
LONGEST = 128
OFFERED_WORDS = 5
FEWEST_DIFFERENT_CHARACTERS = 5
HERE = Path(__file__).parent
ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def suggest() -> str:
    """A new passphrase of five random words, parted by spaces."""
    return " ".join(secrets.choice(_lines("passphrase_words.txt")) for _ in range(OFFERED_WORDS))


def problem(passphrase: str, known: Iterable[str] = ()) -> str | None:
    """Why this passphrase is refused, in plain words; None when it is good.

    known: words that others can guess (the practice's name, the person's names). A passphrase that
    is little more than one of them is refused; one that holds it beside much else is not.
    """
    if len(passphrase) < SHORTEST:
        return (
            f"Make it at least {SHORTEST} characters long. "
            "Several words in a row are easy to remember."
        )
    if len(passphrase) > LONGEST:
        return f"Make it at most {LONGEST} characters long."
    if _is_pattern(passphrase) or _bare(passphrase) in _lines("bad_passphrases.txt"):
        return (
            "This one is among the first that a thief would try. "
            "Choose words that do not belong together."
        )
    if any(_little_more_than(passphrase, word) for word in known):
        return "This is mostly a name that others know. Choose words that do not belong together."
    return None


@cache
def _lines(name: str) -> tuple[str, ...]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _is_pattern(passphrase: str) -> bool:
    """One part repeated, few different characters, or a row of keys, also backwards."""
    bare = _bare(passphrase) or passphrase
    if len(set(bare)) < FEWEST_DIFFERENT_CHARACTERS:
        return True
    if bare in (bare + bare)[1:-1]:
        return True
    rest = bare
    for row in ROWS:
        for run in (row, row[::-1]):
            rest = _without_runs(rest, run)
    return len(rest) < FEWEST_DIFFERENT_CHARACTERS


def _without_runs(text: str, row: str) -> str:
    """The text without each piece of four or more neighbours out of the row, the longest first."""
    for size in range(len(row), 3, -1):
        for start in range(len(row) - size + 1):
            text = text.replace(row[start : start + size], "")
    return text


def _little_more_than(passphrase: str, word: str) -> bool:
    bare = _bare(passphrase)
    name = _bare(word)
    return len(name) > 2 and name in bare and len(bare.replace(name, "")) < SHORTEST // 2
