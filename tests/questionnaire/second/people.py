"""A client of a case file: what they answer at home and on the day, and what comes out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake_app.questionnaire import Flag, Journey
from tests.questionnaire.second.walk_2 import (
    FORM_2,
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
SINCE_THE_FORM = "td.new"
OF_THE_DAY = frozenset(item.link_id for step in FORM_2.steps if step.day for item in step.items)
"""What is asked on the day only."""
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
    """What comes out for this client of a same-day visit, or of the form of the day after one."""
    given, day = {**base, **case.get("answers", {})}, case.get("day")
    known = {**case.get("with", {})}
    if "agreed" in known:
        known["agreed"] = frozenset(known["agreed"])
    return _outcome(given, case.get("answers", {}), day, day is None, known)


def answered(given: Case, known: Mapping[str, Any]) -> Outcome:
    """What comes out for these answers: at home, on the day when they tell of it."""
    now = {**known}
    if "agreed" in now:
        now["agreed"] = frozenset(now["agreed"])
    about_the_day = {one: value for one, value in given.items() if one in OF_THE_DAY}
    if SINCE_THE_FORM in given:
        home = {one: value for one, value in given.items() if one not in OF_THE_DAY}
        return _outcome(home, home, about_the_day, False, now)
    return _outcome(given, given, None, bool(about_the_day), now)


def _outcome(
    given: Case, told: Case, day: Case | None, today: bool, known: Mapping[str, Any]
) -> Outcome:
    journey = walk(given, today=today, **known)
    unasked = not_asked(told, journey)
    if day is not None:
        journey = on_the_day(journey, day, **known)
        unasked |= not_asked(day, journey)
    found = flags(journey)
    return Outcome(journey, found, limits(found, journey), unasked)
