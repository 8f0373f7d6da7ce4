"""Facts: what conditions may know besides single answers.

A closed list; adding one means adding it here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from intake_app.questionnaire.facts import clearance, history, person, preferences, recent
from intake_app.questionnaire.facts.areas import AREAS
from intake_app.questionnaire.facts.fact import Fact

__all__ = ["AREAS", "FACTS", "Fact"]

OVERALL = ("pr.overall",)
BY_PLACE = ("pr.map", "bm.marks")
KINDS = ("pr.overall", "pr.like")
FEELS_LESS = ("hx.numb_where", "hx.numb_ask", "hx.dm_harm")
NOT_ALLOWED = (
    *("pr.map", "na.chest", "na.glutes", "na.thigh_inner", "na.abdomen", "na.other", "na.ok"),
    "go.areas",
)

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
        **{
            name: Fact(
                int,
                (history.SURGERIES if name.endswith("surgery") else history.INJURIES,),
                compute,
            )
            for name, compute in recent.FACTS.items()
        },
        "on_day_of_visit": Fact(bool, (), person.on_day_of_visit),
        "asked_on_the_day": Fact(bool, (), person.asked_on_the_day),
        "clot_risk_count": Fact(int, (), recent.clot_risk_count, recent.RISK_QUESTIONS),
        "neck_risk_count": Fact(int, (), recent.neck_risk_count, recent.NECK_QUESTIONS),
        "antiplatelet_count": Fact(int, ("med.class",), recent.antiplatelet_count),
        "unsure_count": Fact(int, (), recent.unsure_count),
        "pain_on_back": Fact(bool, ("bm.marks",), preferences.pain_on_back),
        "rep_missing": Fact(bool, ("id.filler",), person.representative_missing),
        "pain_most": Fact(int, ("bm.marks",), preferences.pain_most),
        "firm_on_neck": Fact(bool, OVERALL, preferences.firm_on("NECK"), BY_PLACE),
        "firm_on_back": Fact(bool, OVERALL, preferences.firm_on("BACK"), BY_PLACE),
        "wants_firm": Fact(bool, KINDS, preferences.wants_firm, BY_PLACE),
        "wants_deep": Fact(bool, KINDS, preferences.wants_deep, BY_PLACE),
        "firm_on_legs": Fact(bool, OVERALL, preferences.firm_on("LEGS"), BY_PLACE),
        "firm_on_bony": Fact(bool, OVERALL, preferences.firm_on("BONY"), BY_PLACE),
        "firm_on_abdomen": Fact(bool, OVERALL, preferences.firm_on("ABDOMEN"), BY_PLACE),
        "firm_on_numb": Fact(bool, OVERALL, preferences.firm_on_numb, (*BY_PLACE, *FEELS_LESS)),
        "firm_on_lymph": Fact(
            bool, (*OVERALL, "hx.lymph_where"), preferences.firm_on_lymph, BY_PLACE
        ),
        "firm_set_on_endangered": Fact(bool, OVERALL, preferences.firm_set_on_endangered, BY_PLACE),
        "numb": Fact(bool, ("bm.marks",), preferences.has_numb, FEELS_LESS),
        "marked_pain": Fact(bool, ("bm.marks",), preferences.marked("pain")),
        "marked_numb": Fact(bool, ("bm.marks",), preferences.marked("numbness")),
        "marked_avoid": Fact(bool, ("bm.marks",), preferences.marked("avoid")),
        "avoid_conflict": Fact(bool, ("bm.marks",), preferences.avoid_conflict, NOT_ALLOWED),
        "technique_conflict": Fact(bool, ("pr.like", "pr.dislike"), preferences.technique_conflict),
        "clearance_asked": Fact(bool, (), clearance.clearance_asked),
        "doctor_said_yes": Fact(bool, (), clearance.doctor_said_yes),
        "letter_missing": Fact(bool, (), clearance.letter_missing),
        "any_stop": Fact(bool, (), clearance.any_stop),
    }
)
