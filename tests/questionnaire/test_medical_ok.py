"""When a client is asked whether a doctor said yes: each row, and what does not ask for it."""

from typing import Any

import pytest

from tests.questionnaire.massage_walk import asked, needed, walk

Answers = dict[str, Any]


def surgery(when: str, major: str = "no") -> Answers:
    """One surgery, so long ago."""
    row = {"what": "Knee", "when": when, "where": ["knee_front_r"], "major": major}
    return {"sx__surg_any": "yes", "sx__surg": [row]}


def injury(kind: str, when: str) -> Answers:
    """One injury, so long ago."""
    return {"sx__inj_any": "yes", "sx__inj": [{"kind": kind, "when": when, "where": ["none"]}]}


def cesarean(weeks: int) -> Answers:
    """A birth by C-section, so many weeks ago."""
    return {
        "rp__pregnant": "postpartum",
        "rp__birth": "csection",
        "rp__pp_weeks": weeks,
        "rp__signs": ["none"],
    }


def rows(answers: Answers) -> set[str]:
    """The rows that these answers ask for."""
    return {
        link_id.removeprefix("cl.ok.")
        for link_id in asked(walk(**answers))
        if link_id.startswith("cl.ok.")
    }


@pytest.mark.parametrize(
    ("row", "answers"),
    [
        ("clot", {"hx__cardio": ["dvt"]}),
        ("clot", {"hx__cardio": ["pe"]}),
        ("clot", {"rp__pregnant": "maybe", "hx__cardio": ["clotting"], "rp__signs": ["none"]}),
        ("clot", {"rp__pregnant": "postpartum", "rp__signs": ["clot"]}),
        ("heart", {"hx__cardio": ["angina"]}),
        ("heart", {"hx__cardio": ["rhythm"]}),
        ("heart_failure", {"hx__cardio": ["heart_failure"]}),
        ("stroke", {"hx__cardio": ["stroke"]}),
        ("aneurysm", {"hx__cardio": ["aneurysm"]}),
        ("aneurysm", {"hx__msk": ["tissue"]}),
        ("bp", {"hx__cardio": ["hbp"], "hx__hbp_control": "unsure"}),
        ("bleeding", {"hx__cardio": ["bleeding"]}),
        ("bones", {"hx__msk": ["osteopenia"], "hx__bone_fracture": "yes"}),
        ("cancer", {"hx__cancer": "now"}),
        ("cancer", {"hx__cancer": "past", "td__unexplained": ["glands"]}),
        (
            "cancer",
            {"hx__cancer": "past", "v__start": "weeks", "v__pain_now": 3, "v__pain_night": "yes"},
        ),
        ("cancer_bone", {"hx__cancer": "past", "hx__cancer_bone": "unsure"}),
        ("low_blood", {"hx__cancer": "now", "hx__cancer_blood": "yes"}),
        ("lymphedema", {"hx__immune": ["lymphedema"]}),
        ("pregnancy", {"rp__pregnant": "yes", "rp__high_risk": "unsure"}),
        ("pregnancy", {"rp__pregnant": "yes", "rp__high_risk": "no", "rp__signs": ["bedrest"]}),
        ("pregnancy", {"rp__pregnant": "postpartum", "rp__signs": ["preeclampsia"]}),
        ("pregnancy", cesarean(5)),
        ("kidney", {"hx__kidney": ["dialysis"]}),
        ("liver", {"hx__digest": ["cirrhosis"]}),
        ("surgery", surgery("w6to12", major="yes")),
        ("surgery", surgery("w1to2")),
        ("surgery", surgery("unsure")),
        ("surgery", cesarean(0)),
        ("surgery", {"sx__implants": ["port"], "sx__implant_new": "yes"}),
        ("injury", injury("fracture", "w6to12")),
        ("injury", {"td__injury": "yes", "td__injury_checked": "no"}),
        ("seizure", {"hx__nerve": ["seizure"], "hx__seizure_last": "lt3m"}),
        ("head", {"hx__nerve": ["concussion"], "hx__concussion_when": "now"}),
        ("head", injury("head", "w2to6")),
        ("transplant", {"hx__immune": ["transplant"]}),
        ("sickle", {"hx__immune": ["sickle"]}),
        ("serious", {"dr__under_care": "yes"}),
        ("serious", {"hx__immune": ["tb"]}),
        ("told_avoid", {"dr__told_avoid": "yes"}),
        ("back", {"hx__msk": ["disc"], "hx__disc_signs": ["both"]}),
        ("spine_injury", {"hx__nerve": ["spinal_injury"], "hx__sci_ad": "yes"}),
        ("lung", {"hx__resp": ["lung_recent"]}),
    ],
)
def test_an_answer_asks_for_the_doctors_ok(row: str, answers: Answers) -> None:
    assert row in rows(answers)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"hx__cardio": ["clotting"]},
        {"hx__cardio": ["hbp"], "hx__hbp_control": "yes"},
        {"hx__msk": ["osteoporosis"], "hx__bone_fracture": "no"},
        {"hx__cancer": "past"},
        {"td__unexplained": ["glands"]},
        {"rp__pregnant": "yes", "rp__high_risk": "no", "rp__signs": ["gdm"]},
        cesarean(6),
        surgery("m3to12", major="yes"),
        surgery("w2to6"),
        {"sx__implants": ["arm_rod"], "sx__implant_new": "yes"},
        injury("fracture", "m3to12"),
        injury("burn", "lt1w"),
        {"td__injury": "yes", "td__injury_checked": "yes"},
        {"hx__nerve": ["seizure"], "hx__seizure_last": "gt1y"},
        {"hx__msk": ["disc"], "hx__disc_signs": ["numb"]},
        {"hx__nerve": ["spinal_injury"], "hx__sci_ad": "no"},
    ],
)
def test_what_needs_no_doctor_asks_for_nothing(answers: Answers) -> None:
    assert rows(answers) == set()


def test_the_question_must_be_answered_and_leads_to_the_doctor() -> None:
    clot = needed(walk(hx__cardio=["dvt"], dr__has="yes"))
    assert {"cl.ok.clot", "dr.has", "dr.name", "dr.contact_ok"} <= set(clot)
    assert "cl.letter" in asked(walk(hx__cardio=["dvt"]))


@pytest.mark.parametrize(
    "answer", [{"td__chest": "unsure"}, {"td__stroke": ["vision"]}, {"td__fever": "yes"}]
)
def test_whoever_may_have_to_wait_is_asked_for_the_doctor_but_for_no_letter(
    answer: Answers,
) -> None:
    assert {"dr.has", "dr.contact_ok"} <= set(needed(walk(**answer)))
    assert "cl.letter" not in asked(walk(**answer))


def test_somebody_well_is_not_asked_for_a_doctor() -> None:
    assert {"dr.has", "dr.contact_ok", "cl.letter"}.isdisjoint(asked(walk()))
