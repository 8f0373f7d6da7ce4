"""Somebody who is expected, as the front desk writes them down.

Directory data: no health answer.
"""

from dataclasses import dataclass
from datetime import date

ADULT = 18
BESIDE = {
    *("dr", "mr", "mrs", "ms", "miss", "mx", "prof", "rev", "sr", "sra", "srta"),
    *("jr", "ii", "iii", "md", "rn", "lmt", "phd", "and", "y"),
}
"""Words around a name that are no part of it."""


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

    def is_minor(self, day: date) -> bool:
        """Whether the date of birth, when it is known, says under 18 on this day."""
        born = date.fromisoformat(self.birth_date) if self.birth_date else None
        return (
            born is not None
            and day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < ADULT
        )
