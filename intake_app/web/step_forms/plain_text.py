"""Text that a person typed: what of it can be kept, shown and printed."""

import re
import unicodedata

UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # signs that turn the reading direction: a text could lie
    "\ud800-\udfff\ufff9-\uffff]"  # halves of characters, and codes that are no characters
)
"""What neither HTML nor paper can hold.

Source: HTML Living Standard, 13.2.3.5 (the input stream).
"""

SEEN = "LNPS"  # categories of Unicode that leave ink: letters, numbers, punctuation, symbols


def is_printable(text: str) -> bool:
    """Whether every sign of the text can be shown and printed."""
    return UNPRINTABLE.search(text) is None


def printable(text: str) -> str:
    """The text without the signs that a page cannot hold."""
    return UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """Without outer and doubled spaces, in Unicode's composed form.

    “José” is always the same four letters.

    Signs that nobody can see, such as a space of no width, stay inside words, where some scripts
    need them; alone they are no text.
    """
    tidy = unicodedata.normalize("NFC", " ".join(text.split()))
    return tidy if any(unicodedata.category(sign)[0] in SEEN for sign in tidy) else ""


def lines(text: str) -> str:
    """The same for a text of several lines, which keep their ends."""
    kept = "\n".join(line.replace("\t", " ").rstrip() for line in text.splitlines())
    return unicodedata.normalize("NFC", kept).strip()
