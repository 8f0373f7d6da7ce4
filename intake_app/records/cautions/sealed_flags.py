"""The flags of a record, sealed as they were raised at its signing, and read back word for word.

Rules change; a record does not. So the evidence holds what each flag said that day, not only its
code.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire import Answer, Item, Journey, text_of
from intake_app.questionnaire.body.marks import WALTON_WORDS
from intake_app.questionnaire.facts.clearance import DOCTOR_OK
from intake_app.questionnaire.flags.rules import (
    Flag,
    Level,
    RegionPressure,
    RuleSet,
    if_doctors_said,
    pressures,
    raised,
)
from intake_app.records.cautions.region_names import name_regions
from intake_app.records.sealed.beside_evidence import StopNote
from intake_app.records.sealed.flags import (
    EvaluatedFlags,
    FlagSource,
    Pressure,
    RaisedFlag,
    RuleSetReference,
)

CHOICES = {
    "followed": "Followed",
    "adapted": "Adapted",
    "not_relevant": "Not relevant",
    "letter_seen": "Letter seen",
}
ASK_FIRST = "ASK FIRST"
LETTER_SEEN = "letter_seen"
SPOKEN_OF_ALONE = frozenset({"A15"})
"""STOPs that no list names: the therapist speaks with the client alone first, and kindly."""
MISSING = "The area was not given: ask"
OPEN = "One place was not given: ask"
STATUS = "status"
SAID = 3
LONG = 80  # characters of a title: two lines of a phone
SHOUTED = ("COMBO ", "CONTRADICTION ")


@dataclass(frozen=True, slots=True)
class SealedFlag:
    """One flag.

    level: of the rule; tag: how it is shown. limit: the cap with its places, "" for none. quotes:
    the client's questions and answers that raised it; said: the same in few words. private: these
    stand on a page of their own.
    """

    code: str
    level: str
    urgent: bool
    title: str
    reason: str
    action: str
    cap: int | None
    regions: tuple[str, ...]
    area_missing: bool
    area_open: bool
    conflict: bool
    strength: str
    sources: tuple[LabelledText, ...]
    version: str
    quotes: tuple[LabelledText, ...]
    said: str
    private: bool
    lowered: bool = False
    until_signed: bool = False
    asks_doctor: bool = False

    @property
    def tag(self) -> str:
        """STOP, ASK FIRST, AVOID (leave an area alone), ADAPT, ASK or INFO.

        Each word has a shape and a line style of its own.
        """
        return tag(
            Level[self.level], self.cap, bool(self.regions), self.conflict or self.area_missing
        )

    @property
    def limit(self) -> str:
        """Left calf: no more than light (level 2). A STOP has none: it is the limit."""
        if self.area_missing:
            return MISSING
        if self.cap is None or self.tag == "STOP":
            return ""
        words = f"{name_regions(self.regions)}: {limit_text(self.cap)}"
        return f"{words}. {OPEN}" if self.area_open else words


def tag(level: Level, cap: int | None, has_place: bool, is_open: bool) -> str:
    """The word that a therapist reads for a level.

    cap: Walton, 0 to 5; is_open: something must be asked.
    """
    if level is Level.STOP:
        return "STOP"
    if level is Level.ASK_FIRST:
        return ASK_FIRST
    if level is Level.INFO:
        return "ASK" if is_open else "INFO"
    return "AVOID" if cap == 0 and has_place else "ADAPT"


@dataclass(frozen=True, slots=True)
class Decided:
    """A signed decision: what, by whom, when."""

    choice: str
    reason: str
    by: str
    at: datetime

    @property
    def words(self) -> str:
        """As it is shown: Adapted."""
        return CHOICES[self.choice]


def limit_text(cap: int) -> str:
    """A cap in words: no more than light (level 2)."""
    return "do not touch" if cap == 0 else f"no more than {WALTON_WORDS[cap]} (level {cap})"


def evaluate_flags(rules: RuleSet, journey: Journey) -> EvaluatedFlags:
    """What the evidence holds of the flags: what these rules make of the answers."""
    every = raised(rules, journey)
    flags = [flag for flag in every if flag.rule.prompt]
    codes = {flag.rule.code for flag in flags}
    if_agreed = [flag for flag in if_doctors_said(rules, journey, "yes") if _is_limit(flag)]
    if_refused = [flag for flag in if_doctors_said(rules, journey, "no") if _is_stop(flag)]
    once_agreed = [flag for flag in if_agreed if flag.rule.code not in codes]
    lowered = [flag for flag in if_refused if flag.rule.code not in codes]
    below_stop = [flag for flag in (*every, *once_agreed) if not _is_stop(flag)]
    return EvaluatedFlags(
        rules=RuleSetReference(rules.name, rules.version, rules.sha256),
        raised=tuple(_raised_flag(flag, rules) for flag in flags),
        once_agreed=tuple(_raised_flag(flag, rules) for flag in once_agreed),
        lowered=tuple(_raised_flag(flag, rules) for flag in lowered),
        places=tuple(_raised_flag(flag, rules) for flag in every if not flag.rule.prompt),
        pressures={
            code: _pressure(pressure) for code, pressure in pressures(below_stop, journey).items()
        },
    )


def _is_limit(flag: Flag) -> bool:
    return flag.cap is not None and not _is_stop(flag)


def _is_stop(flag: Flag) -> bool:
    return flag.level is Level.STOP


def _raised_flag(flag: Flag, rules: RuleSet) -> RaisedFlag:
    rule = flag.rule
    return RaisedFlag(
        code=rule.code,
        level=flag.level.name,
        urgent=rule.urgent,
        reason=flag.reason,
        action=rule.action,
        cap=flag.cap,
        regions=tuple(flag.regions),
        area_missing=flag.area_missing,
        area_open=flag.area_open,
        conflict=rule.conflict,
        strength=rule.strength,
        sources=tuple(
            FlagSource(source.name, source.address) for source in map(rules.source, rule.sources)
        ),
        raised_by=tuple(flag.raised_by),
        lowered=flag.lowered,
        until_signed=rule.until_signed,
        levels_below=rule.levels_below,
        if_agreed=flag.if_agreed,
    )


def _pressure(pressure: RegionPressure) -> Pressure:
    return Pressure(pressure.asked, pressure.cap, pressure.effective, tuple(pressure.because))


def read_flags(flags: EvaluatedFlags | None, journey: Journey) -> tuple[SealedFlag, ...] | None:
    """The flags of a record, urgent STOPs first.

    None: it was signed before there were rules, nothing was looked at.
    """
    return None if flags is None else _read(flags, flags.raised, journey)


def other_flags(
    flags: EvaluatedFlags | None,
    journey: Journey,
    which: Literal["once_agreed", "lowered", "places"],
) -> tuple[SealedFlag, ...]:
    """Flags that another word of a doctor would raise, or that are no prompts: `EvaluatedFlags`.

    () in a record that does not hold them yet.
    """
    if flags is None:
        return ()
    others = {
        "lowered": flags.lowered,
        "once_agreed": flags.once_agreed or (),
        "places": flags.places,
    }
    return _read(flags, others[which], journey)


def _read(
    flags: EvaluatedFlags, which: Iterable[RaisedFlag], journey: Journey
) -> tuple[SealedFlag, ...]:
    return tuple(_sealed_flag(flag, flags.rules.version, journey) for flag in which)


def _sealed_flag(flag: RaisedFlag, version: str, journey: Journey) -> SealedFlag:
    # Any answer from a private page is enough.
    private = not journey.questionnaire.private.isdisjoint(flag.raised_by)
    quoted = [] if private else _quoted(journey, flag.raised_by)
    return SealedFlag(
        code=flag.code,
        level=flag.level,
        urgent=flag.urgent,
        title=_title_of(flag),
        reason=flag.reason,
        action=flag.action,
        cap=flag.cap,
        regions=flag.regions,
        area_missing=flag.area_missing,
        area_open=flag.area_open,
        conflict=flag.conflict,
        strength=flag.strength,
        sources=tuple(LabelledText(source.name, source.address) for source in flag.sources),
        version=version,
        quotes=tuple(LabelledText(item.text, text_of(item, value)) for item, value in quoted),
        said="; ".join(_short(item, value) for item, value in quoted[:SAID]),
        private=private,
        lowered=flag.lowered,
        until_signed=flag.until_signed,
        asks_doctor=any(one.startswith(DOCTOR_OK) for one in flag.raised_by),
    )


def _title_of(flag: RaisedFlag) -> str:
    """The title, and on what it hangs: a doctor's yes that is still to be seen or to be given."""
    title = _title(flag.reason)
    if flag.lowered:
        return f"Lowered STOP: {title}, by the client’s word"
    return f"If the doctor agrees: {title[:1].lower()}{title[1:]}" if flag.if_agreed else title


def _quoted(journey: Journey, link_ids: Iterable[str]) -> list[tuple[Item, Answer]]:
    """Those of these questions that are answered, with their answers."""
    answers = journey.live()
    return [
        (journey.questionnaire.item(link_id), answers[link_id])
        for link_id in link_ids
        if link_id in answers
    ]


def _title(reason: str) -> str:
    """The first sentence of a reason, without the words that only the makers of the rules need.

    Of a long one, what stands before its explanations: the sheet shows the whole reason below.
    """
    first = reason.split(". ")[0].rstrip(".")
    for word in SHOUTED:
        first = first.removeprefix(word)
    if len(first) > LONG:
        first = re.sub(r" \([^)]*\)", "", first).split(": ")[0]
    return first[:1].upper() + first[1:]


def _short(item: Item, value: Answer) -> str:
    """An answer that says enough alone, or the short question with it."""
    text = text_of(item, value)
    if item.type in ("choices", "longtext", "repeat", "body_map"):
        return text
    return f"{item.label} {text}" if item.label.endswith("?") else f"{item.label}: {text}"


def lowered_stops(flags: EvaluatedFlags | None) -> list[str]:
    """The codes of the STOPs that only a doctor's yes by the client's word lowered."""
    raised_flags = flags.raised if flags else ()
    return [flag.code for flag in raised_flags if flag.lowered]


def stops(flags: EvaluatedFlags | None) -> list[str]:
    """The codes of the STOPs of a record; none in one from before there were rules."""
    raised_flags = flags.raised if flags else ()
    return [flag.code for flag in raised_flags if flag.level == Level.STOP.name]


def encrypt_stop_note(
    runtime: Runtime, record_id: str, flags: EvaluatedFlags | None, *, ask_today: bool = False
) -> bytes:
    """The sealed note for the inbox about a record, see records.cautions.stop_status.

    All have the same length.
    """
    shown = tuple(code for code in stops(flags) if code not in SPOKEN_OF_ALONE)
    note = StopNote(STATUS, record_id, shown, tuple(lowered_stops(flags)), ask_today)
    plain = json.dumps(note.to_json()).encode()
    return age.encrypt_to(plain, recipients.pinned_recipients(runtime))
