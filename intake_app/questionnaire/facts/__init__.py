"""Facts: what conditions may know besides single answers.

A closed list; adding one means adding it here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from intake_app.questionnaire.facts import clearance, history, person, preferences
from intake_app.questionnaire.facts.areas import AREAS
from intake_app.questionnaire.facts.fact import Fact

__all__ = ["AREAS", "FACTS", "Fact"]

PREFERENCES = ("pr.overall", "pr.map", "pr.like")
NUMB = ("bm.marks", "hx.numb_where", "hx.dm_harm")
AVOID = ("bm.marks", "pr.map", "na.chest", "na.glutes", "na.thigh_inner", "na.abdomen", "na.other")

FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "age": Fact(int, (person.BIRTH_DATE,), person.age),
        "minor": Fact(bool, (person.BIRTH_DATE,), person.minor),
        "adult": Fact(bool, (person.BIRTH_DATE,), person.adult),
        "returning": Fact(bool, (), person.returning),
        "prenatal_trained": Fact(bool, (), person.prenatal_trained),
        "allergen_free": Fact(bool, (), person.allergen_free),
        "form_age_days": Fact(int, (), person.form_age_days),
        "consents_missing": Fact(bool, (), person.consents_missing),
        "guardian_missing": Fact(bool, (person.BIRTH_DATE,), person.guardian_missing),
        "sensitive_agreed": Fact(bool, (), person.sensitive_agreed),
        "surgery_days": Fact(int, (history.SURGERIES,), history.surgery_days),
        "major_surgery_days": Fact(int, (history.SURGERIES,), history.major_surgery_days),
        "fracture_days": Fact(int, (history.INJURIES,), history.injury_days("fracture")),
        "dislocation_days": Fact(int, (history.INJURIES,), history.injury_days("dislocation")),
        "sprain_days": Fact(int, (history.INJURIES,), history.injury_days("sprain")),
        "head_injury_days": Fact(int, (history.INJURIES,), history.injury_days("head")),
        "clot_risks": Fact(int, history.CLOT_RISKS, history.clot_risks),
        "body_signs": Fact(int, ("td.unexplained",), history.body_signs),
        "unsure_answers": Fact(int, (), history.unsure_answers),
        "wants_firm": Fact(bool, PREFERENCES, preferences.wants_firm),
        "wants_deep": Fact(bool, PREFERENCES, preferences.wants_deep),
        "firm_on_legs": Fact(bool, PREFERENCES[:2], preferences.firm_on("LEGS")),
        "firm_on_bony": Fact(bool, PREFERENCES[:2], preferences.firm_on("BONY")),
        "firm_on_abdomen": Fact(bool, PREFERENCES[:2], preferences.firm_on("ABDOMEN")),
        "firm_on_numb": Fact(bool, (*PREFERENCES[:2], *NUMB), preferences.firm_on_numb),
        "firm_on_lymph": Fact(
            bool, (*PREFERENCES[:2], "hx.lymph_where"), preferences.firm_on_lymph
        ),
        "firm_set_on_endangered": Fact(bool, ("pr.map",), preferences.firm_set_on_endangered),
        "numb": Fact(bool, NUMB, preferences.has_numb),
        "marked_pain": Fact(bool, ("bm.marks",), preferences.marked("pain")),
        "marked_numb": Fact(bool, ("bm.marks",), preferences.marked("numbness")),
        "marked_avoid": Fact(bool, ("bm.marks",), preferences.marked("avoid")),
        "avoid_conflict": Fact(bool, (*AVOID, "go.areas"), preferences.avoid_conflict),
        "technique_conflict": Fact(bool, ("pr.like", "pr.dislike"), preferences.technique_conflict),
        "clearance_asked": Fact(bool, (), clearance.clearance_asked),
        "letter_missing": Fact(bool, (), clearance.letter_missing),
        "any_stop": Fact(bool, (), clearance.any_stop),
    }
)
