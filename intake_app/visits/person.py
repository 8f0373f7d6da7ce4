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


def _names_in(words: str) -> list[str]:
    """The words that are names, [] when there is more than one person's, or something else."""
    found = words.split()
    plain = [word.rstrip(".").lower() for word in found]
    if not TWO_PEOPLE.isdisjoint(plain) or not all(map(_is_name, found)):
        return []
    return [word for word, bare in zip(found, plain, strict=True) if bare not in BESIDE]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


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
        return _capital(first)

    @property
    def given_and_family(self) -> tuple[str, str]:
        """First and last name, "" for one that is not plainly there.

        Of “Dr. Ana Maria Moreno” and of “Moreno, Ana Maria” both; a note beside the name, or two
        people, leave both empty.
        """
        before, _, after = self.name.partition(",")
        if not _name_in(after):  # nothing, or a title
            names = _names_in(before)
            return _capital(" ".join(names[:1])), " ".join(names[1:])
        family = _names_in(before)
        given = _names_in(after)
        if len(family) != 1 or not given:
            return "", ""
        return _capital(" ".join(given)), family[0]

    def is_minor(self, day: date) -> bool:
        """Whether the date of birth, when it is known, says under 18 on this day."""
        born = date.fromisoformat(self.birth_date) if self.birth_date else None
        return (
            born is not None
            and day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < ADULT
        )
