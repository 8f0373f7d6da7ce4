"""Which values are acceptable answers, and what people are told when one is not."""

from typing import Any

import pytest

from intake_app.questionnaire import Answer, problem, text_of
from tests.questionnaire.small import ANA, TODAY, item


def refused(link_id: str, value: Any) -> str | None:
    return problem(item(link_id), value, ANA, TODAY)


@pytest.mark.parametrize("link_id", sorted(ANA))
def test_every_answer_of_ana_is_acceptable(link_id: str) -> None:
    assert refused(link_id, ANA[link_id]) is None


WRONG = [
    ("id.first_name", "", "Write something"),
    ("id.first_name", " \u3000", "Write something"),
    ("id.first_name", "A" * 201, "200 characters or fewer"),
    ("id.first_name", "Ana\nMoreno", "one line"),
    ("id.first_name", "Ana\x00", "cannot be printed"),
    ("id.first_name", "Ana\x85", "cannot be printed"),
    ("id.first_name", "Ana\ud800", "cannot be printed"),
    ("id.first_name", ["Ana"], "not readable"),
    ("v.reason", "A" * 2001, "2000 characters or fewer"),
    ("v.reason", "My\tshoulder", "cannot be printed"),
    ("id.dob", "14 March 1955", "a day, a month and a year"),
    ("id.dob", "20240101", "a day, a month and a year"),
    ("id.dob", "2023-02-29", "not in the calendar"),
    ("id.dob", "2026-11-20", "must be in the past"),
    ("id.dob", "1906-11-20", "must be in the past"),
    ("id.phone", "920 555 0134", "area code"),
    ("id.phone", "+1920555013400000", "area code"),
    ("id.phone", "+19205550134\n", "area code"),
    ("id.email", "ana", "email address"),
    ("id.email", "ana@example", "email address"),
    ("id.email", "ana @example.com", "email address"),
    ("v.pain", 11, "from 0 to 10"),
    ("v.pain", True, "whole number"),
    ("v.pain", 7.0, "whole number"),
    ("v.pain", "7", "whole number"),
    ("med.weeks", 10**400, "from 1 to 52"),
    ("v.night", "maybe", "one of the answers"),
    ("v.start", ["years"], "one of the answers"),
    ("med.kinds", [], "one or more"),
    ("med.kinds", ["pain", "pain"], "one or more"),
    ("med.kinds", ["pain", "sugar"], "one or more"),
    ("med.kinds", [["pain"]], "one or more"),
    ("med.kinds", ["pain", "none"], "“None of these” cannot be ticked together"),
    ("go.areas", ["none", "calf_r"], "“Nowhere special” cannot be ticked together"),
    ("go.areas", ["elbow_l"], "one or more"),
    ("med.main", ["heart"], "the answers you gave before"),
    ("med.main", ["pain", "pain"], "the answers you gave before"),
    ("bm.marks", {"calf_r": {"pain": 3}}, "Left shoulder"),
    ("bm.marks", {**ANA["bm.marks"], "neck_front": {"pain": 3}}, "an area that you did not choose"),
    ("bm.marks", {**ANA["bm.marks"], "calf_r": {}}, "Right calf"),
    ("bm.marks", {**ANA["bm.marks"], "calf_r": {"pain": 11}}, "Right calf"),
    ("bm.marks", {**ANA["bm.marks"], "calf_r": {"tension": False}}, "Right calf"),
    ("bm.marks", {**ANA["bm.marks"], "calf_r": {"itch": True}}, "Right calf"),
    ("pr.map", {"calf_r": "crushing"}, "one of the pressures"),
    ("pr.map", {"elbow_l": "light"}, "not readable"),
    ("med.list", [], "Add one"),
    ("med.list", [{}], "not readable"),
    ("med.list", [{"dose": "5 mg"}], "Number 1, Name: please fill this in."),
    (
        "med.list",
        [{"name": "A"}, {"name": "B", "dose": "x" * 21}],
        "Number 2, How much: Please use 20",
    ),
    ("med.list", [{"name": "A", "price": "1"}], "not readable"),
    ("med.list", [{"name": "A"}] * 4, "room for 3"),
]


@pytest.mark.parametrize(("link_id", "value", "words"), WRONG)
def test_an_unacceptable_answer_is_refused_in_plain_words(
    link_id: str, value: Any, words: str
) -> None:
    assert words in (refused(link_id, value) or "")


@pytest.mark.parametrize(
    ("link_id", "value"),
    [
        ("id.first_name", "Zoë Ó Súilleabháin-محمد 🙂"),
        ("v.reason", "My shoulder.\nAnd my neck.\r\nSince March."),
        ("id.dob", "2026-11-19"),
        ("id.dob", "1906-11-21"),
        ("go.areas", ["none"]),
        ("pr.map", {}),
        ("med.list", [{"name": "Apixaban"}]),
    ],
)
def test_acceptable_at_the_edge(link_id: str, value: Any) -> None:
    assert refused(link_id, value) is None


def test_a_reason_never_repeats_the_answer() -> None:
    secret = "Ana has lupus \x00" * 20
    assert all("lupus" not in (refused(link_id, secret) or "") for link_id in ANA)


def test_answers_read_as_people_write_them() -> None:
    assert text_of(item("id.dob"), "1955-03-14") == "14 March 1955"
    assert text_of(item("id.phone"), "+19205550134") == "920 555 0134"
    assert text_of(item("id.phone"), "+442071838750") == "+442071838750"
    assert text_of(item("v.pain"), 7) == "7 out of 10"
    assert text_of(item("pr.map"), {}) == "The same everywhere"
    assert (
        text_of(item("pr.map"), ANA["pr.map"])
        == "Front of neck: do not touch; Left shoulder: light"
    )
    assert (
        text_of(item("bm.marks"), ANA["bm.marks"])
        == "Left shoulder: pain 7, tight; Right calf: do not touch"
    )
    assert text_of(item("med.main"), ["pain", "thinner"]).startswith(
        "1. Pain medicine; 2. A blood thinner"
    )
    assert text_of(item("go.areas"), ["calf_r", "shoulder_l"]) == "Left shoulder, Right calf"
    medicines = "Apixaban (How much: 5 mg, twice; since: 29 February 2024); Alendronate"
    assert text_of(item("med.list"), ANA["med.list"]) == medicines


@pytest.mark.parametrize(
    ("link_id", "value"),
    [
        ("id.phone", 9205550134),
        ("id.dob", 19550314),
        ("go.areas", "calf_r"),
        ("go.areas", [1]),
        ("bm.marks", ["shoulder_l"]),
        ("pr.map", {"shoulder_l": 2}),
        ("med.list", "Apixaban"),
    ],
)
def test_an_answer_of_another_shape_is_never_printed_as_something_else(
    link_id: str, value: Answer
) -> None:
    with pytest.raises(TypeError, match="This answer"):
        text_of(item(link_id), value)
