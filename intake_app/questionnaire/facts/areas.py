"""Where a rule applies that names neither a region nor a question: a closed list of functions."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from intake_app.questionnaire.body.regions import REGIONS
from intake_app.questionnaire.context import Answer, Answers, Context
from intake_app.questionnaire.facts import recent
from intake_app.questionnaire.facts.fact import has, table, ticked
from intake_app.questionnaire.facts.history import injuries, surgeries

SIX_WEEKS = 42
TWELVE_WEEKS = 84
LIMBS = {"arm": "arm", "leg": "leg", "foot": "leg"}
ASKED_AREAS = {
    "na.chest": ("chest_l", "chest_r"),
    "na.glutes": ("glute_l", "glute_r"),
    "na.thigh_inner": ("thigh_inner_l", "thigh_inner_r"),
    "na.abdomen": ("abdomen",),
}
"""The questions about one sensitive area, and its regions."""
OTHER_AREAS = {
    "face": ("face",),
    "scalp": ("scalp",),
    "neck_front": ("neck_front",),
    "hands": ("hand_l", "hand_r"),
    "feet": ("foot_l", "foot_r"),
    "hips": ("hip_front_l", "hip_front_r"),
}
"""What can be ticked under “other areas to leave out”, where it is a region. Ears, mouth and scars
are not.
"""
LIMB_SIDES = {
    "leg_l": ("leg", "L"),
    "leg_r": ("leg", "R"),
    "arm_l": ("arm", "L"),
    "arm_r": ("arm", "R"),
}
"""The answers to “Which one?” of a swollen limb."""
ALONG_ARM = (("shoulder_top", "shoulder_front"), ("upper_arm",), ("forearm",), ("hand",))
ALONG_LEG = (
    ("hip_front", "glute"),
    ("thigh_front", "thigh_back", "thigh_inner"),
    ("knee_front", "knee_back"),
    ("shin", "calf"),
    ("foot",),
)
"""The places of a limb from the trunk to its end, without their side."""
ALLOWED = ("yes", "ask", "over")
ALLOWED_AREAS = "na.ok"
"""The one question about all sensitive areas since 2.0.0: what is not ticked is not allowed."""
NUMB_ASKED = "hx.numb_ask"
NOT_SURE_WHERE = "none"


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Each region once, in the order of regions.toml."""
    found = set(codes)
    return tuple(code for code in REGIONS if code in found)


def clot_limbs(answers: Answers, context: Context) -> tuple[str, ...]:
    """The whole limb of each place with a clot; both legs when no place is known."""
    where = [REGIONS[code] for code in ticked(answers, "hx.clot_where") if code in REGIONS]
    limbs = {(LIMBS[one.group], one.side) for one in where if one.group in LIMBS}
    regions = [one.code for one in REGIONS.values() if (LIMBS.get(one.group), one.side) in limbs]
    unknown = REGIONS.sets["LEGS"] if not where or not limbs else ()
    return in_order((*regions, *unknown, *(one.code for one in where)))


def pacemaker(answers: Answers, context: Context) -> tuple[str, ...]:
    """Where the only implant is, if that is the pacemaker; else also the upper chest."""
    implants = ticked(answers, "sx.implants")
    chest = ASKED_AREAS["na.chest"]
    where = in_order(ticked(answers, "sx.implant_where")) if "pacemaker" in implants else ()
    return where if where and len(implants) == 1 else in_order((*where, *chest))


def lymph_quadrants(answers: Answers, context: Context) -> tuple[str, ...]:
    """All regions whose lymph drains to the same side as those named (S25, S26)."""
    named = {
        REGIONS[code].quadrant for code in ticked(answers, "hx.lymph_where") if code in REGIONS
    }
    return tuple(one.code for one in REGIONS.values() if one.quadrant in named)


def numb(answers: Answers, context: Context) -> tuple[str, ...]:
    """Where there is little feeling: marked, named, or the feet in diabetes with numb feet."""
    feet = REGIONS.sets["FEET"] if has(answers, "hx.dm_harm", "numb_feet") else ()
    named = (code for tick in ticked(answers, NUMB_ASKED) for code in OTHER_AREAS.get(tick, ()))
    marked = _marked(answers, "numbness")
    return in_order((*marked, *ticked(answers, "hx.numb_where"), *named, *feet))


def pain(answers: Answers, context: Context) -> tuple[str, ...]:
    """Where pain is marked on the map."""
    return in_order(_marked(answers, "pain"))


def avoided(answers: Answers, context: Context) -> tuple[str, ...]:
    """Where the client does not want to be touched, wherever they said so."""
    on_map = (code for code, level in table(answers, "pr.map").items() if level == "avoid")
    asked = (
        code
        for question, areas in ASKED_AREAS.items()
        if answers.get(question) == "no"
        for code in areas
    )
    other = (code for tick in ticked(answers, "na.other") for code in OTHER_AREAS.get(tick, ()))
    refused = _allowable(answers, allowed=False)
    return in_order((*_marked(answers, "avoid"), *on_map, *asked, *other, *refused))


def sensitive_open(answers: Answers, context: Context) -> tuple[str, ...]:
    """Sensitive areas that the answers allow, while the agreement for them is not given."""
    if context.agreed is not None and "cs.sensitive" in context.agreed:
        return ()
    asked = (
        code
        for question, areas in ASKED_AREAS.items()
        if answers.get(question) in ALLOWED
        for code in areas
    )
    return in_order((*asked, *_allowable(answers, allowed=True)))


def _allowable(answers: Answers, *, allowed: bool) -> tuple[str, ...]:
    """The sensitive areas that “Where is it OK?” allows, or those that it does not; () unasked."""
    if ALLOWED_AREAS not in answers:
        return ()
    ticks = ticked(answers, ALLOWED_AREAS)
    return tuple(
        code
        for question, areas in ASKED_AREAS.items()
        if (question.removeprefix("na.") in ticks) is allowed
        for code in areas
    )


def not_given(name: str, answers: Answers) -> bool:
    """Whether the client could not say where one of these is, though maybe of others."""
    if name in ROWS:
        return not all(in_order(ticked(row, "where")) for row in ROWS[name](answers))
    return list(ticked(answers, "hx.clot_where" if name == "clot_limbs" else name)) == [
        NOT_SURE_WHERE
    ]


def _marked(answers: Answers, kind: str) -> list[str]:
    return [
        code
        for code, marks in table(answers, "bm.marks").items()
        if isinstance(marks, dict) and kind in marks
    ]


ROWS: Mapping[str, Callable[[Answers], list[Mapping[str, Answer]]]] = MappingProxyType(
    {
        "surgery_6_weeks": lambda answers: surgeries(answers, SIX_WEEKS),
        "surgery_12_weeks": lambda answers: surgeries(answers, TWELVE_WEEKS),
        "breaks_12_weeks": lambda answers: injuries(
            answers, TWELVE_WEEKS, "fracture", "dislocation"
        ),
        "sprain_1_week": lambda answers: injuries(answers, 7, "sprain"),
        "wounds_6_weeks": lambda answers: recent.surgery_rows(answers, SIX_WEEKS),
        "wounds_12_weeks": lambda answers: recent.surgery_rows(answers, TWELVE_WEEKS),
        "skin_surgery_6_weeks": lambda answers: recent.skin_surgery_rows(answers, SIX_WEEKS),
        "bones_6_weeks": lambda answers: recent.injury_rows(answers, SIX_WEEKS, "fracture"),
        "bones_12_weeks": lambda answers: recent.injury_rows(
            answers, TWELVE_WEEKS, "fracture", "dislocation"
        ),
        "small_bone_6_weeks": lambda answers: recent.injury_rows(answers, SIX_WEEKS, "small_bone"),
        "head_injury_places": lambda answers: recent.injury_rows(answers, TWELVE_WEEKS, "head"),
        "injury_2_weeks": lambda answers: recent.injury_rows(answers, 14, *recent.KINDS),
        "sprain_2_weeks": lambda answers: recent.injury_rows(answers, 14, "sprain"),
    }
)
"""Each with a place of its own: the surgeries and injuries of the last so many days."""


def _where_of(name: str) -> Callable[[Answers, Context], tuple[str, ...]]:
    return lambda answers, _: in_order(_places(name, answers))


def _places(name: str, answers: Answers) -> list[str]:
    return [code for row in ROWS[name](answers) for code in ticked(row, "where") if code in REGIONS]


def swollen_limb(answers: Answers, context: Context) -> tuple[str, ...]:
    """The whole limbs with a sign of a clot; all four when the client is not sure which."""
    ticks = ticked(answers, "td.clot_where")
    limbs = [tick for tick in ticks if tick in LIMB_SIDES] or list(LIMB_SIDES)
    return in_order(code for limb in limbs for code in whole_limb(*LIMB_SIDES[limb]))


def whole_limb(limb: str, side: str) -> tuple[str, ...]:
    """The regions of an arm or a leg, with its hand or foot."""
    return tuple(
        one.code for one in REGIONS.values() if LIMBS.get(one.group) == limb and one.side == side
    )


def limbs_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The whole limbs that these regions belong to; () for regions of the trunk."""
    places = [REGIONS[code] for code in codes if code in REGIONS]
    limbs = {(LIMBS[one.group], one.side) for one in places if one.group in LIMBS}
    return in_order(code for limb, side in limbs for code in whole_limb(limb, side))


def fistula_arm(answers: Answers, context: Context) -> tuple[str, ...]:
    """The whole arm with the dialysis access; both arms when it is not said."""
    arms = set(REGIONS.sets["ARMS"])
    named = limbs_of(code for code in ticked(answers, "sx.implant_where") if code in arms)
    return named or in_order(arms)


def surgery_limb(answers: Answers, context: Context) -> tuple[str, ...]:
    """The limbs that were operated on in the last six weeks."""
    return limbs_of(_places("wounds_6_weeks", answers))


def other_leg(answers: Answers, context: Context) -> tuple[str, ...]:
    """The legs, but for one that was operated on in the last six weeks."""
    operated = set(surgery_limb(answers, context))
    return tuple(code for code in REGIONS.sets["LEGS"] if code not in operated)


def surgery_neighbours(answers: Answers, context: Context) -> tuple[str, ...]:
    """The places next to a surgery of the last six weeks."""
    return neighbours(_places("wounds_6_weeks", answers))


def break_neighbours(answers: Answers, context: Context) -> tuple[str, ...]:
    """The places next to a bone broken in the last six weeks."""
    return neighbours(_places("bones_6_weeks", answers))


def neighbours(codes: Iterable[str]) -> tuple[str, ...]:
    """The places above and below each of these on the same limb, both sides of it; () elsewhere."""
    found: set[str] = set()
    for code in codes:
        stem, _, side = code.rpartition("_")
        for limb in (ALONG_ARM, ALONG_LEG):
            at = _place_along(limb, stem)
            if at is not None:
                near = (name for names in limb[max(at - 1, 0) : at + 2] for name in names)
                found.update(f"{name}_{side}" for name in near)
    return in_order(found - set(codes))


def _place_along(limb: tuple[tuple[str, ...], ...], stem: str) -> int | None:
    return next((place for place, names in enumerate(limb) if stem in names), None)


def varicose_legs(answers: Answers, context: Context) -> tuple[str, ...]:
    """The marked veins and the leg below them; both legs when the place is not known."""
    marked = [code for code in ticked(answers, "hx.varicose_where") if code in REGIONS]
    found = set(marked)
    for code in marked:
        stem, _, side = code.rpartition("_")
        at = _place_along(ALONG_LEG, stem)
        if at is not None:
            found.update(f"{name}_{side}" for names in ALONG_LEG[at:] for name in names)
    return in_order(found) or REGIONS.sets["LEGS"]


def stimulator_neck(answers: Answers, context: Context) -> tuple[str, ...]:
    """Neck and scalp, where a shunt or a stimulator may have its wires.

    () for a stimulator or pump whose only places are elsewhere.
    """
    has_shunt = has(answers, "sx.implants", "shunt")
    where = set(ticked(answers, "sx.implant_where")) & set(REGIONS)
    near = {"scalp", "face", "chest_l", "chest_r", *REGIONS.sets["NECK"]}
    wired = has(answers, "sx.implants", "stim") and (not where or where & near)
    return in_order(("scalp", *REGIONS.sets["NECK"])) if has_shunt or wired else ()


AREAS: Mapping[str, Callable[[Answers, Context], tuple[str, ...]]] = MappingProxyType(
    {
        "clot_limbs": clot_limbs,
        "pacemaker": pacemaker,
        "lymph_quadrants": lymph_quadrants,
        "numb": numb,
        "pain": pain,
        "avoided": avoided,
        "sensitive_open": sensitive_open,
        "swollen_limb": swollen_limb,
        "fistula_arm": fistula_arm,
        "surgery_limb": surgery_limb,
        "other_leg": other_leg,
        "surgery_neighbours": surgery_neighbours,
        "break_neighbours": break_neighbours,
        "varicose_legs": varicose_legs,
        "stimulator_neck": stimulator_neck,
        **{name: _where_of(name) for name in ROWS},
    }
)
"""The names that a rule's areas may use besides regions, region sets and questions."""
