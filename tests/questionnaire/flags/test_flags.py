"""What a client's answers raise, and what that means for each part of their body."""

from typing import Any

from intake_app.questionnaire import Flag, Level, load_flags, pressures, raised
from intake_app.questionnaire.body.regions import REGIONS
from tests.questionnaire.small import ANA, HERE, SMALL, journey

SOURCE = (HERE / "small_flags.toml").read_text(encoding="utf-8")
RULES = load_flags(SOURCE.encode(), "small_flags.toml", SMALL, REGIONS)
SORE = {"calf_r": {"numbness": True}}


def flags(**changed: Any) -> dict[str, Flag]:
    """Ana's flags by code, with some other answers
    (`__` for the dot; None takes an answer away).
    """
    return {flag.rule.code: flag for flag in raised(RULES, journey(answers(**changed)))}


def answers(**changed: Any) -> dict[str, Any]:
    """Ana's answers, changed."""
    new = {key.replace("__", "."): value for key, value in changed.items()}
    return {key: value for key, value in {**ANA, **new}.items() if value is not None}


def test_not_sure_is_never_no() -> None:
    assert "A01" in flags(v__night="unsure")
    assert "A01" not in flags(v__night="no")


def test_a_hidden_answer_raises_nothing() -> None:
    assert ANA["v.night"] == "unsure"
    assert "A01" not in flags(v__start="no_problem", v__pain=None)


def test_an_unanswered_question_raises_nothing() -> None:
    assert "A02" not in flags(v__pain=None)


def test_urgent_comes_first_then_the_higher_level_then_the_order_of_the_file() -> None:
    found = raised(
        RULES, journey(answers(v__pain=9, med__kinds=["thinner", "heart"], bm__marks=None))
    )
    assert [flag.rule.code for flag in found] == ["A02", "B03", "A01", "B02"]
    assert Level.INFO < Level.CAUTION < Level.LOCAL < Level.STOP


def test_a_flag_names_the_answers_that_raised_it_in_the_order_of_the_questionnaire() -> None:
    assert flags()["B02"].raised_by == ("v.pain", "med.kinds")
    assert flags(go__areas=["calf_r"], bm__marks=SORE)["B01"].raised_by == ("bm.marks",)


def test_a_flag_knows_its_regions() -> None:
    assert flags()["A01"].regions == ()
    assert flags(go__areas=["calf_r"], bm__marks=SORE)["B01"].regions == ("calf_r",)
    assert flags(go__areas=["calf_r"], bm__marks=SORE)["B02"].regions == (
        *REGIONS.sets["NECK"],
        "calf_r",
    )


def test_an_area_that_nobody_named_is_asked_for_and_limits_nothing() -> None:
    unnamed = flags(v__pain=5)["B01"]
    assert (unnamed.area_missing, unnamed.regions, unnamed.cap, unnamed.rule.cap) == (
        True,
        (),
        None,
        1,
    )
    walk = journey(answers(v__pain=5))
    assert {one.cap for one in pressures([unnamed], walk).values()} == {None}


def test_the_lower_of_wish_and_limit_counts_and_both_are_kept() -> None:
    walk = journey(
        answers(
            go__areas=["calf_r"], bm__marks=SORE, pr__map={"calf_r": "deep", "neck_front": "light"}
        )
    )
    found = pressures(raised(RULES, walk), walk)
    calf, neck, face = found["calf_r"], found["neck_front"], found["face"]
    assert (calf.asked, calf.cap, calf.effective, calf.because) == (5, 1, 1, ("B01",))
    assert (neck.asked, neck.cap, neck.effective, neck.because) == (2, 2, 2, ("B02",))
    assert (face.asked, face.cap, face.effective, face.because) == (None, 3, 3, ("A01",))


def test_do_not_touch_beats_everything() -> None:
    avoided = {"calf_r": {"numbness": True, "avoid": True}}
    walk = journey(answers(go__areas=["calf_r"], bm__marks=avoided, pr__map={"calf_r": "deep"}))
    assert pressures(raised(RULES, walk), walk)["calf_r"].effective == 0
    assert pressures([], walk)["calf_r"].effective == 0


def test_rules_and_sources_can_be_looked_up() -> None:
    assert RULES.rule("B02").conflict
    assert RULES.source("S01a").name == "A book"
    assert RULES.client_texts["emergency"] == "Please call 911."
