"""The released intake, and people walking through it: Ana, who is well, and Ben, who is 15."""

from datetime import date
from typing import Any

from intake_app.questionnaire import Context, Item, Journey, consent_set, latest, summary

TODAY = date(2026, 11, 20)
INTAKE = latest("massage_intake")
CONSENTS = consent_set()

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
}
"""Ana is well and comes to relax. She answers “No” or “None of these” to every other needed question."""

CHILD = {"id.first_name": "Ben", "id.dob": "2011-05-02"}
CALM: dict[str, Any] = {"text": "Not known", "yes_no": "no", "phone": "+19205550188", "scale": 0}


def codes(text: str) -> set[str]:
    """The words of a text."""
    return set(text.split())


ALWAYS = codes("""
    id.filler id.language id.first_name id.last_name id.preferred_name id.pronouns id.dob id.gender id.address
    id.phone id.email id.contact_pref id.voicemail_ok id.access_needs em.name em.relation em.phone em.share_ok
    v.reason v.start dr.told_avoid dr.under_care dr.has care.providers ref.source ref.claim
    td.chest td.stroke td.headache td.saddle td.clot_sign td.fever td.sick td.skin td.joint_hot td.injury
    td.lump td.unexplained td.immobile td.alcohol td.recent hx.cardio hx.skin hx.msk hx.nerve hx.resp hx.digest
    hx.kidney hx.endo hx.immune hx.cancer hx.tumor hx.other rp.pregnant rp.other mh.open mh.stop_sign
    med.class al.list sx.surg_any sx.inj_any sx.hospital sx.implants bm.areas go.goals go.areas go.function
    go.length go.often pr.overall pr.map pr.hurt pr.past pr.like pr.dislike pr.tools cm.check cm.talk cm.music
    cm.temp cm.scent cm.lube cm.position cm.table_help cm.undress cm.chaperone na.chest na.glutes
    na.thigh_inner na.abdomen na.other ls.job ls.posture ls.hand ls.exercise ls.activity ls.restrict
    ls.sleep_hours ls.sleep_quality ls.stress ls.smoke ex.had
""")
"""What the clinical content asks everybody."""

FOLLOWING = codes("""
    id.helper_name id.language_other id.interpreter min.guardian_name min.guardian_relation min.guardian_phone
    min.guardian_email min.presence min.child_agrees min.limits rep.has rep.name rep.phone v.cause v.pain_now
    v.pain_worst v.pain_type v.pain_night v.better v.worse v.limits v.seen dr.name dr.phone care.details
    care.share_ok ref.name td.skin_where td.skin_large td.injury_checked td.injury_where td.injury_hard
    td.lump_where td.joint_where td.sick_better td.recent_where hx.clot_when hx.clot_where hx.hbp_control
    hx.bp_sys hx.bp_dia hx.heart_when hx.angina_rest hx.stroke_when hx.varicose_kind hx.varicose_where
    hx.skin_active hx.skin_where hx.bone_fracture hx.ra_flare hx.ra_neck hx.disc_signs hx.whiplash_when
    hx.msk_where hx.numb_where hx.seizure_last hx.seizure_trigger hx.concussion_when hx.migraine_trigger
    hx.sci_ad hx.inhaler hx.hernia_where hx.belly_new hx.dm_control hx.dm_harm hx.dm_insulin hx.dm_sites
    hx.lymph_where hx.immune_flare hx.sickle_crisis hx.cancer_type hx.cancer_where hx.cancer_tx hx.cancer_last
    hx.cancer_chemo72 hx.cancer_bone hx.cancer_blood hx.radiation_where hx.tumor_where hx.other_what rp.weeks
    rp.due rp.care rp.care_name rp.high_risk rp.signs rp.birth rp.pp_weeks mh.topics mh.help med.list
    med.pain_last med.patch_where al.reaction al.epipen al.details sx.surg sx.inj sx.implant_where
    sx.implant_new bm.marks bm.note go.rank go.support_who go.sport ex.last ex.liked ex.disliked ex.reaction
""")
"""What the clinical content asks when another answer calls for it."""


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
    """The whole walk of Ana, with some other answers (`__` for the dot): every needed question is answered."""
    answers = {**ANA, **{key.replace("__", "."): value for key, value in changed.items()}}
    done: frozenset[str] = frozenset()
    journey = Journey(INTAKE, answers, done, Context(TODAY))
    while (step := journey.first_open()) is not None:
        for item in journey.missing(step):
            answers[item.link_id] = calm(item, answers)
        if not journey.missing(step):
            done |= {step.id}
        journey = Journey(INTAKE, answers, done, Context(TODAY))
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
    return {row.link_id for section in summary(journey) for row in section.rows if row.notice}
