"""Where a rule applies that names neither a region nor a question: a closed list of functions."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from intake_app.questionnaire.body.regions import REGIONS
from intake_app.questionnaire.context import Answer, Answers, Context
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
ALLOWED = ("yes", "ask", "over")
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
    return in_order((*_marked(answers, "numbness"), *ticked(answers, "hx.numb_where"), *feet))


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
    return in_order((*_marked(answers, "avoid"), *on_map, *asked, *other))


def sensitive_open(answers: Answers, context: Context) -> tuple[str, ...]:
    """Sensitive areas that the answers allow, while the agreement for them is not given."""
    if context.agreed is not None and "cs.sensitive" in context.agreed:
        return ()
    return in_order(
        code
        for question, areas in ASKED_AREAS.items()
        if answers.get(question) in ALLOWED
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
    }
)
"""Each with a place of its own: the surgeries and injuries of the last so many days."""


def _where_of(name: str) -> Callable[[Answers, Context], tuple[str, ...]]:
    return lambda answers, _: in_order(
        code for row in ROWS[name](answers) for code in ticked(row, "where")
    )


AREAS: Mapping[str, Callable[[Answers, Context], tuple[str, ...]]] = MappingProxyType(
    {
        "clot_limbs": clot_limbs,
        "pacemaker": pacemaker,
        "lymph_quadrants": lymph_quadrants,
        "numb": numb,
        "pain": pain,
        "avoided": avoided,
        "sensitive_open": sensitive_open,
        **{name: _where_of(name) for name in ROWS},
    }
)
"""The names that a rule's areas may use besides regions, region sets and questions."""
