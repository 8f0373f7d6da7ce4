"""A client of a case file: what they answer at home and on the day, and what comes out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake_app.questionnaire import Flag, Journey
from tests.questionnaire.second.walk_2 import (
    flags,
    limits,
    not_asked,
    on_the_day,
    places,
    stop_of,
    usual,
    walk,
)

HERE = Path(__file__).parent
NO_LIMIT = 6
"""Above the deepest level."""
Case = Mapping[str, Any]


def read(file: str) -> dict[str, Any]:
    """A case file of this folder."""
    return tomllib.loads((HERE / file).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Outcome:
    """What the rules say about one client. unasked: answers of the case that nobody asked for."""

    journey: Journey
    flags: tuple[Flag, ...]
    limits: Mapping[str, int | None]
    unasked: set[str]

    @property
    def stop(self) -> str:
        """“urgent”, “stop” or “none”."""
        return stop_of(self.flags)

    @property
    def codes(self) -> set[str]:
        """The codes of all flags."""
        return {flag.rule.code for flag in self.flags}

    @property
    def lowered(self) -> set[str]:
        """The codes of the STOPs that a doctor's yes lowered."""
        return {flag.rule.code for flag in self.flags if flag.lowered}

    def highest(self, place: str) -> int:
        """The highest limit of a place, of a set, or of the body."""
        levels = [self.limits[code] for code in places(place)]
        return max(NO_LIMIT if level is None else level for level in levels)

    def most(self, place: str) -> int:
        """The limit of most of the body, or of a place."""
        level = usual({code: self.limits[code] for code in places(place)})
        return NO_LIMIT if level is None else level


def outcome(case: Case, base: Mapping[str, Any]) -> Outcome:
    """What comes out for this client: a walk of the same day, or the form of the day after it."""
    given = {**base, **case.get("answers", {})}
    known: dict[str, Any] = dict(case.get("context", {}))
    if "agreed" in case:
        known["agreed"] = frozenset(case["agreed"])
    if case.get("guardian_signed"):
        known.update(guardian_signed=True, agreed=frozenset({"cs.sensitive", "min.authority"}))
    day = case.get("day")
    journey = walk(given, today=day is None and not case.get("at_home", False), **known)
    unasked = not_asked(case.get("answers", {}), journey)
    if day is not None:
        journey = on_the_day(journey, day, **known)
        unasked |= not_asked(day, journey)
    found = flags(journey)
    return Outcome(journey, found, limits(found, journey), unasked)
