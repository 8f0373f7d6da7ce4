"""Somebody who is expected, as the front desk writes them down.

Directory data: no health answer.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

ADULT = 18
BESIDE = {
    *("dr", "mr", "mrs", "ms", "miss", "mx", "prof", "rev", "sr", "sra", "srta"),
    *("jr", "ii", "iii", "md", "rn", "lmt", "phd", "and", "y"),
}
"""Words around a name that are no part of it."""
TWO_PEOPLE = {"and", "y"}


def _plain_names(words: list[str]) -> list[str]:
    """The names among these words; none when they name two people or hold something else."""
    bare = [word.rstrip(".").lower() for word in words]
    if not TWO_PEOPLE.isdisjoint(bare) or not all(map(_is_name, words)):
        return []
    return [word for word, plain in zip(words, bare, strict=True) if plain not in BESIDE]


def _name_in(words: str) -> str:
    """The first word that is a name, "" without one."""
    return next(
        (
            one
            for one in words.split()
            if one[0].isalpha() and one.rstrip(".").lower() not in BESIDE
        ),
        "",
    )


def _is_name(word: str) -> bool:
    return word[:1].isalpha() and all(
        sign.isalpha() or sign in "-'’." or unicodedata.combining(sign) for sign in word
    )


@dataclass(frozen=True, slots=True)
class ExpectedClient:
    """Who is expected. birth_date: ISO, asked of the client's browser when it is known."""

    name: str
    therapist: str = ""
    phone: str = ""
    email: str = ""
    birth_date: str | None = None

    @property
    def initials(self) -> str:
        """First letters of the first and the last word of the name."""
        words = [word for word in self.name.split() if word[0].isalnum()] or ["?"]
        return "".join(
            word[0] for word in (words if len(words) == 1 else (words[0], words[-1]))
        ).upper()

    @property
    def first_name(self) -> str:
        """What a greeting says: of “Dr. Ana Moreno” and of “Moreno, Ana” it is Ana."""
        family, _, given = self.name.partition(",")
        turned = _name_in(given) if len(family.split()) == 1 else ""
        first = turned or _name_in(family) or next(iter(self.name.replace(",", " ").split()), "?")
        return first[:1].upper() + first[1:]

    @property
    def given_and_family(self) -> tuple[str, str]:
        """First and last name, "" for one that is not plainly there.

        Of “Dr. Ana Maria Moreno” and of “Moreno, Ana Maria” both; a note beside the name, or two
        people, leave both empty.
        """
        before, _, after = self.name.partition(",")
        family = before.split()
        turned = bool(_name_in(after))  # else what follows the comma is a title
        words = [*after.split(), *family] if turned else family
        names = _plain_names(words)
        if not names or (turned and len(family) > 1):
            return "", ""
        first = " ".join(names[:-1]) if turned else names[0]
        last = names[-1] if turned else " ".join(names[1:])
        return first[:1].upper() + first[1:], last

    def is_minor(self, day: date) -> bool:
        """Whether the date of birth, when it is known, says under 18 on this day."""
        born = date.fromisoformat(self.birth_date) if self.birth_date else None
        return (
            born is not None
            and day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < ADULT
        )
