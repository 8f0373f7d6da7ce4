"""What a therapist must know before they start: rules as data, and the flags of one client.

A flag is a prompt, never a verdict: only the therapist decides. “Not sure” never counts as “no”;
the most careful rule wins; a doctor's OK lowers a flag and never deletes it; hidden answers raise
nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from string import ascii_lowercase

from intake_app.questionnaire.body.marks import UNTOUCHED, WALTON
from intake_app.questionnaire.body.regions import REGIONS
from intake_app.questionnaire.conditions import AllAnyNone, AnswerIs, Condition, FactIs
from intake_app.questionnaire.context import Answers, Context
from intake_app.questionnaire.facts import AREAS, FACTS
from intake_app.questionnaire.facts.areas import avoided, in_order, not_given
from intake_app.questionnaire.facts.clearance import (
    LETTER,
    LETTER_HERE,
    MEDICAL_OK,
    OK_WHEN,
    RECENT,
    YES,
)
from intake_app.questionnaire.facts.fact import ticked
from intake_app.questionnaire.facts.preferences import OVERALL, preferred_level
from intake_app.questionnaire.journey import Journey
from intake_app.questionnaire.model import Item

ASKED = "{asked}"
"""In a reason: the questions that raised it, by their short labels."""
LIGHTEST = 1


class Level(IntEnum):
    """INFO: good to know. CAUTION: adapt the session. LOCAL: leave out or adapt an area.

    ASK_FIRST: the therapist asks and decides before they start. STOP: no massage for now.
    """

    INFO = 0
    CAUTION = 1
    LOCAL = 2
    ASK_FIRST = 3
    STOP = 4


LOWERED_BY = ("word", "letter", "therapist")
"""What lowers a STOP: the client's word that a doctor agreed, a letter that is here, or nothing
that the client can answer.
"""


@dataclass(frozen=True, slots=True)
class ClinicalSource:
    """Where a rule comes from. address: a link or a file. says: what it says, in our words."""

    id: str
    name: str
    address: str
    says: str
    kind: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    cap: the highest suggested Walton level, 0 to 5, in `areas`, () for the whole body; None: no
    limit. areas: regions, region sets, questions about regions, or names in facts.AREAS. strength:
    A law, guideline or review; B profession book, association or case report; C weak; S the
    project's article; P project choice. conflict: two answers, or an answer and a preference, that
    do not go together. client_text: a key of the rule set's texts, "" when the client is told
    nothing. ok: the question about what a doctor said that this STOP waits for, "" for none;
    lowered_by: what lowers it (LOWERED_BY); recent: only what the doctor said in the last month
    does. after: the STOPs that must be settled before this can be done. until_signed: the limit
    holds until a therapist has decided. levels_below: the limit is so many levels below what the
    client asks for. prompt: False for a limit that follows from nothing but how much the client
    asks for, and needs no prompt beside the number.
    """

    code: str
    level: Level
    urgent: bool
    reason: str
    action: str
    cap: int | None
    areas: tuple[str, ...]
    sources: tuple[str, ...]
    strength: str
    conflict: bool
    when: Condition
    client_text: str = ""
    ok: str = ""
    lowered_by: str = ""
    recent: bool = False
    after: tuple[str, ...] = ()
    until_signed: bool = False
    levels_below: int | None = None
    prompt: bool = True

    def is_lowered(self, answers: Answers) -> bool:
        """Whether a doctor's yes, as far as the client can say it, lowers this STOP."""
        if not self.ok or answers.get(self.ok) != YES or self.lowered_by == "therapist":
            return False
        if self.recent and answers.get(OK_WHEN) not in RECENT:
            return False
        return self.lowered_by == "word" or answers.get(LETTER) == LETTER_HERE


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """All rules of one version, with the sources they name and the words for the client."""

    name: str
    version: str
    sha256: str
    rules: tuple[Rule, ...]
    sources: Mapping[str, ClinicalSource]
    client_texts: Mapping[str, str] = field(default_factory=dict)
    _stops: tuple[Rule, ...] = field(init=False, repr=False)
    _urgent: tuple[Rule, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_stops", tuple(rule for rule in self.rules if rule.level is Level.STOP)
        )
        object.__setattr__(self, "_urgent", tuple(rule for rule in self._stops if rule.urgent))

    def rule(self, code: str) -> Rule:
        """The rule with this code. Raises KeyError."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise KeyError(code)

    def source(self, name: str) -> ClinicalSource:
        """The source that a rule names; a small letter behind the id is a part of it.

        Raises KeyError.
        """
        return self.sources[source_id(name)]

    def urgent(self, answers: Answers, context: Context) -> tuple[Rule, ...]:
        """The urgent rules that these answers raise, in the order of the file."""
        return tuple(rule for rule in self._urgent if _stops(rule, answers, context))

    def any_stop(self, answers: Answers, context: Context) -> bool:
        """Whether these answers raise a STOP."""
        return any(_stops(rule, answers, context) for rule in self._stops)


def _stops(rule: Rule, answers: Answers, context: Context) -> bool:
    return rule.when.holds(answers, context) and not rule.is_lowered(answers)


def source_id(name: str) -> str:
    """The id in the name of a source: S10a is part a of S10."""
    return name.rstrip(ascii_lowercase)


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that this client's answers raise.

    level: as in the rule; a STOP that a doctor's yes lowered is ASK_FIRST, and `lowered`. reason:
    as in the rule, with the questions that it names. cap: as in the rule, or below what the client
    asks for; None while the area is not given. if_agreed: a STOP must be settled first. regions:
    where, () for the whole body. area_missing: the rule is about an area and the client named none:
    ask. It never becomes the whole body. area_open: the client named a place, and could not name
    another: ask as well. raised_by: link_ids of the answers that made it true, in the order of the
    questionnaire.
    """

    rule: Rule
    level: Level
    reason: str
    cap: int | None
    regions: tuple[str, ...]
    area_missing: bool
    area_open: bool
    raised_by: tuple[str, ...]
    lowered: bool = False
    if_agreed: bool = False


@dataclass(frozen=True, slots=True)
class RegionPressure:
    """One region.

    asked: the client's preference, cap: the lowest suggested limit, effective: the lower of both;
    Walton levels 0 to 5, None when there is none. because: the codes of the rules with that limit.
    """

    region: str
    asked: int | None
    cap: int | None
    effective: int | None
    because: tuple[str, ...]


def raised(rules: RuleSet, journey: Journey) -> tuple[Flag, ...]:
    """The flags of this walk so far: urgent STOP first, then by level, then as in the file.

    Never raises.
    """
    return _raised(rules, journey, journey.live())


def if_doctors_said(rules: RuleSet, journey: Journey, word: str) -> tuple[Flag, ...]:
    """The flags of this walk if every answer about a doctor's OK were this “yes” or “no”.

    () when it holds none.
    """
    answers = journey.live()
    said = {one: word for one in answers if one.startswith(MEDICAL_OK)}
    return _raised(rules, journey, answers | said) if said else ()


def _raised(rules: RuleSet, journey: Journey, answers: Answers) -> tuple[Flag, ...]:
    context = journey.context
    items = {item.link_id: item for item in journey.questionnaire.items}
    found = [
        _flag(rule, answers, context, items)
        for rule in rules.rules
        if rule.when.holds(answers, context)
    ]
    standing = {flag.rule.code for flag in found if flag.level is Level.STOP}
    told = (replace(one, if_agreed=not standing.isdisjoint(one.rule.after)) for one in found)
    return tuple(sorted(told, key=lambda one: (not one.rule.urgent, -one.level, not one.lowered)))


def _flag(rule: Rule, answers: Answers, context: Context, items: Mapping[str, Item]) -> Flag:
    regions = regions_of(rule.areas, answers, context)
    missing = bool(rule.areas) and not regions
    because = set(_because(rule.when, answers, context))
    if rule.ok in answers:
        because.add(rule.ok)
    quoted = tuple(link_id for link_id in items if link_id in because)
    lowered = rule.is_lowered(answers)
    return Flag(
        rule=rule,
        level=Level.ASK_FIRST if lowered else rule.level,
        reason=rule.reason.replace(ASKED, ", ".join(items[one].label for one in quoted)),
        cap=None if missing or lowered else _cap(rule, answers),
        regions=regions,
        area_missing=missing,
        area_open=not missing and any(not_given(name, answers) for name in rule.areas),
        raised_by=quoted,
        lowered=lowered,
    )


def _cap(rule: Rule, answers: Answers) -> int | None:
    if rule.levels_below is None:
        return rule.cap
    return _below(WALTON.get(str(answers.get(OVERALL))), rule.levels_below)


def _below(asked_level: int | None, levels: int) -> int | None:
    """So many levels below a wish, never below very light; None without a wish."""
    return None if asked_level is None else max(asked_level - levels, LIGHTEST)


def regions_of(areas: Iterable[str], answers: Answers, context: Context) -> tuple[str, ...]:
    """The regions that these area names stand for, each once, in the order of regions.toml."""
    return in_order(code for name in areas for code in _regions(name, answers, context))


def _regions(name: str, answers: Answers, context: Context) -> tuple[str, ...]:
    if name in REGIONS:
        return (name,)
    if name in REGIONS.sets:
        return REGIONS.sets[name]
    return AREAS[name](answers, context) if name in AREAS else ticked(answers, name)


def _because(condition: Condition, answers: Answers, context: Context) -> Iterator[str]:
    """The questions whose answers make a met condition true.

    Of a “none”, those with one answer: the client says that.
    """
    if isinstance(condition, AllAnyNone):
        for part in condition.parts:
            if condition.how == "none":
                yield from _instead(part, answers)
            elif part.holds(answers, context):
                yield from _because(part, answers, context)
    elif isinstance(condition, FactIs):
        yield from _changing(condition, answers, context)
    elif condition.question in answers:
        yield condition.question


def _instead(part: Condition, answers: Answers) -> Iterator[str]:
    if isinstance(part, AnswerIs) and part.operator != "includes" and part.question in answers:
        yield part.question


def _changing(leaf: FactIs, answers: Answers, context: Context) -> Iterator[str]:
    """The answers without which the fact would be another one."""
    fact = FACTS[leaf.fact]
    now = fact.compute(answers, context)
    for question in fact.reads or tuple(answers):
        if question in answers:
            without = {link_id: value for link_id, value in answers.items() if link_id != question}
            if fact.compute(without, context) != now:
                yield question


def pressures(flags: Iterable[Flag], journey: Journey) -> dict[str, RegionPressure]:
    """For every region: the client's preference, the lowest suggested limit, and the lower of both.

    “Do not touch” beats everything. A flag whose area is not given limits nothing: it asks.
    """
    answers = journey.live()
    untouched = avoided(answers, journey.context)
    limits: dict[str, list[tuple[int, str]]] = {code: [] for code in REGIONS}
    asked = {
        code: UNTOUCHED if code in untouched else WALTON.get(preferred_level(answers, code) or "")
        for code in REGIONS
    }
    for flag in flags:
        if flag.cap is not None:
            for code in flag.regions or REGIONS:
                below = flag.rule.levels_below
                cap = flag.cap if below is None else _below(asked[code], below)
                if cap is not None:
                    limits[code].append((cap, flag.rule.code))
    return {code: _pressure(code, asked[code], limits[code]) for code in REGIONS}


def _pressure(region: str, asked: int | None, limits: list[tuple[int, str]]) -> RegionPressure:
    cap = min((limit for limit, _ in limits), default=None)
    because = tuple(code for limit, code in limits if limit == cap)
    effective = min((level for level in (asked, cap) if level is not None), default=None)
    return RegionPressure(region, asked, cap, effective, because)
