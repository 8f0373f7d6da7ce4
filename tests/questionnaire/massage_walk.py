"""The released intake, and people walking through it: Ana, who is well, and Ben, who is 15."""

from datetime import date
from typing import Any

from intake_app.questionnaire import (
    Context,
    Item,
    Journey,
    summarise,
)
from tests.support.definitions import CONSENTS_1, FORM_1, RULES_1

TODAY = date(2026, 11, 20)
CONTEXT = Context(TODAY, stop_raised=RULES_1.any_stop)
INTAKE = FORM_1
CONSENTS = CONSENTS_1

ANA: dict[str, Any] = {
    "id.first_name": "Ana",
    "id.last_name": "Moreno",
    "id.dob": "1985-03-14",
    "id.phone": "+19205550134",
    "em.name": "Lucia Moreno",
    "em.phone": "+19205550177",
    "v.start": "no_problem",
    "hx.cancer": "never",
    "rp.pregnant": "no",
    "go.goals": ["relax_stress"],
    "pr.overall": "medium",
    "cm.position": ["face_down", "face_up"],
    "ex.had": "never",
}
"""Ana is well and comes to relax.

They answer “No” or “None of these” to every other needed question.
"""

CHILD = {"id.first_name": "Ben", "id.dob": "2011-05-02"}
CALM: dict[str, Any] = {"text": "Not known", "yes_no": "no", "phone": "+19205550188", "scale": 0}


def codes(text: str) -> set[str]:
    """The words of a text."""
    return set(text.split())


ALWAYS = codes("""
    id.filler id.language id.first_name id.last_name id.preferred_name id.pronouns id.dob id.gender
    id.address id.phone id.email id.contact_pref id.voicemail_ok id.access_needs em.name em.relation
    em.phone em.share_ok v.reason v.start dr.told_avoid dr.under_care care.providers ref.source
    ref.claim td.chest td.stroke td.headache td.saddle td.clot_sign td.fever td.sick td.skin
    td.joint_hot td.injury td.lump td.unexplained td.immobile td.alcohol td.recent hx.cardio hx.skin
    hx.msk hx.nerve hx.resp hx.digest hx.kidney hx.endo hx.immune hx.cancer hx.tumor hx.other
    rp.pregnant rp.other mh.open mh.stop_sign med.class al.list sx.surg_any sx.inj_any sx.hospital
    sx.implants bm.areas go.goals go.areas go.function go.length go.often pr.overall pr.map pr.hurt
    pr.past pr.like pr.dislike pr.tools cm.check cm.talk cm.music cm.temp cm.scent cm.lube
    cm.position cm.table_help cm.undress cm.chaperone na.chest na.glutes na.thigh_inner na.abdomen
    na.other ls.job ls.posture ls.hand ls.exercise ls.activity ls.restrict ls.sleep_hours
    ls.sleep_quality ls.stress ls.smoke ex.had
""")
"""What the clinical content asks everybody."""


def calm(item: Item, answers: dict[str, Any]) -> Any:
    """The answer of somebody who has nothing to tell."""
    if item.type in {"choices", "regions"}:
        return sorted(item.exclusive)[:1] or [item.options[0].code]
    if item.type == "choice":
        return item.options[-1].code
    if item.type == "body_map":
        return {region: {"tension": True} for region in answers[item.of]}
    return item.min if item.type == "number" else CALM[item.type]


def walk(**changed: Any) -> Journey:
    """The whole walk of Ana, with some other answers (`__` for the dot):
    every needed question is answered.
    """
    answers = {**ANA, **{key.replace("__", "."): value for key, value in changed.items()}}
    done: frozenset[str] = frozenset()
    journey = Journey(INTAKE, answers, done, CONTEXT)
    while (step := journey.first_open()) is not None:
        for item in journey.missing(step):
            answers[item.link_id] = calm(item, answers)
        if not journey.missing(step):
            done |= {step.id}
        journey = Journey(INTAKE, answers, done, CONTEXT)
    return journey


def child(**changed: Any) -> Journey:
    """The walk of Ben, 15."""
    return walk(**{key.replace(".", "__"): value for key, value in CHILD.items()}, **changed)


def asked(journey: Journey) -> list[str]:
    """What the walk asks, in order."""
    return [item.link_id for step in journey.steps for item in journey.items(step)]


def needed(journey: Journey) -> list[str]:
    """What of it must be answered."""
    return [item.link_id for step in journey.steps for item in journey.items(step) if item.required]


def offered(journey: Journey) -> list[str]:
    """The agreements on offer."""
    return [consent.id for consent in CONSENTS.offered(journey)]


def read_first(journey: Journey) -> set[str]:
    """The questions whose answers the therapist reads first."""
    return {row.link_id for section in summarise(journey) for row in section.rows if row.notice}
