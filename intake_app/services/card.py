"""The 30-second card out of a record: today's STOPs, what must not be touched, the limits, and who she is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake_app.questionnaire import REGIONS, Journey, flag_rules, text_of
from intake_app.questionnaire.arrival import OUT_OF_DATE, stale
from intake_app.record.card import Card, Flagged, Limit, Line
from intake_app.services import agreement, evidence
from intake_app.services.caution import WALTON, Caution, Decided, at_most, cautions
from intake_app.services.places import WHOLE, in_words

MOST = "Most of the body"
APART = "Something about feelings: it stands on a page of its own"
IN_PERSON = ("talk", "skip")
NO_RULES = "Signed before this app had caution rules. Nothing was looked at: read the answers."
Pressure = tuple[int | None, int | None, int | None, tuple[str, ...]]


def of(proof: Mapping[str, Any], decided: Mapping[str, Decided] | None = None, now: datetime | None = None) -> Card:
    """The card of a record. decided: flag -> the decision that counts. now: when it is read, None for print."""
    journey = evidence.journey_of(proof)
    made = card(proof, journey, cautions(proof, journey), decided or {})
    again = proof.get("asked_again_at")
    old = now is not None and stale(datetime.fromisoformat(again) if again else evidence.answered_at(proof), now)
    said = _again(proof, again, now) if again and now else ""
    return replace(made, stale=OUT_OF_DATE if old else "", again=said, before=_before(proof, journey))


def _before(proof: Mapping[str, Any], journey: Journey) -> tuple[Flagged, ...]:
    """The STOPs of the form that the newer answers about today do not raise."""
    gone = proof.get("stops_before")
    found = cautions({"flags": {**proof["flags"], "raised": gone}}, journey) if gone else ()
    return tuple(_flagged(one, {}) for one in found or ())


def _again(proof: Mapping[str, Any], at: str, now: datetime) -> str:
    """Asked again today 10:42 AM; on a later day with its date."""
    then = evidence.local(proof, at)
    today = then.date() == evidence.local(proof, now.isoformat()).date()
    return f"Asked again {'today' if today else evidence.day(then)}, {then:%-I:%M %p}"


def card(
    proof: Mapping[str, Any], journey: Journey, found: Sequence[Caution] | None, decided: Mapping[str, Decided]
) -> Card:
    """The card of a walk. found: None when it was signed before there were rules; decided: flag -> decision."""
    answers, flags = journey.live(), found or ()
    regions = _pressures(proof)
    drawn = _levels(regions)
    names = {caution.code: caution.title for caution in flags}
    rules = proof["flags"]["rules"] if found is not None else None
    return Card(
        name=answers.get("id.preferred_name") or answers["id.first_name"],
        age=evidence.age_at_signing(proof),
        stops=tuple(_flagged(one, decided) for one in flags if one.tag == "STOP"),
        untouched=_untouched(regions, answers, names),
        limits=_limits(regions, answers, names),
        adapts=tuple(_flagged(one, decided) for one in flags if one.tag == "ADAPT" and not _is_asked(one)),
        asks=tuple(_flagged(one, decided) for one in flags if one.tag != "STOP" and _is_asked(one)),
        talk=_talk(journey),
        facts=tuple(_facts(proof, journey)),
        note=NO_RULES if found is None else "",
        stale="",
        levels=drawn,
        unmarked=_unmarked(regions, drawn, answers),
        typed=evidence.typed_words(proof),
        cautions=tuple(_flagged(one, decided) for one in flags if one.tag != "STOP"),
        rules=Line(f"{rules['name']} {rules['version']}", rules["sha256"]) if rules else None,
    )


def _is_asked(caution: Caution) -> bool:
    """Two answers that do not go together, or a place that was not named: a question for the client."""
    return caution.conflict or caution.area_missing


def _flagged(caution: Caution, decided: Mapping[str, Decided]) -> Flagged:
    made = _decision(decided.get(caution.code))
    if caution.private:
        return Flagged(caution.code, caution.tag, caution.urgent, APART, "", "", "", made)
    text = caution.limit or caution.action
    return Flagged(caution.code, caution.tag, caution.urgent, caution.title, text, caution.said, caution.action, made)


def _decision(made: Decided | None) -> str:
    if made is None:
        return ""
    words = f"{made.words}. {made.by}, {evidence.moment(made.at)}"
    return f"{words}: {made.reason}" if made.reason else words


def _pressures(proof: Mapping[str, Any]) -> dict[str, Pressure]:
    kept = proof.get("flags", {}).get("pressures", {})
    return {code: (asked, cap, low, tuple(because)) for code, (asked, cap, low, because) in kept.items()}


def _untouched(
    regions: Mapping[str, Pressure], answers: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[Line, ...]:
    """What must be left alone: the client’s own wish first, which hides no other reason for the same place."""
    wishes = {rule.code for rule in flag_rules().rules if rule.areas == ("avoided",)}
    groups: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for code, (asked, cap, low, why) in regions.items():
        if low == 0:
            rules = tuple(one for one in why if one not in wishes) if cap == 0 else ()
            groups.setdefault((asked != 0, rules), []).append(code)
    keys = sorted(groups, key=lambda key: (key[0], key[1] != ()))
    found = [Line(in_words(groups[key]), _reasons(*key, names)) for key in keys]
    others = ", ".join(label for code, label in OTHERS.items() if code in answers.get("na.other", []))
    return (*([Line(others, HERS)] if others else []), *found)


def _reasons(not_hers: bool, why: tuple[str, ...], names: Mapping[str, str]) -> str:
    rules = f"{names[why[0]]} ({', '.join(why)})" if why else ""
    return rules if not_hers else f"{HERS}. Also: {rules}" if rules else HERS


HERS = "client’s choice"
OTHERS = {"ears": "Ears", "mouth": "Inside the mouth", "scars": "Scars"}


def _limits(regions: Mapping[str, Pressure], answers: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Limit, ...]:
    """Places with the same limit for the same reason: most of the body first, then the lowest limit first.

    Where the limit does not lower the wish, the wish counts: then only places with the same wish stand together.
    """
    groups: dict[tuple[bool, int | None, int | None, tuple[str, ...]], list[str]] = {}
    for code, (asked, cap, low, why) in regions.items():
        if low != 0:
            lowered = cap is not None and asked is not None and cap < asked
            groups.setdefault((lowered, cap if lowered else asked, cap, why), []).append(code)
    found = []
    for place, codes in enumerate(sorted(groups.values(), key=len, reverse=True)):
        named = (WHOLE if len(codes) == len(REGIONS) else MOST) if place == 0 else in_words(codes)
        found.append(_limit(named, [regions[code] for code in codes], names, answers))
    return (*found[:1], *sorted(found[1:], key=lambda one: 6 if one.level is None else one.level))


def _limit(places: str, alike: list[Pressure], names: Mapping[str, str], answers: Mapping[str, Any]) -> Limit:
    asked, cap, level, why = max(alike, key=lambda one: one[0] or 0)
    said = [WALTON[wish] for wish in sorted({one[0] for one in alike if one[0] is not None})]
    if answers.get("pr.overall") == "unsure" and places in (WHOLE, MOST):
        said = ["you choose" if wish == "medium" else wish for wish in said]
    lowered = cap is not None and asked is not None and cap < asked
    suggested = at_most(cap).removeprefix("no more than ") if cap else ""
    return Limit(places, " or ".join(said) or "not said", suggested, _because(why, names), level, lowered)


def _because(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """The first reason in words, with the codes of all."""
    known = list(codes)
    if not known:
        return ""
    first = names[known[0]].split(":")[0].split(" (")[0]
    return f"{first[:1].lower()}{first[1:]} ({', '.join(known)})"


def _levels(regions: Mapping[str, Pressure]) -> dict[str, int]:
    """What the map draws: every place that differs from most of the body, and all that must not be touched.

    Also a place whose limit is lower than that of most of the body while the wish hides it: a client who asks for
    light pressure may ask for more on the table.
    """
    usual = Counter(low for _, _, low, _ in regions.values()).most_common(1)
    plain = usual[0][0] if usual and usual[0][0] != 0 else None
    alike = Counter(cap for _, cap, low, _ in regions.values() if low == plain).most_common(1)
    general = alike[0][0] if alike else None
    return {
        code: low
        for code, (_, cap, low, _) in regions.items()
        if low is not None and (low != plain or (cap is not None and cap == low and (general is None or cap < general)))
    }


def _unmarked(regions: Mapping[str, Pressure], drawn: Mapping[str, int], answers: Mapping[str, Any]) -> str:
    """What no sign on the map means; "" when that is not known."""
    rest = [pressure for code, pressure in regions.items() if code not in drawn]
    level = rest[0][2] if rest else None
    if level is None:
        return ""
    hers_to_say = answers.get("pr.overall") == "unsure" and all(cap is None for _, cap, _, _ in rest)
    return "you choose" if hers_to_say else f"{WALTON[level]} (level {level})"


def _talk(journey: Journey) -> tuple[str, ...]:
    """What she would rather tell in person."""
    answers = journey.live()
    return tuple(
        item.label
        for item in journey.questionnaire.items
        if any(code in IN_PERSON and "in person" in item.labels.get(code, "") for code in _given(answers, item.link_id))
    )


def _given(answers: Mapping[str, Any], link_id: str) -> list[str]:
    value = answers.get(link_id, [])
    return [code for code in (value if isinstance(value, list) else [value]) if isinstance(code, str)]


def _facts(proof: Mapping[str, Any], journey: Journey) -> Iterable[Line]:
    """Oils and scents, position, goals, limits, people: one line each, none where there is nothing to say."""
    said = _Said(journey)
    yield Line(
        "Oils and scents", said.all("al.list", "al.reaction", "al.details", "cm.scent", "cm.lube") or "Not asked"
    )
    yield Line("Position", said.position())
    goals = said.all("go.rank") or said.all("go.goals")
    function = f" “{said.text('go.function')}”" if said.text("go.function") else ""
    yield Line("Goals", (goals + function) or "None named")
    yield Line("Agreement limits", _agreed(proof, journey))
    people = said.people()
    if people:
        yield Line("People", people)


class _Said:
    """Answers in words."""

    def __init__(self, journey: Journey) -> None:
        self.answers, self.questionnaire = journey.live(), journey.questionnaire

    def text(self, link_id: str) -> str:
        if link_id not in self.answers:
            return ""
        return text_of(self.questionnaire.item(link_id), self.answers[link_id])

    def all(self, *link_ids: str) -> str:
        return ". ".join(text for link_id in link_ids if (text := self.text(link_id)))

    def position(self) -> str:
        ways = self.answers.get("cm.position", [])
        parts = [] if "face_down" in ways else ["Not face down"]
        parts += [self.text("cm.position").replace(" is OK", "")] if ways else []
        parts += ["Needs help on and off the table"] if self.answers.get("cm.table_help") == "yes" else []
        return ". ".join(parts)

    def people(self) -> str:
        parts = [f"Helped by {self.text('id.helper_name')}"] if self.text("id.helper_name") else []
        parts += ["Needs an interpreter"] if self.answers.get("id.interpreter") == "yes" else []
        parts += [f"Speaks {self.text('id.language_other') or self.text('id.language')}"] if parts else []
        parts += ["Wants another person in the room"] if self.answers.get("cm.chaperone") == "yes" else []
        return ". ".join(parts)


def _agreed(proof: Mapping[str, Any], journey: Journey) -> str:
    """How far sensitive places may be touched, and what she did not agree to."""
    answers = journey.live()
    parts = [
        f"{label}: {agreement.ALLOWED[answers[key]]}"
        for key, label in agreement.SENSITIVE.items()
        if answers.get(key) in ("over", "ask")
    ]
    refused = [one["title"] for one in proof["consents"] if not one["agreed"]]
    parts += [f"Not agreed: {', '.join(refused)}"] if refused else []
    return ". ".join(parts) or "None"
