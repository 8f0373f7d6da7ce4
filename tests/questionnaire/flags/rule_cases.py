"""For each rule, people made from its own condition.

Whether they raise it is for the rules to say.
"""

from collections.abc import Iterator
from typing import Any

from intake_app.questionnaire import Context, Journey, Rule, raised
from intake_app.questionnaire.conditions import AnswerIs, FactIs
from intake_app.questionnaire.flags.satisfiability import (
    Case,
    Requirement,
    answers_to,
    fits,
    witnesses,
)
from tests.questionnaire.small import TODAY
from tests.support.definitions import FORM_1, RULES_1

INTAKE = FORM_1
RULES = RULES_1
DONE = frozenset(step.id for step in INTAKE.steps)

Person = tuple[dict[str, Any], dict[str, Any]]
"""Answers, and what is known besides them."""

FIRM, DEEP, MEDIUM = {"pr.overall": "firm"}, {"pr.overall": "deep"}, {"pr.overall": "medium"}
MARK: dict[str, Any] = {"bm.areas": ["hand_l"]}


def ago(question: str, when: str, **row: Any) -> dict[str, Any]:
    """One surgery or injury, so long ago, with the question that opens the list."""
    return {f"{question}_any": "yes", question: [{"when": when, "where": ["hand_l"], **row}]}


FACTS: dict[tuple[str, object], dict[str, Any]] = {
    ("age", 50): {"id.dob": "1960-01-01"},
    ("age", 65): {"id.dob": "1950-01-01"},
    ("minor", True): {"id.dob": "2012-01-01"},
    ("adult", True): {"id.dob": "1980-01-01"},
    ("guardian_missing", True): {"id.dob": "2012-01-01"},
    ("surgery_days", 14): ago("sx.surg", "lt1w", what="Mole", major="no"),
    ("surgery_days", 42): ago("sx.surg", "w2to6", what="Mole", major="no"),
    ("surgery_days", 84): ago("sx.surg", "w6to12", what="Mole", major="no"),
    ("major_surgery_days", 42): ago("sx.surg", "w2to6", what="Knee", major="yes"),
    ("major_surgery_days", 84): ago("sx.surg", "w6to12", what="Knee", major="yes"),
    ("fracture_days", 42): ago("sx.inj", "w2to6", kind="fracture"),
    ("fracture_days", 84): ago("sx.inj", "w6to12", kind="fracture"),
    ("dislocation_days", 84): ago("sx.inj", "w6to12", kind="dislocation"),
    ("sprain_days", 7): ago("sx.inj", "lt1w", kind="sprain"),
    ("head_injury_days", 84): ago("sx.inj", "w6to12", kind="head"),
    ("head_injury_days", 364): ago("sx.inj", "m3to12", kind="head"),
    ("clot_risks", 2): {"td.immobile": "yes", "ls.smoke": "yes"},
    ("body_signs", 1): {"td.unexplained": ["tired"]},
    ("body_signs", 2): {"td.unexplained": ["weight", "tired"]},
    ("unsure_answers", 3): {
        "v.start": "days",
        "td.lump": "unsure",
        "hx.tumor": "unsure",
        "td.fever": "unsure",
    },
    ("wants_firm", True): FIRM,
    ("wants_deep", True): DEEP,
    ("firm_on_legs", True): FIRM,
    ("firm_on_bony", True): FIRM,
    ("firm_on_abdomen", True): FIRM,
    ("firm_on_numb", True): {**FIRM, **MARK, "bm.marks": {"hand_l": {"numbness": True}}},
    ("firm_on_lymph", True): {**FIRM, "hx.lymph_where": ["upper_arm_l"]},
    ("firm_set_on_endangered", True): {"pr.map": {"neck_front": "deep"}},
    ("numb", True): {**MARK, "bm.marks": {"hand_l": {"numbness": True}}},
    ("marked_numb", True): {**MARK, "bm.marks": {"hand_l": {"numbness": True}}},
    ("marked_pain", True): {**MARK, "bm.marks": {"hand_l": {"pain": 3}}},
    ("marked_avoid", True): {**MARK, "bm.marks": {"hand_l": {"avoid": True}}},
    ("avoid_conflict", True): {
        **MARK,
        "bm.marks": {"hand_l": {"avoid": True}},
        "go.areas": ["hand_l"],
    },
    ("technique_conflict", True): {"pr.like": ["swedish"], "pr.dislike": ["swedish"]},
    ("letter_missing", True): {"hx.cardio": ["stroke"], "cl.ok.stroke": "yes"},
    ("any_stop", True): {"td.chest": "yes"},
    ("clearance_asked", True): {"hx.cardio": ["stroke"], "cl.ok.stroke": "no"},
}
"""A person for whom a fact is so, or reaches this number.

What is not here must be so without any answer.
"""
KNOWN: dict[tuple[str, object], dict[str, Any]] = {
    ("guardian_missing", True): {"agreed": frozenset(), "guardian_signed": False},
    ("consents_missing", True): {"consents_missing": True},
    ("sensitive_agreed", False): {"agreed": frozenset()},
    ("form_age_days", 365): {"form_age_days": 366},
    ("prenatal_trained", False): {"prenatal_trained": False},
    ("allergen_free", False): {"allergen_free": False},
    ("returning", True): {"returning": True},
}
READY = {"prenatal_trained": True, "allergen_free": True}


def walk(person: Person) -> Journey:
    """The walk of this person."""
    answers, known = person
    return Journey(
        INTAKE, answers, DONE, Context(TODAY, stop_raised=RULES.any_stop, **{**READY, **known})
    )


def raises(rule: Rule, person: Person) -> bool:
    """Whether this person raises the rule, by the rules themselves."""
    return rule.code in {flag.rule.code for flag in raised(RULES, walk(person))}


def people(rule: Rule) -> Iterator[Person]:
    """People made from the condition of this rule, most of whom should raise it."""
    return (_person(case) for case in witnesses(rule.when, INTAKE))


def _person(case: Case) -> Person:
    answers: dict[str, Any] = {}
    known: dict[str, Any] = {}
    about: dict[str, list[Requirement]] = {}
    for one in case:
        if isinstance(one.leaf, FactIs):
            if one.holds:
                answers.update(FACTS.get((one.leaf.fact, one.leaf.value), {}))
                known.update(KNOWN.get((one.leaf.fact, one.leaf.value), {}))
        else:
            about.setdefault(one.leaf.question, []).append(one)
    for question, wanted in about.items():
        if any(_needs_an_answer(one) for one in wanted):
            given = answers_to(INTAKE.item(question), wanted)
            value = next(value for value in given if all(fits(one, value) for one in wanted))
            before = answers.get(question)
            answers[question] = sorted({*before, *value}) if isinstance(before, list) else value
    return answers, known


def _needs_an_answer(one: Requirement) -> bool:
    return one.holds and isinstance(one.leaf, AnswerIs) and one.leaf.answer is not False


def person_for(rule: Rule) -> Person | None:
    """Somebody who raises this rule, None when none of the people made from it does."""
    return next((person for person in people(rule) if raises(rule, person)), None)


def near_misses(person: Person) -> Iterator[Person]:
    """The same person with one answer, or one thing known, taken away or changed."""
    answers, known = person
    for link_id in answers:
        yield {key: value for key, value in answers.items() if key != link_id}, known
    for key in known:
        yield answers, {**READY, **{one: value for one, value in known.items() if one != key}}
