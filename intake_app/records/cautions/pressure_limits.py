"""Where, and how firmly: the places that must be left alone, the limits, and what the map draws."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from intake_app.pdf.safety_card import LabelledText, PressureLimit
from intake_app.questionnaire import REGIONS, flag_rules
from intake_app.questionnaire.body.marks import WALTON_WORDS
from intake_app.records.cautions.region_names import WHOLE, name_regions
from intake_app.records.cautions.sealed_flags import limit_text

MOST = "Most of the body"
SETTLED = "as whoever settles the STOP says"
HERS = "client’s choice"
OTHERS = {"ears": "Ears", "mouth": "Inside the mouth", "scars": "Scars"}
Pressure = tuple[int | None, int | None, int | None, tuple[str, ...]]
"""What she asks for, the lowest limit, the lower of both (Walton, 0 to 5, None when not known), and the rules of it."""


def pressures(proof: Mapping[str, Any]) -> dict[str, Pressure]:
    """The pressure of every region, as the evidence keeps it; {} in a record from before there were rules."""
    kept = proof.get("flags", {}).get("pressures", {})
    return {
        code: (asked, cap, low, tuple(because)) for code, (asked, cap, low, because) in kept.items()
    }


def wishes() -> frozenset[str]:
    """The rules that say nothing but where she does not want to be touched."""
    return frozenset(rule.code for rule in flag_rules().rules if rule.areas == ("avoided",))


def untouched(
    regions: Mapping[str, Pressure], answers: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[LabelledText, ...]:
    """What must be left alone: the client’s own wish first, which hides no other reason for the same place."""
    hers = wishes()
    groups: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for code, (asked, cap, low, why) in regions.items():
        if low == 0:
            rules = tuple(one for one in why if one not in hers) if cap == 0 else ()
            groups.setdefault((asked != 0, rules), []).append(code)
    keys = sorted(groups, key=lambda key: (key[0], key[1] != ()))
    found = [LabelledText(name_regions(groups[key]), _reasons(*key, names)) for key in keys]
    others = ", ".join(
        label for code, label in OTHERS.items() if code in answers.get("na.other", [])
    )
    return (*([LabelledText(others, HERS)] if others else []), *found)


def _reasons(not_hers: bool, why: tuple[str, ...], names: Mapping[str, str]) -> str:
    rules = f"{names[why[0]]} ({', '.join(why)})" if why else ""
    return rules if not_hers else f"{HERS}. Also: {rules}" if rules else HERS


def limits(
    regions: Mapping[str, Pressure], answers: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[PressureLimit, ...]:
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
        named = (
            (WHOLE if len(codes) == len(REGIONS) else MOST) if place == 0 else name_regions(codes)
        )
        found.append(_limit(named, [regions[code] for code in codes], names, answers))
    return (*found[:1], *sorted(found[1:], key=lambda one: 6 if one.level is None else one.level))


def _limit(
    places: str, alike: list[Pressure], names: Mapping[str, str], answers: Mapping[str, Any]
) -> PressureLimit:
    asked, cap, level, why = max(alike, key=lambda one: one[0] or 0)
    said = [WALTON_WORDS[wish] for wish in sorted({one[0] for one in alike if one[0] is not None})]
    if answers.get("pr.overall") == "unsure" and places in (WHOLE, MOST):
        said = ["you choose" if wish == "medium" else wish for wish in said]
    lowered = cap is not None and asked is not None and cap < asked
    suggested = limit_text(cap).removeprefix("no more than ") if cap else ""
    return PressureLimit(
        places, " or ".join(said) or "not said", suggested, _because(why, names), level, lowered
    )


def _because(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """The first reason in words, with the codes of all."""
    known = list(codes)
    if not known:
        return ""
    first = names[known[0]].split(":")[0].split(" (")[0]
    return f"{first[:1].lower()}{first[1:]} ({', '.join(known)})"


def levels_by_region(regions: Mapping[str, Pressure]) -> dict[str, int]:
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
        if low is not None
        and (
            low != plain or (cap is not None and cap == low and (general is None or cap < general))
        )
    }


def unmarked(
    regions: Mapping[str, Pressure],
    drawn: Mapping[str, int],
    answers: Mapping[str, Any],
    stopped: bool,
) -> str:
    """What no sign on the map means; "" when that is not known. stopped: a STOP is to be settled first."""
    rest = [pressure for code, pressure in regions.items() if code not in drawn]
    if stopped and any(cap is None for _, cap, _, _ in rest):
        return SETTLED
    level = rest[0][2] if rest else None
    if level is None:
        return ""
    hers_to_say = answers.get("pr.overall") == "unsure" and all(
        cap is None for _, cap, _, _ in rest
    )
    return "you choose" if hers_to_say else f"{WALTON_WORDS[level]} (level {level})"
