"""The 30-second card out of a record.

Today's STOPs, what must not be touched, the limits, and who the client is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from intake_app.core import dates
from intake_app.pdf.safety_card import CardFlag, LabelledText, PressureLimit, SafetyCard
from intake_app.questionnaire import Answers, Journey
from intake_app.questionnaire.context import as_text
from intake_app.questionnaire.day_of_visit import OUT_OF_DATE, stale
from intake_app.records import evidence
from intake_app.records.cautions import ask_today, pressure_limits, safety_card_facts
from intake_app.records.cautions.sealed_flags import (
    ASK_FIRST,
    MISSING,
    OPEN,
    Decided,
    SealedFlag,
    other_flags,
    read_flags,
)
from intake_app.records.sealed.evidence import Evidence, RecordOnTheDay
from intake_app.records.sealed.flags import EvaluatedFlags, Pressure

PRIVATE_WORDS = "Something about feelings: it stands on a page of its own"
NO_RULES = "Signed before this app had caution rules. Nothing was looked at: read the answers."
ONCE = "once every STOP is settled"
OLDER = "not counting what follows when a doctor agrees"
FREES_NOTHING = f"limit: {pressure_limits.SETTLED}"
ONLY_CLIENT_WORD = (
    "A STOP was lowered only because the client says that a doctor agreed: ask, below."
)
LOWERED = (
    "A STOP, but the client says that a doctor agreed. "
    "See the letter or call the doctor before you begin."
)


class _Form(TypedDict):
    """Whose form it is, when it was signed, and who typed it."""

    name: str
    age: int
    signed: str
    typed: str


class _Said(TypedDict):
    """What the client said besides what raises flags, and what they were not asked yet."""

    talk: tuple[str, ...]
    words: tuple[LabelledText, ...]
    facts: tuple[LabelledText, ...]
    ask_today: tuple[str, ...]


class _RulesOnCard(TypedDict):
    """The rules by which the flags were raised, or that there were none yet."""

    note: str
    rules: LabelledText | None


class _FlagsByTag(TypedDict):
    """The raised flags: the STOPs, and of those below a STOP what to adapt and what to ask."""

    stops: tuple[CardFlag, ...]
    firsts: tuple[CardFlag, ...]
    cautions: tuple[CardFlag, ...]
    adapts: tuple[CardFlag, ...]
    asks: tuple[CardFlag, ...]


class _Pressures(TypedDict):
    """Where, and how firmly, in words and for the map."""

    untouched: tuple[LabelledText, ...]
    limits: tuple[PressureLimit, ...]
    levels: dict[str, int]
    unmarked: str


class _Validity(TypedDict, total=False):
    """For which moment the limits are meant, or what comes first on a card without a STOP."""

    first_line: str
    when: str
    no_limit: str


def card_for_reader(
    current: RecordOnTheDay,
    decided: Mapping[str, Decided] | None = None,
    now: datetime | None = None,
) -> SafetyCard:
    """The card of a record.

    decided: flag -> the decision that counts. now: when it is read, None for print.
    """
    journey = evidence.journey_of(current.evidence, current.asked_again)
    card = replace(
        build_card(current.evidence, journey, decided or {}),
        before=_stops_before(current, journey),
    )
    if now is None:
        return card
    if current.asked_again_at:
        card = replace(card, again=_asked_again(current.evidence, current.asked_again_at, now))
        answered_at = datetime.fromisoformat(current.asked_again_at)
    else:
        answered_at = evidence.answered_at(current.evidence)
    return replace(card, stale=OUT_OF_DATE if stale(answered_at, now) else "")


def _stops_before(current: RecordOnTheDay, journey: Journey) -> tuple[CardFlag, ...]:
    """The STOPs of the form that the newer answers about today do not raise."""
    flags = current.evidence.flags
    if not current.stops_before or flags is None:
        return ()
    stops = read_flags(replace(flags, raised=current.stops_before), journey) or ()
    return _card_flags(stops, {})


def _asked_again(record_evidence: Evidence, at: str, now: datetime) -> str:
    """Asked again today 10:42 AM; on a later day with its date."""
    then = evidence.local(record_evidence.practice, at)
    today = then.date() == evidence.local(record_evidence.practice, now.isoformat()).date()
    return f"Asked again {'today' if today else dates.day(then)}, {then:%-I:%M %p}"


def build_card(
    record_evidence: Evidence, journey: Journey, decided: Mapping[str, Decided]
) -> SafetyCard:
    """The card of a walk. decided: flag -> decision."""
    answers = journey.live()
    evaluated = record_evidence.flags
    flags = read_flags(evaluated, journey) or ()
    lowered = other_flags(evaluated, journey, "lowered")
    once_agreed = other_flags(evaluated, journey, "once_agreed")
    stopped = any(flag.tag == "STOP" for flag in flags)
    places = other_flags(evaluated, journey, "places")
    titles = {flag.code: flag.title for flag in (*flags, *once_agreed, *places)}
    return SafetyCard(
        **_form(record_evidence, answers),
        **_said(record_evidence, journey),
        lowered=tuple(replace(flag, action=LOWERED) for flag in _card_flags(lowered, {})),
        once_agreed=_card_flags(once_agreed, {}),
        stale="",
        **_rules(evaluated),
        **_flags_by_tag(flags, decided),
        **_pressures(pressure_limits.pressures(evaluated, decided), answers, titles, stopped),
        **(_stopped(evaluated) if stopped else _free(lowered, flags)),
    )


def _flags_by_tag(flags: Sequence[SealedFlag], decided: Mapping[str, Decided]) -> _FlagsByTag:
    stops = [flag for flag in flags if flag.tag == "STOP"]
    firsts = [flag for flag in flags if flag.tag == ASK_FIRST]
    below = [flag for flag in flags if flag.tag not in ("STOP", ASK_FIRST)]
    return {
        "stops": _card_flags(stops, decided),
        "firsts": _card_flags(firsts, decided),
        "cautions": _card_flags(below, decided),
        "adapts": _card_flags(filter(_is_adapted, below), decided),
        "asks": _card_flags(filter(_is_asked, below), decided),
    }


def _form(record_evidence: Evidence, answers: Answers) -> _Form:
    """The name is what the client is called, and the first letter of their last name."""
    called = as_text(answers.get("id.preferred_name") or answers["id.first_name"])
    return {
        "name": f"{called} {as_text(answers['id.last_name'])[:1]}.",
        "age": evidence.age_at_signing(record_evidence),
        "signed": dates.day(evidence.answered_at(record_evidence)),
        "typed": evidence.typed_words(record_evidence),
    }


def _said(record_evidence: Evidence, journey: Journey) -> _Said:
    return {
        "talk": safety_card_facts.talk(journey),
        "words": safety_card_facts.own_words(journey),
        "facts": tuple(safety_card_facts.facts(record_evidence, journey)),
        "ask_today": ask_today.lines(journey),
    }


def _pressures(
    regions: Mapping[str, Pressure], answers: Answers, titles: Mapping[str, str], stopped: bool
) -> _Pressures:
    """titles: of the flags, by code."""
    levels = pressure_limits.levels_by_region(regions)
    return {
        "untouched": pressure_limits.untouched(regions, answers, titles),
        "limits": pressure_limits.limits(regions, answers, titles),
        "levels": levels,
        "unmarked": pressure_limits.unmarked(regions, levels, answers, stopped=stopped),
    }


def _rules(flags: EvaluatedFlags | None) -> _RulesOnCard:
    if flags is None:
        return {"note": NO_RULES, "rules": None}
    rules = LabelledText(f"{flags.rules.name} {flags.rules.version}", flags.rules.sha256)
    return {"note": "", "rules": rules}


def _free(lowered: Sequence[SealedFlag], flags: Sequence[SealedFlag]) -> _Validity:
    """What comes first on a card without a STOP: which one was lowered by the client's word."""
    names = [flag.title for flag in lowered]
    names += [flag.title for flag in flags if flag.lowered]
    return {"first_line": f"{ONLY_CLIENT_WORD} {'; '.join(names)}." if names else ""}


def _stopped(flags: EvaluatedFlags | None) -> _Validity:
    """What the limits of a card with an open STOP are worth."""
    when = ONCE if flags and flags.once_agreed is not None else OLDER
    return {"when": when, "no_limit": FREES_NOTHING}


def _is_asked(caution: SealedFlag) -> bool:
    """A question for the client: answers that do not go together, or a place that is not named."""
    return caution.conflict or caution.area_missing


def _is_adapted(caution: SealedFlag) -> bool:
    """Something to do otherwise that the limits do not say already."""
    if caution.tag == "INFO" or _is_asked(caution):
        return False
    return caution.code not in pressure_limits.client_choice_rules()


def _card_flags(
    cautions: Iterable[SealedFlag], decided: Mapping[str, Decided]
) -> tuple[CardFlag, ...]:
    return tuple(_card_flag(caution, decided) for caution in cautions)


def _card_flag(caution: SealedFlag, decided: Mapping[str, Decided]) -> CardFlag:
    decision = _decision_words(decided.get(caution.code))
    if caution.private:
        return CardFlag(
            caution.code, caution.tag, caution.urgent, PRIVATE_WORDS, "", "", "", decision
        )
    return CardFlag(
        code=caution.code,
        tag=caution.tag,
        urgent=caution.urgent,
        title=caution.title,
        limit="" if caution.area_missing else caution.limit.removesuffix(f". {OPEN}"),
        said=caution.said,
        action=_action(caution),
        decision=decision,
    )


def _action(caution: SealedFlag) -> str:
    """What is suggested, and which place must be asked for."""
    if caution.area_missing:
        return f"{caution.action} {MISSING}."
    if caution.area_open:
        return f"{caution.action} {OPEN}."
    return caution.action


def _decision_words(decision: Decided | None) -> str:
    if decision is None:
        return ""
    words = f"{decision.words}. {decision.by}, {dates.moment(decision.at)}"
    return f"{words}: {decision.reason}" if decision.reason else words
