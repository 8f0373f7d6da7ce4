"""The limits of the 30-second card: as few lines as hold everything, the most careful first."""

from dataclasses import replace
from typing import Any

import pytest

from intake_app.pdf.safety_card import CardFlag
from intake_app.records.cautions.pressure_limits import SETTLED
from intake_app.records.cautions.safety_card import build_card
from intake_app.records.cautions.sealed_flags import evaluate_flags
from intake_app.records.sealed.flags import EvaluatedFlags
from tests.questionnaire.test_worked_cases import CASES, walk
from tests.support import clients
from tests.support.definitions import RULES_1
from tests.support.safety_cards import card_of, evidence_of

THINNER: dict[str, Any] = {"med.class": ["thinner"], "pr.overall": "firm"}


def said(answers: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Places, wish and limit, line by line."""
    return [(one.places, one.asked, one.at_most) for one in card_of({"answers": answers}).limits]


def test_wishes_that_one_reason_lowers_to_one_limit_share_a_line() -> None:
    assert said(THINNER | {"pr.map": {"lowback_l": "deep", "calf_r": "firm"}}) == [
        ("Whole body", "firm or deep", "medium (level 3)")
    ]


def test_a_wish_below_the_limit_keeps_a_line_of_its_own() -> None:
    assert said(THINNER | {"pr.map": {"foot_l": "light", "foot_r": "light"}}) == [
        ("Most of the body", "firm", "medium (level 3)"),
        ("Feet", "light", "medium (level 3)"),
    ]


def test_who_leaves_the_pressure_to_the_therapist_and_names_one_place_is_told_both() -> None:
    assert said(
        THINNER | {"pr.overall": "unsure", "pr.map": {"lowback_l": "deep", "lowback_r": "deep"}}
    ) == [
        ("Most of the body", "you choose", "medium (level 3)"),
        ("Left and right low back", "deep", "medium (level 3)"),
    ]


def test_the_lowest_limit_comes_right_after_most_of_the_body() -> None:
    numb = {"bm.areas": ["foot_l"], "bm.marks": {"foot_l": {"numbness": True}}}
    lines = said(THINNER | numb | {"pr.map": {"calf_l": "light", "calf_r": "light"}})
    assert [places for places, _, _ in lines] == [
        "Most of the body",
        "Left ankle and foot",
        "Left and right calf",
    ]


def test_their_wish_hides_no_other_reason_to_leave_a_place_alone() -> None:
    broken = {"td.skin": ["bruise"], "td.skin_where": ["knee_front_l", "foot_r"]}
    off_limits = ["knee_front_l", "calf_r"]
    her_wish = {
        "bm.areas": off_limits,
        "bm.marks": {place: {"avoid": True} for place in off_limits},
    }
    said = [(one.label, one.text) for one in card_of({"answers": broken | her_wish}).untouched]
    why = "Broken, burned, bruised or irritated skin (E08)"
    assert said == [
        ("Right calf", "client’s choice"),
        ("Left knee", f"client’s choice. Also: {why}"),
        ("Right ankle and foot", why),
    ]


def test_a_limit_that_a_light_wish_hides_stands_on_the_map_all_the_same() -> None:
    ruth = next(
        one for one in clients.made_up_clients() if one["id.first_name"] == "Ruth"
    )  # nodes of the left arm are removed
    assert ruth["pr.overall"] == "light"
    assert card_of({"answers": ruth}).levels["upper_arm_l"] == 2


def test_no_sign_on_the_map_means_the_lower_of_wish_and_limit() -> None:
    assert card_of({"answers": THINNER | {"pr.overall": "light"}}).unmarked == "light (level 2)"
    assert card_of({"answers": THINNER}).unmarked == "medium (level 3)"


def test_without_any_limit_the_therapist_who_may_choose_is_told_so() -> None:
    assert card_of({"answers": {"pr.overall": "unsure"}}).unmarked == "you choose"


@pytest.mark.parametrize(
    "case", [*CASES["case"], *({"answers": one} for one in clients.made_up_clients())]
)
def test_no_place_without_a_sign_may_take_less_than_the_key_says(case: dict[str, Any]) -> None:
    card, pressures = card_of(case), evaluate_flags(RULES_1, walk(case)).pressures
    unmarked = {low for code, (_, _, low, _) in pressures.items() if code not in card.levels}
    caps = {
        cap
        for code, (_, cap, _, _) in pressures.items()
        if code not in card.levels and cap is not None
    }
    assert len(unmarked) == 1
    level = unmarked.pop()
    assert card.unmarked in {"you choose", SETTLED} or card.unmarked.endswith(f"(level {level})")
    assert card.stops or card.unmarked != SETTLED
    assert len(caps) <= 1 or min(caps) > level, "a lower limit than elsewhere is on the map"


@pytest.mark.parametrize(
    ("decisions", "words"),
    [
        ([""], "Settle this before"),
        (["", "", ""], "Settle these 3 before"),
        (["Not today", "", ""], "Settle 2 of these 3 before"),
        (["Not today", ""], "Settle 1 of these 2 before"),
        (["Not today", "With a doctor’s OK"], "Decided. Read how before"),
    ],
)
def test_the_band_says_how_many_stops_wait_for_a_decision(decisions: list[str], words: str) -> None:
    stop = CardFlag("A05", "STOP", True, "Swollen leg", "", "Yes", "Do not massage", "")
    card = replace(
        card_of({"answers": THINNER}), stops=tuple(replace(stop, decision=one) for one in decisions)
    )
    assert card.before_the_massage == f"{words} the client lies down."


CLOT: dict[str, Any] = {
    "hx.cardio": ["dvt"],
    "hx.clot_when": "lt3m",
    "hx.clot_where": ["calf_l"],
    "pr.overall": "deep",
}


def test_while_a_stop_is_open_the_limits_are_those_that_follow_when_the_doctor_agrees() -> None:
    card = card_of({"answers": CLOT | {"cl.ok.clot": "unsure"}})
    assert [one.code for one in card.stops] == ["B01"]
    assert {place for place, level in card.levels.items() if level == 0} >= {
        "calf_l",
        "foot_l",
        "thigh_front_l",
    }
    assert {one.at_most for one in card.limits} == {"light (level 2)"}
    assert [one.code for one in card.once_agreed] == ["B02", "B09"]
    assert [one.label for one in card.untouched] == ["Whole left leg with foot"]


def test_a_stop_that_only_their_word_took_away_is_asked_about() -> None:
    card = card_of({"answers": CLOT | {"cl.ok.clot": "yes", "cl.letter": "no"}})
    assert card.stops == () and card.once_agreed == ()
    assert [
        (one.code, "See the letter or call the doctor" in one.action) for one in card.lowered
    ] == [("B01", True)]


def test_a_flag_says_what_to_do_and_not_only_how_firmly() -> None:
    adapts = {
        one.code: one.action
        for one in card_of({"answers": {"rp.pregnant": "yes", "rp.weeks": 30}}).adapts
    }
    assert "not flat on back" in adapts["K05"]


def test_what_they_wrote_themselves_about_a_danger_stands_on_the_card_the_first_words_of_it() -> (
    None
):
    told = {"hx.other": "A blood clot last week. " * 40, "id.access_needs": "I am deaf."}
    first, second = card_of({"answers": told}).words
    assert first.text.startswith("A blood clot last week.") and first.text.endswith(
        "… (the rest: all answers)"
    )
    assert len(first.text) <= 200 and second.text == "I am deaf."
    assert card_of({"answers": {"hx.other": "血" * 300}}).words[0].text.startswith("血血血")


def test_while_a_stop_is_open_no_place_of_the_map_is_free_because_nothing_limits_it() -> None:
    card = card_of({"answers": {"td.fever": "yes", "pr.overall": "deep", "na.chest": "no"}})
    assert card.stops and card.levels and card.unmarked == SETTLED
    assert card.when == "once every STOP is settled"


def test_a_record_from_before_says_that_its_limits_do_not_count_a_doctors_yes() -> None:
    journey = walk({"answers": CLOT | {"cl.ok.clot": "no"}})
    newer = {"once_agreed", "lowered", "pressures"}
    flags = {
        key: value
        for key, value in evaluate_flags(RULES_1, journey).to_json().items()
        if key not in newer
    }
    before = replace(evidence_of(journey), flags=EvaluatedFlags.from_json(flags))
    old = build_card(before, journey, {})
    assert old.when == "not counting what follows when a doctor agrees"
    assert (old.once_agreed, old.lowered) == ((), ())


def test_an_allergy_is_not_told_as_a_wish() -> None:
    said = {"al.list": ["peanut"], "al.reaction": ["breath"], "cm.scent": "light"}
    facts = {one.label: one.text for one in card_of({"answers": said}).facts}
    assert "Peanut" in facts["Allergies"] and "Peanut" not in facts["Oils and scents"]


def test_what_they_say_about_their_feelings_stays_on_its_page() -> None:
    assert "Feeling safe" not in card_of({"answers": {"mh.open": "talk"}}).talk


def test_a_pacemaker_is_not_looked_for_where_another_implant_is() -> None:
    knee = {
        "hx.cardio": ["pacemaker"],
        "sx.implants": ["joint"],
        "sx.implant_where": ["knee_front_r"],
    }
    both = knee | {"sx.implants": ["joint", "pacemaker"]}
    known = {"sx.implants": ["pacemaker"], "sx.implant_where": ["chest_l"]}
    places = [card_of({"answers": one}).levels for one in (knee, both, known)]
    assert [place.get("chest_l") for place in places] == [0, 0, 0]
    assert [place.get("chest_r") == 0 for place in places] == [True, True, False]


def test_a_place_that_they_could_not_name_is_asked_about_though_they_named_another() -> None:
    breaks = [
        {"kind": "fracture", "when": "w2to6", "where": ["forearm_r"]},
        {"kind": "fracture", "when": "w2to6", "where": ["none"]},
    ]
    card = card_of({"answers": {"sx.inj_any": "yes", "sx.inj": breaks}})
    assert card.levels["forearm_r"] == 0
    assert [
        one.action.endswith("One place was not given: ask.")
        for one in card.adapts
        if one.code == "F05"
    ] == [True]
    clot = card_of({"answers": CLOT | {"hx.clot_where": ["none"], "cl.ok.clot": "yes"}})
    assert [
        one.action.endswith("One place was not given: ask.")
        for one in clot.adapts
        if one.code == "B02"
    ] == [True]
