"""massage_intake 2.0.0, its rules, and people walking through it.

Pat is well. Everybody else is Pat with some other answers: at home with a visit in a week, at home
and then in the form of the day, or in one walk when the visit is today.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from intake_app.questionnaire import (
    REGIONS,
    Context,
    Flag,
    Item,
    Journey,
    Level,
    Questionnaire,
    RuleSet,
    pressures,
    raised,
    released,
    short_form,
)
from intake_app.questionnaire.loading.repository import REPOSITORY
from tests.questionnaire.small import TODAY

Given = Mapping[str, Any]

FORM = "massage_intake"
VERSION = "2.0.0"
FORM_2: Questionnaire = released(FORM, VERSION, draft=True)
RULES_2: RuleSet = REPOSITORY.flags(FORM_2, VERSION, draft=True)
DAY_FORM = short_form(FORM_2)

PAT: dict[str, Any] = {
    "id.filler": "self",
    "id.first_name": "Pat",
    "id.last_name": "Moreno",
    "id.dob": "1986-01-15",
    "id.phone": "+19205550134",
    "em.name": "Lucia Moreno",
    "em.phone": "+19205550177",
    "go.goals": ["relax_stress"],
    "v.start": "no_problem",
    "hx.cancer": "never",
    "rp.pregnant": "no",
    "bm.marks": {},
    "na.ok": ["chest", "glutes", "thigh_inner", "abdomen"],
    "na.how": "yes",
    "pr.overall": "medium",
    "ex.had": "often",
    "ex.reaction": ["none"],
    "cm.hard": ["none"],
}
"""Pat is well, comes to relax, likes medium pressure, and all screeners are No."""

SCREENERS = {
    "sc.heart": ("hx.cardio",),
    "sc.lungs": ("hx.resp",),
    "sc.bones": ("hx.msk",),
    "sc.nerves": ("hx.nerve",),
    "sc.skin": ("hx.skin",),
    "sc.belly": ("hx.digest", "hx.kidney"),
    "sc.immune": ("hx.endo", "hx.immune"),
    "sc.meds": ("med.class",),
    "sc.allergy": ("al.list",),
    "sc.device": ("sx.implants",),
    "sc.recent": ("sx.surg_any", "sx.hospital", "sx.inj_any"),
}
"""The first question for each part of the body, and the lists behind it."""

CALM: dict[str, Any] = {
    "hx.angina_rest": "no",
    "hx.hbp_control": "yes",
    "hx.inhaler": "yes",
    "hx.dm_control": "yes",
    "hx.dm_insulin": "no",
    "td.sick_better": "yes",
    "td.injury_checked": "yes",
    "min.child_agrees": "yes",
    "min.guardian_relation": "parent",
    "min.presence": "in_room",
    "v.cause": "work",
    "rp.weeks": 24,
    "rp.pp_weeks": 30,
    "dr.ok_when": "week",
    "cl.letter": "no",
    "dr.contact_ok": "ask_first",
}
"""Answers that are calm, but are not the one with “no” or “none” in its code."""
HARMLESS = ("no", "none", "never", "not_asked", "gt1y", "mild", "steady", "vaginal", "lotion")
BY_TYPE: dict[str, Any] = {
    "text": "Not known",
    "longtext": "Not known",
    "phone": "+19205550188",
    "email": "pat@example.com",
    "scale": 0,
    "body_map": {},
}
READY = {"prenatal_trained": True, "allergen_free": True}
SIGNED: dict[str, Any] = {"agreed": frozenset({"cs.sensitive"}), "consents_missing": False}
WISHES = ("pr.", "cm.", "na.", "bm.", "go.", "mh.help", "mh.stop_sign")
"""What the questions begin with that ask what a client would like."""


def calm(item: Item) -> Any:
    """The answer of somebody who has nothing to tell."""
    if item.link_id in CALM:
        return CALM[item.link_id]
    if item.type in {"choices", "regions"}:
        codes = [code for code in item.labels if code in item.exclusive]
        return ["none" if "none" in codes or not codes else codes[0]]
    if item.type in {"choice", "yes_no"}:
        return next((code for code in HARMLESS if code in item.labels), next(iter(item.labels)))
    if item.type == "number":
        return item.min or 0
    if item.type == "repeat":
        return [{column.link_id: calm(column) for column in item.columns if column.required}]
    return BY_TYPE[item.type]


def opened(given: Given) -> dict[str, Any]:
    """The answers of Pat with these instead. Who answers a list said Yes to what opens it."""
    yes = {
        screener: "yes"
        for screener, lists in SCREENERS.items()
        if any(question in given for question in lists)
    }
    return {**PAT, **yes, **given}


def context(*, today: bool = False, **known: Any) -> Context:
    """A practice that is ready for everybody, and a client who agreed to everything."""
    return Context(
        TODAY,
        visit_today=today,
        stop_raised=RULES_2.any_stop,
        **{**READY, **SIGNED, **known},
    )


def finished(questionnaire: Questionnaire, given: Given, now: Context, known: Given) -> Journey:
    """The walk to its end: what is needed and not given is answered calmly."""
    answers = dict(given)
    done = frozenset(step.id for step in questionnaire.steps)
    journey = Journey(questionnaire, answers, done, now, known)
    while (step := journey.first_open()) is not None:
        for item in journey.missing(step):
            if item.link_id in given:
                raise AssertionError(f"{item.link_id} does not fit: {given[item.link_id]}")
            answers[item.link_id] = calm(item)
        journey = Journey(questionnaire, answers, done, now, known)
    return journey


def walk(given: Given, *, today: bool = False, **known: Any) -> Journey:
    """The whole form: at home with a visit in a week, or with the pages of the day."""
    return finished(FORM_2, opened(given), context(today=today, **known), {})


def on_the_day(home: Journey, given: Given, **known: Any) -> Journey:
    """The form of the day, over what the form at home said about all else."""
    asked = {item.link_id for item in DAY_FORM.items}
    before = {link_id: value for link_id, value in home.live().items() if link_id not in asked}
    return finished(DAY_FORM, given, context(on_the_day=True, **known), before)


def not_asked(given: Given, *journeys: Journey) -> set[str]:
    """The given answers that count in none of these walks."""
    live = {link_id for journey in journeys for link_id in journey.live()}
    return set(given) - live


def flags(journey: Journey, rules: RuleSet = RULES_2) -> tuple[Flag, ...]:
    """The flags of this walk, and the limits that are no prompts."""
    return raised(rules, journey)


def is_own_wish(flag: Flag) -> bool:
    """Whether a flag only answers to what the client would like, and to nothing about health."""
    return bool(flag.raised_by) and all(one.startswith(WISHES) for one in flag.raised_by)


def codes(journey: Journey, rules: RuleSet = RULES_2) -> list[str]:
    """Their codes, in the order of the alphabet."""
    return sorted(flag.rule.code for flag in raised(rules, journey))


def stop_of(found: tuple[Flag, ...]) -> str:
    """What stands: “urgent”, “stop” or “none”. A lowered STOP does not stand."""
    standing = [flag for flag in found if flag.level is Level.STOP]
    if any(flag.rule.urgent for flag in standing):
        return "urgent"
    return "stop" if standing else "none"


def limits(found: tuple[Flag, ...], journey: Journey) -> dict[str, int | None]:
    """The limit of every region when each STOP is settled; 0 where the client wants no touch."""
    below = pressures([flag for flag in found if flag.level is not Level.STOP], journey)
    return {code: 0 if one.asked == 0 else one.cap for code, one in below.items()}


@cache
def places(name: str) -> tuple[str, ...]:
    """A region, or the regions of a set; “body” is every one."""
    if name == "body":
        return tuple(REGIONS)
    return REGIONS.sets.get(name, (name,))


def usual(found: Mapping[str, int | None]) -> int | None:
    """The limit of most of the body."""
    levels = list(found.values())
    return max(set(levels), key=levels.count)
