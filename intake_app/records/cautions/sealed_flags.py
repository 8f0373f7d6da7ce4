"""The flags of a record, sealed as they were raised when it was signed, and read back word for word.

Rules change; a record does not. So the evidence keeps what each flag said that day, not only its code.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire import Answer, Item, Journey, text_of
from intake_app.questionnaire.body.marks import WALTON_WORDS
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

CHOICES = {"followed": "Followed", "adapted": "Adapted", "not_relevant": "Not relevant"}
MISSING, OPEN = "The area was not given: ask", "One place was not given: ask"
STATUS = "status"
SAID = 3
LONG = 80  # characters of a title: two lines of a phone
SHOUTED = ("COMBO ", "CONTRADICTION ")


@dataclass(frozen=True, slots=True)
class SealedFlag:
    """One flag. level: of the rule; tag: how it is shown. limit: the cap with its places, "" for none.

    quotes: her own questions and answers that raised it; said: the same in few words. private: they stand on a page
    of their own.
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

    @property
    def tag(self) -> str:
        """STOP, AVOID (leave an area alone), ADAPT, ASK or INFO: a word with a shape and a line style of its own."""
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
        return f"{name_regions(self.regions)}: {limit_text(self.cap)}{'. ' + OPEN if self.area_open else ''}"


def tag(level: Level, cap: int | None, has_place: bool, is_open: bool) -> str:
    """The word that a therapist reads for a level. cap: Walton, 0 to 5; is_open: something must be asked."""
    if level is Level.STOP:
        return "STOP"
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


def evaluate_flags(rules: RuleSet, journey: Journey) -> dict[str, Any]:
    """What the evidence keeps: the rule set, each raised flag in full, and the pressure of every region.

    The pressures say what may be done once every STOP is settled: they leave the STOPs out, and count the limits that
    follow when the doctors who were asked for agree (`once_agreed`). lowered: the STOPs that a doctor's OK took away.
    """
    flags = raised(rules, journey)
    known = {flag.rule.code for flag in flags}
    agreed = [
        one
        for one in if_doctors_said(rules, journey, "yes")
        if one.cap is not None and not _is_stop(one)
    ]
    refused = [one for one in if_doctors_said(rules, journey, "no") if _is_stop(one)]
    once_agreed = [one for one in agreed if one.rule.code not in known]
    below = pressures((flag for flag in (*flags, *once_agreed) if not _is_stop(flag)), journey)
    return {
        "rules": {"name": rules.name, "version": rules.version, "sha256": rules.sha256},
        "raised": [_kept(flag, rules) for flag in flags],
        "once_agreed": [_kept(flag, rules) for flag in once_agreed],
        "lowered": [_kept(flag, rules) for flag in refused if flag.rule.code not in known],
        "pressures": {code: _limits(one) for code, one in below.items()},
    }


def _is_stop(flag: Flag) -> bool:
    return flag.rule.level is Level.STOP


def _kept(flag: Flag, rules: RuleSet) -> dict[str, Any]:
    rule = flag.rule
    return {
        "code": rule.code,
        "level": rule.level.name,
        "urgent": rule.urgent,
        "reason": rule.reason,
        "action": rule.action,
        "cap": flag.cap,
        "regions": list(flag.regions),
        "area_missing": flag.area_missing,
        "area_open": flag.area_open,
        "conflict": rule.conflict,
        "strength": rule.strength,
        "sources": [[one.name, one.address] for one in map(rules.source, rule.sources)],
        "raised_by": list(flag.raised_by),
    }


def _limits(one: RegionPressure) -> list[Any]:
    return [one.asked, one.cap, one.effective, list(one.because)]


def read_flags(proof: Mapping[str, Any], journey: Journey) -> tuple[SealedFlag, ...] | None:
    """The flags of a record, urgent STOPs first. None: it was signed before there were rules, nothing was looked at."""
    return None if proof.get("flags") is None else _told(proof, journey, "raised")


def hypothetical_flags(
    proof: Mapping[str, Any], journey: Journey, which: Literal["once_agreed", "lowered"]
) -> tuple[SealedFlag, ...]:
    """Flags that another word of a doctor would raise, see `evaluated`. () in a record that does not hold them yet."""
    return _told(proof, journey, which) if "flags" in proof else ()


def _told(proof: Mapping[str, Any], journey: Journey, which: str) -> tuple[SealedFlag, ...]:
    kept = proof["flags"]
    return tuple(_caution(one, kept["rules"]["version"], journey) for one in kept.get(which, ()))


def _caution(kept: Mapping[str, Any], version: str, journey: Journey) -> SealedFlag:
    answers = journey.live()
    private = not journey.questionnaire.private.isdisjoint(
        kept["raised_by"]
    )  # any answer from there is enough
    items = [
        journey.questionnaire.item(link_id) for link_id in kept["raised_by"] if link_id in answers
    ]
    quoted = [] if private else [(item, answers[item.link_id]) for item in items]
    told = {
        name: kept[name]
        for name in ("code", "level", "urgent", "reason", "action", "cap", "area_missing")
    }
    return SealedFlag(
        **told,
        title=_title(kept["reason"]),
        regions=tuple(kept["regions"]),
        area_open=kept.get("area_open", False),
        conflict=kept["conflict"],
        strength=kept["strength"],
        sources=tuple(LabelledText(name, address) for name, address in kept["sources"]),
        version=version,
        quotes=tuple(LabelledText(item.text, text_of(item, value)) for item, value in quoted),
        said="; ".join(_short(item, value) for item, value in quoted[:SAID]),
        private=private,
    )


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


def stops(proof: Mapping[str, Any]) -> list[str]:
    """The codes of the STOPs of a record."""
    return [one["code"] for one in proof["flags"]["raised"] if one["level"] == Level.STOP.name]


def encrypt_stop_summary(runtime: Runtime, proof: Mapping[str, Any]) -> bytes:
    """The sealed note for the inbox with the STOPs of a record, see services.status. All have the same length."""
    told = {"role": STATUS, "record_id": proof["record_id"], "stops": stops(proof)}
    return age.encrypt_to(json.dumps(told).encode(), recipients.pinned_recipients(runtime))
