"""The 30-second card out of a record: today's STOPs, what must not be touched, the limits, and who she is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake_app.core import dates
from intake_app.pdf.safety_card import CardFlag, LabelledText, SafetyCard
from intake_app.questionnaire import Journey
from intake_app.questionnaire.day_of_visit import OUT_OF_DATE, stale
from intake_app.records import evidence
from intake_app.records.cautions import pressure_limits, safety_card_facts
from intake_app.records.cautions.sealed_flags import (
    MISSING,
    OPEN,
    Decided,
    SealedFlag,
    hypothetical_flags,
    read_flags,
)

APART = "Something about feelings: it stands on a page of its own"
NO_RULES = "Signed before this app had caution rules. Nothing was looked at: read the answers."
ONCE, OLDER = "once every STOP is settled", "not counting what follows when a doctor agrees"
FREES_NOTHING = f"limit: {pressure_limits.SETTLED}"
ONLY_HER_WORD = "A STOP was lowered only because the client says that a doctor agreed: ask, below."
LOWERED = "A STOP, but the client says that a doctor agreed. See the letter or call the doctor before you begin."


def card_for_reader(
    proof: Mapping[str, Any],
    decided: Mapping[str, Decided] | None = None,
    now: datetime | None = None,
) -> SafetyCard:
    """The card of a record. decided: flag -> the decision that counts. now: when it is read, None for print."""
    journey = evidence.journey_of(proof)
    made = build_card(proof, journey, decided or {})
    again = proof.get("asked_again_at")
    old = now is not None and stale(
        datetime.fromisoformat(again) if again else evidence.answered_at(proof), now
    )
    said = _again(proof, again, now) if again and now else ""
    return replace(
        made, stale=OUT_OF_DATE if old else "", again=said, before=_before(proof, journey)
    )


def _before(proof: Mapping[str, Any], journey: Journey) -> tuple[CardFlag, ...]:
    """The STOPs of the form that the newer answers about today do not raise."""
    gone = proof.get("stops_before")
    found = read_flags({"flags": {**proof["flags"], "raised": gone}}, journey) if gone else ()
    return tuple(_flagged(one, {}) for one in found or ())


def _again(proof: Mapping[str, Any], at: str, now: datetime) -> str:
    """Asked again today 10:42 AM; on a later day with its date."""
    then = evidence.local(proof, at)
    today = then.date() == evidence.local(proof, now.isoformat()).date()
    return f"Asked again {'today' if today else dates.day(then)}, {then:%-I:%M %p}"


def build_card(
    proof: Mapping[str, Any], journey: Journey, decided: Mapping[str, Decided]
) -> SafetyCard:
    """The card of a walk. decided: flag -> decision."""
    answers, found = journey.live(), read_flags(proof, journey)
    flags, once_agreed = found or (), hypothetical_flags(proof, journey, "once_agreed")
    lowered = hypothetical_flags(proof, journey, "lowered")
    regions = pressure_limits.pressures(proof)
    drawn = pressure_limits.levels_by_region(regions)
    names = {one.code: one.title for one in (*flags, *once_agreed)}
    rules = None if found is None else proof["flags"]["rules"]
    stops, wishes = [one for one in flags if one.tag == "STOP"], pressure_limits.wishes()
    below = [one for one in flags if one.tag != "STOP"]
    adapts = [
        one for one in below if one.tag != "INFO" and not _is_asked(one) and one.code not in wishes
    ]
    return SafetyCard(
        name=f"{answers.get('id.preferred_name') or answers['id.first_name']} {answers['id.last_name'][:1]}.",
        age=evidence.age_at_signing(proof),
        signed=dates.day(evidence.answered_at(proof)),
        stops=tuple(_flagged(one, decided) for one in stops),
        untouched=pressure_limits.untouched(regions, answers, names),
        limits=pressure_limits.limits(regions, answers, names),
        adapts=tuple(_flagged(one, decided) for one in adapts),
        lowered=tuple(replace(_flagged(one, {}), action=LOWERED) for one in lowered),
        asks=tuple(_flagged(one, decided) for one in below if _is_asked(one)),
        talk=safety_card_facts.talk(journey),
        words=safety_card_facts.own_words(journey),
        facts=tuple(safety_card_facts.facts(proof, journey)),
        note=NO_RULES if found is None else "",
        stale="",
        levels=drawn,
        unmarked=pressure_limits.unmarked(regions, drawn, answers, stopped=bool(stops)),
        typed=evidence.typed_words(proof),
        cautions=tuple(_flagged(one, decided) for one in below),
        once_agreed=tuple(_flagged(one, {}) for one in once_agreed),
        rules=LabelledText(f"{rules['name']} {rules['version']}", rules["sha256"])
        if rules
        else None,
        **(_stopped(proof) if stops else _free(lowered)),
    )


def _free(lowered: Sequence[SealedFlag]) -> dict[str, Any]:
    """What comes first on a card without a STOP."""
    return {"first_line": ONLY_HER_WORD if lowered else ""}


def _stopped(proof: Mapping[str, Any]) -> dict[str, Any]:
    """What the limits of a card with an open STOP are worth."""
    return {"when": ONCE if "once_agreed" in proof["flags"] else OLDER, "no_limit": FREES_NOTHING}


def _is_asked(caution: SealedFlag) -> bool:
    """Two answers that do not go together, or a place that was not named: a question for the client."""
    return caution.conflict or caution.area_missing


def _flagged(caution: SealedFlag, decided: Mapping[str, Decided]) -> CardFlag:
    made = _decision(decided.get(caution.code))
    if caution.private:
        return CardFlag(caution.code, caution.tag, caution.urgent, APART, "", "", "", made)
    unknown = MISSING if caution.area_missing else OPEN if caution.area_open else ""
    action = f"{caution.action} {unknown}." if unknown else caution.action
    limit = "" if caution.area_missing else caution.limit.removesuffix(f". {OPEN}")
    return CardFlag(
        caution.code, caution.tag, caution.urgent, caution.title, limit, caution.said, action, made
    )


def _decision(made: Decided | None) -> str:
    if made is None:
        return ""
    words = f"{made.words}. {made.by}, {dates.moment(made.at)}"
    return f"{words}: {made.reason}" if made.reason else words
