"""The massage intake that is released: what Ana, a healthy adult, is asked,
and what follows from which answer.
"""

import re
from typing import Any

import pytest

from intake_app.questionnaire import REGIONS, fill_wording, release_lines, released
from intake_app.questionnaire.body.regions import DEFINITIONS
from tests.questionnaire.massage_walk import (
    ALWAYS,
    CONSENTS,
    INTAKE,
    asked,
    child,
    needed,
    offered,
    read_first,
    walk,
)

SIGNATURE = 1
OLD_SURGERY = {"what": "Knee", "when": "gt1y", "where": ["knee_front_r"], "major": "yes"}
ABOUT_THE_DOCTOR = {"cl.letter", "dr.has", "dr.contact_ok"} | {
    i.link_id for i in INTAKE.items if "cl.ok." in i.link_id
}
"""What follows from many answers; see test_medical_ok."""
LONG = 45


# What a healthy adult meets


def test_a_healthy_adult_is_done_with_60_needed_answers_at_most() -> None:
    ana = walk()
    consents = [consent for consent in CONSENTS.offered(ana) if consent.required]
    assert len(needed(ana)) + len(consents) + SIGNATURE <= 60
    assert set(needed(ana)) <= ana.live().keys()


def test_their_walk_has_at_most_27_pages_and_each_asks_one_to_seven_things() -> None:
    ana = walk()
    assert len(ana.steps) <= 27
    assert {step.id: len(ana.items(step)) for step in ana.steps if len(ana.items(step)) > 7} == {}


def test_nothing_that_a_healthy_adult_answers_is_marked_to_be_read_first() -> None:
    assert read_first(walk()) == set()


def test_they_are_asked_everything_that_is_always_asked() -> None:
    assert ALWAYS - set(asked(walk())) == set()


def test_a_healthy_adult_is_asked_hardly_anything_more() -> None:
    assert set(asked(walk())) - ALWAYS == {"rep.has"}


# What follows from an answer


@pytest.mark.parametrize(
    ("answer", "follows"),
    [
        ({"hx__cardio": ["dvt"]}, {"hx.clot_when", "hx.clot_where"}),
        ({"hx__cardio": ["pe"]}, {"hx.clot_when"}),
        ({"hx__cardio": ["hbp"]}, {"hx.hbp_control", "hx.bp_sys", "hx.bp_dia"}),
        ({"hx__cardio": ["stroke"]}, {"hx.stroke_when", "hx.numb_where"}),
        ({"hx__cardio": ["varicose"]}, {"hx.varicose_kind", "hx.varicose_where"}),
        ({"hx__msk": ["osteoporosis"]}, {"hx.bone_fracture"}),
        ({"hx__nerve": ["spinal_injury"]}, {"hx.sci_ad", "hx.numb_where"}),
        ({"hx__msk": ["disc"], "hx__disc_signs": ["numb"]}, {"hx.disc_signs", "hx.numb_where"}),
        ({"hx__endo": ["dm1"]}, {"hx.dm_control", "hx.dm_harm", "hx.dm_insulin", "hx.dm_sites"}),
        ({"hx__kidney": ["stones"]}, {"hx.belly_new"}),
        ({"hx__resp": ["other"]}, {"hx.other_what"}),
        ({"td__skin": ["rash"]}, {"td.skin_large", "td.skin_where"}),
        ({"td__sick": ["cold"]}, {"td.sick_better"}),
        (
            {"td__injury": "yes"},
            {"td.injury_details", "td.injury_checked", "td.injury_hard", "td.injury_where"},
        ),
        ({"dr__told_avoid": "yes"}, {"dr.told_avoid_details"}),
        ({"med__class": ["patch"]}, {"med.list", "med.patch_where"}),
        ({"med__class": ["talk"]}, set()),
        ({"al__list": ["nuts"], "al__reaction": ["breath"]}, {"al.reaction", "al.epipen"}),
        ({"sx__surg_any": "yes", "sx__surg": [OLD_SURGERY]}, {"sx.surg"}),
        ({"bm__areas": ["calf_r"]}, {"bm.marks", "bm.note"}),
        ({"go__goals": ["sleep", "athletic"]}, {"go.rank", "go.sport"}),
        ({"mh__open": "talk"}, {"mh.help"}),
        ({"ex__had": "often"}, {"ex.reaction", "ex.last", "ex.liked", "ex.disliked"}),
        ({"id__language": "es"}, {"id.interpreter"}),
        ({"rep__has": "yes"}, {"rep.name", "rep.phone"}),
    ],
)  # fmt: skip
def test_an_answer_brings_its_questions(answer: dict[str, Any], follows: set[str]) -> None:
    assert set(asked(walk(**answer))) - set(asked(walk())) - ABOUT_THE_DOCTOR == follows


def test_a_client_with_a_blood_clot_is_asked_when_and_where_and_may_not_know_where() -> None:
    clot = walk(hx__cardio=["dvt"])
    assert {"hx.clot_when", "hx.clot_where"} <= set(needed(clot))
    assert clot.live()["hx.clot_where"] == ["none"]
    assert {"hx.cardio", "hx.clot_when"} <= read_first(clot)


def test_a_pregnant_client_is_asked_for_weeks_care_and_signs() -> None:
    assert {"rp.weeks", "rp.care", "rp.high_risk", "rp.signs", "hx.belly_new"} <= set(
        needed(walk(rp__pregnant="yes"))
    )
    assert {"rp.signs", "rp.pp_weeks", "rp.birth"} <= set(asked(walk(rp__pregnant="postpartum")))
    assert "rp.weeks" not in asked(walk(rp__pregnant="maybe"))


def test_a_client_with_cancer_is_asked_about_treatment_bones_and_blood() -> None:
    now = walk(hx__cancer="now", hx__cancer_tx=["chemo", "radiation"])
    assert {"hx.cancer_last", "hx.cancer_chemo72", "hx.cancer_bone", "hx.cancer_blood"} <= set(
        needed(now)
    )
    assert {"hx.cancer_where", "hx.radiation_where"} <= set(needed(now))
    assert "hx.cancer_tx" not in asked(walk(hx__cancer="skip"))


def test_somebody_in_pain_is_asked_how_strong_it_is_and_somebody_without_pain_no_more() -> None:
    assert "v.pain_worst" in asked(walk(v__start="weeks", v__pain_now=4))
    assert "v.pain_worst" not in asked(walk(v__start="weeks", v__pain_now=0))


def test_a_child_needs_a_guardian_who_says_where_they_will_be_and_what_the_child_wants() -> None:
    guardian = {"min.guardian_name", "min.guardian_relation", "min.guardian_phone"}
    assert guardian | {"min.presence", "min.child_agrees"} <= set(needed(child()))
    assert "rep.has" not in asked(child())
    assert read_first(child(min__child_agrees="no")) >= {"min.child_agrees"}


# What the therapist reads first


@pytest.mark.parametrize(
    "question", ["td.chest", "td.headache", "td.saddle", "td.clot_sign", "dr.told_avoid"]
)
@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_yes_and_not_sure_to_a_safety_question_are_read_first(question: str, answer: str) -> None:
    assert question in read_first(walk(**{question.replace(".", "__"): answer}))


def test_every_allergy_is_read_first() -> None:
    allergies = INTAKE.item("al.list")
    assert set(allergies.notice) == allergies.labels.keys() - {"none"}


def test_wanting_to_tell_it_in_person_is_read_first() -> None:
    offers = {
        (item.link_id, code)
        for item in INTAKE.items
        for code in item.labels.keys() & {"talk", "skip"}
    }
    unread = {
        (link_id, code) for link_id, code in offers if code not in INTAKE.item(link_id).notice
    }
    assert unread == {("mh.open", "skip"), ("ls.smoke", "skip")}  # skipping is no wish to talk


def test_none_of_these_is_never_read_first() -> None:
    assert [item.link_id for item in INTAKE.items if item.exclusive & set(item.notice)] == []


# How it is written


def test_every_tick_list_about_health_has_an_answer_for_nothing_that_stands_alone() -> None:
    lists = [
        i
        for i in INTAKE.items
        if i.type == "choices" and i.link_id.split(".")[0] in {"td", "hx", "rp", "med"}
    ]
    lists += [INTAKE.item("al.list"), INTAKE.item("sx.implants")]
    assert [item.link_id for item in lists if item.exclusive != {"none"}] == []


def test_every_question_about_a_place_that_must_be_answered_accepts_not_knowing() -> None:
    places = [item for item in INTAKE.items if item.type == "regions" and item.required]
    assert [item.link_id for item in places if not item.none_label] == []


def test_a_long_question_has_a_short_label() -> None:
    assert [item.link_id for item in INTAKE.items if len(item.label) > LONG] == []


def test_no_two_questions_read_the_same_on_the_check_page() -> None:
    labels = [item.label for item in INTAKE.items]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


def test_feelings_are_a_page_of_their_own() -> None:
    private = [step for step in INTAKE.steps if step.private]
    feelings = {item.link_id for step in private for item in step.items}
    assert feelings == {"mh.open", "mh.topics", "mh.help", "mh.stop_sign"}
    assert {item.link_id for item in INTAKE.items if item.sensitive} >= feelings


def test_a_sensitive_question_can_be_answered_with_a_talk_in_person() -> None:
    choices = [
        item for item in INTAKE.items if item.sensitive and item.type in {"choice", "choices"}
    ]
    alone = [item.link_id for item in choices if item.labels.keys().isdisjoint({"talk", "skip"})]
    assert alone == [
        "mh.topics",
        "mh.help",
    ]  # asked only of those who did not choose to talk, or of those who did
    talk = {
        item.link_id for item in INTAKE.items if not item.labels.keys().isdisjoint({"talk", "skip"})
    }
    assert [link_id for link_id in talk if not INTAKE.item(link_id).sensitive] == []


def test_words_about_health_can_be_kept_for_the_therapist_and_a_name_or_an_allergy_cannot() -> None:
    kept = {item.link_id for item in INTAKE.items if item.confidential}
    details = {item.link_id for item in INTAKE.items if item.link_id.endswith("_details")}
    assert kept > details | {"v.reason", "hx.other", "hx.other_what", "td.changed", "bm.note"}
    assert kept.isdisjoint({"id.first_name", "em.name", "dr.name", "al.details", "mh.stop_sign"})


def test_every_health_question_says_why_it_is_asked() -> None:
    health = [
        i
        for i in INTAKE.items
        if i.link_id.split(".")[0] in {"td", "hx", "rp", "med", "al", "sx", "mh", "cl"}
    ]
    assert [i.link_id for i in health if not i.why and not i.link_id.endswith("_details")] == []


def test_no_question_about_today_names_an_illness_they_may_have() -> None:
    shown = [
        (i.link_id, text)
        for i in INTAKE.items
        for text in (i.text, i.help, i.why, i.short)
        if "td." in i.link_id
    ]
    assert [
        place
        for place, text in shown
        if re.search(r"clot|stroke|cancer|tumor|heart attack", text, re.I)
    ] == []
    assert [
        i.link_id for i in INTAKE.items if "contraindicat" in f"{i.text} {i.help} {i.why}"
    ] == []


def test_what_can_change_by_the_day_is_asked_again_on_arrival() -> None:
    again = {item.link_id for item in INTAKE.items if item.when == "arrival"}
    assert again == {"td.fever", "td.sick", "td.skin", "td.alcohol"}


def test_the_body_has_50_regions_of_which_9_are_touched_only_after_a_yes() -> None:
    assert len(REGIONS) == 50
    assert {code for code, region in REGIONS.items() if region.sensitive} == {
        *("scalp", "face", "abdomen"),
        *("chest_l", "chest_r", "thigh_inner_l", "thigh_inner_r", "glute_l", "glute_r"),
    }


def test_every_region_that_ends_in_a_side_is_on_that_side() -> None:
    ends = {"l": "L", "r": "R"}
    assert [
        c for c, region in REGIONS.items() if region.side != ends.get(re.sub(r".*_", "", c), "M")
    ] == []


# The agreements


def test_an_adult_is_asked_for_eight_agreements_and_free_choices_follow() -> None:
    ana = walk()
    assert [consent.id for consent in CONSENTS.offered(ana) if consent.required] == [
        *("cs.informed", "cs.drape_stop", "cs.scope", "cs.conduct"),
        *("cs.truth", "cs.cancel", "cs.privacy", "cs.erecord"),
    ]
    assert offered(ana)[8:] == ["cs.sms", "cs.photo", "cs.marketing"]


def test_for_a_child_the_guardian_also_agrees() -> None:
    assert set(offered(child(min__child_agrees="yes"))) - set(offered(walk())) == {
        "min.authority",
        "cs.minor",
    }


def test_email_is_offered_to_those_who_gave_one() -> None:
    assert "cs.email" in offered(walk(id__email="ana@example.com"))


@pytest.mark.parametrize("answer", ["over", "ask", "yes"])
def test_a_yes_to_a_sensitive_area_is_agreed_to_apart(answer: str) -> None:
    assert "cs.sensitive" in offered(walk(na__glutes=answer))
    assert "cs.sensitive" not in offered(walk(na__glutes="no"))


def test_agreeing_on_a_screen_says_what_the_e_sign_act_asks_for() -> None:
    """15 U.S.C. 7001(c)(1): paper, taking it back, how to get a copy,
    what is needed to read it, and proof.
    """
    erecord = next(consent for consent in CONSENTS.consents if consent.id == "cs.erecord")
    text = fill_wording(erecord, {"contact": "Stillwater Massage, 920 555 0134"}).text
    said = (
        "paper form",
        "free of charge",
        "take back",
        "download my copy",
        "PDF reader",
        "I could open",
    )
    assert [words for words in said if words not in text] == []


# A release


def test_the_released_definitions_never_changed() -> None:
    listed = (DEFINITIONS / "released.txt").read_text(encoding="utf-8").splitlines()
    assert listed == release_lines(DEFINITIONS)
    assert released("massage_intake", "1.0.0").sha256 in "".join(listed)
