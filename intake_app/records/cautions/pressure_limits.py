"""Where, and how firmly: the places that must be left alone, the limits, and what the map draws."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from functools import cache

from intake_app.pdf.safety_card import LabelledText, PressureLimit
from intake_app.practice.profile import FORM
from intake_app.questionnaire import REGIONS, Answers, Level, rules_of, versions
from intake_app.questionnaire.body.marks import WALTON_WORDS
from intake_app.questionnaire.facts.fact import ticked
from intake_app.questionnaire.flags.rules import LIGHTEST
from intake_app.records.cautions.region_names import WHOLE, name_regions
from intake_app.records.cautions.sealed_flags import SealedFlag, limit_text
from intake_app.records.sealed.flags import EvaluatedFlags, Pressure, RaisedFlag

MOST = "Most of the body"
SETTLED = "as whoever settles the STOP says"
CLIENT_CHOICE = "client’s choice"
OTHERS = {"ears": "Ears", "mouth": "Inside the mouth", "scars": "Scars"}


def pressures(flags: EvaluatedFlags | None, decided: Container[str] = ()) -> Mapping[str, Pressure]:
    """The pressure of every region; {} in a record from before there were rules.

    decided: the flags about which a therapist has decided: limits that hold until then are over.
    """
    if flags is None:
        return {}
    ended = {flag.code for flag in flags.raised if flag.until_signed and flag.code in decided}
    if not ended:
        return flags.pressures
    every = (*flags.raised, *flags.places)
    lasting = [flag for flag in every if flag.code not in ended and _limits(flag)]
    return {
        region: _without(pressure, region, lasting) for region, pressure in flags.pressures.items()
    }


def _limits(flag: RaisedFlag) -> bool:
    return flag.cap is not None and flag.level != Level.STOP.name


def _without(pressure: Pressure, region: str, lasting: Iterable[RaisedFlag]) -> Pressure:
    """The pressure of a region by these flags alone."""
    caps = [
        (cap, flag.code)
        for flag in lasting
        if (not flag.regions or region in flag.regions)
        and (cap := _cap_in(flag, pressure.asked)) is not None
    ]
    cap = min((limit for limit, _ in caps), default=None)
    level = min((one for one in (pressure.asked, cap) if one is not None), default=None)
    return Pressure(pressure.asked, cap, level, tuple(code for limit, code in caps if limit == cap))


def _cap_in(flag: RaisedFlag, asked: int | None) -> int | None:
    """The limit of a flag at a place where this is asked for."""
    if flag.levels_below is None:
        return flag.cap
    return None if asked is None else max(asked - flag.levels_below, LIGHTEST)


@cache
def client_choice_rules() -> frozenset[str]:
    """The rules, of any version, that say only where the client does not want to be touched."""
    rule_sets = (rules_of(questionnaire.sha256) for questionnaire in versions(FORM))
    return frozenset(
        rule.code for one in rule_sets for rule in one.rules if rule.areas == ("avoided",)
    )


def is_client_choice(flag: SealedFlag) -> bool:
    """Whether a flag says only what the client does not want, which nobody decides about.

    Rules before 2.0.0 asked for a decision: they have another level.
    """
    return flag.level == Level.INFO.name and flag.code in client_choice_rules()


def untouched(
    regions: Mapping[str, Pressure], answers: Answers, names: Mapping[str, str]
) -> tuple[LabelledText, ...]:
    """What must be left alone.

    The client’s own choice comes first; it hides no other reason for the same place.
    """
    groups = _untouched_groups(regions)
    # The client's choice first, and of each kind what has no other reason first.
    keys = sorted(groups, key=lambda key: (key[0], key[1] != ()))
    places = [LabelledText(name_regions(groups[key]), _reasons(*key, names)) for key in keys]
    chosen = (*ticked(answers, "na.other"), *ticked(answers, "bm.more"))
    others = ", ".join(label for code, label in OTHERS.items() if code in chosen)
    if others:
        places.insert(0, LabelledText(others, CLIENT_CHOICE))
    return tuple(places)


def _untouched_groups(
    regions: Mapping[str, Pressure],
) -> dict[tuple[bool, tuple[str, ...]], list[str]]:
    """The regions of level 0, by whether rules alone say so, and by the rules that do."""
    choice_rules = client_choice_rules()
    groups: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for code, (asked, cap, low, because) in regions.items():
        if low != 0:
            continue
        rules: tuple[str, ...] = ()
        if cap == 0:
            rules = tuple(rule for rule in because if rule not in choice_rules)
        groups.setdefault((asked != 0, rules), []).append(code)
    return groups


def _reasons(rules_alone: bool, codes: tuple[str, ...], names: Mapping[str, str]) -> str:
    rules = f"{names[codes[0]]} ({', '.join(codes)})" if codes else ""
    if rules_alone:
        return rules
    return f"{CLIENT_CHOICE}. Also: {rules}" if rules else CLIENT_CHOICE


def limits(
    regions: Mapping[str, Pressure], answers: Answers, names: Mapping[str, str]
) -> tuple[PressureLimit, ...]:
    """Places with the same limit for the same reason: most of the body, then the lowest limit.

    Where the limit does not lower what the client asked for, this counts: then only places for
    which they asked the same stand together.
    """
    largest_first = sorted(_limited_groups(regions), key=len, reverse=True)
    made = []
    for position, codes in enumerate(largest_first):
        places = name_regions(codes)
        if position == 0:
            places = WHOLE if len(codes) == len(REGIONS) else MOST
        made.append(_limit(places, [regions[code] for code in codes], names, answers))
    return (*made[:1], *sorted(made[1:], key=_lowest_first))


def _limited_groups(regions: Mapping[str, Pressure]) -> Iterable[list[str]]:
    """The regions that may be touched, with those of the same limit and reason together."""
    groups: dict[tuple[bool, int | None, int | None, tuple[str, ...]], list[str]] = {}
    for code, (asked, cap, low, because) in regions.items():
        if low != 0:
            lowered = _is_lowered(asked, cap)
            groups.setdefault((lowered, cap if lowered else asked, cap, because), []).append(code)
    return groups.values()


def _is_lowered(asked: int | None, cap: int | None) -> bool:
    return cap is not None and asked is not None and cap < asked


def _lowest_first(limit: PressureLimit) -> int:
    """The level, and after every level what has none."""
    return 6 if limit.level is None else limit.level


def _limit(
    places: str, alike: list[Pressure], names: Mapping[str, str], answers: Answers
) -> PressureLimit:
    firmest = max(alike, key=lambda pressure: pressure.asked or 0)
    asked_levels = sorted({pressure.asked for pressure in alike if pressure.asked is not None})
    words = [WALTON_WORDS[asked_level] for asked_level in asked_levels]
    if answers.get("pr.overall") == "unsure" and places in (WHOLE, MOST):
        words = ["you choose" if word == "medium" else word for word in words]
    return PressureLimit(
        places=places,
        asked=" or ".join(words) or "not said",
        at_most=limit_text(firmest.cap).removeprefix("no more than ") if firmest.cap else "",
        because=_because(firmest.because, names),
        level=firmest.level,
        lowered=_is_lowered(firmest.asked, firmest.cap),
    )


def _because(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """The first reason in words, with the codes of all."""
    known = list(codes)
    if not known:
        return ""
    first = names[known[0]].split(":")[0].split(" (")[0]
    return f"{first[:1].lower()}{first[1:]} ({', '.join(known)})"


def levels_by_region(regions: Mapping[str, Pressure]) -> dict[str, int]:
    """What the map draws: every place that differs from most of the body.

    With it all that must not be touched, and a place whose limit is lower than that of most of the
    body while what the client asked for hides it: whoever asks for light pressure may ask for more
    on the table.
    """
    usual_level = _most_common(pressure.level for pressure in regions.values())
    if usual_level == 0:
        usual_level = None
    usual_cap = _most_common(
        pressure.cap for pressure in regions.values() if pressure.level == usual_level
    )
    drawn = {}
    for code, (_, cap, low, _) in regions.items():
        if low is None:
            continue
        hidden = cap is not None and cap == low and (usual_cap is None or cap < usual_cap)
        if low != usual_level or hidden:
            drawn[code] = low
    return drawn


def _most_common(levels: Iterable[int | None]) -> int | None:
    """The level that most places have; None when there is no place."""
    counted = Counter(levels).most_common(1)
    return counted[0][0] if counted else None


def unmarked(
    regions: Mapping[str, Pressure],
    drawn: Mapping[str, int],
    answers: Answers,
    stopped: bool,
) -> str:
    """What no sign on the map means; "" when that is not known.

    stopped: a STOP is to be settled first.
    """
    rest = [pressure for code, pressure in regions.items() if code not in drawn]
    if stopped and any(pressure.cap is None for pressure in rest):
        return SETTLED
    level = rest[0].level if rest else None
    if level is None:
        return ""
    if answers.get("pr.overall") == "unsure" and all(pressure.cap is None for pressure in rest):
        return "you choose"
    return f"{WALTON_WORDS[level]} (level {level})"
