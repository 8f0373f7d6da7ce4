"""The checks that keep massage_flags 2.0.0 right; each sees its fault when it is planted."""

import pytest

from intake_app.questionnaire import RuleSet
from tests.questionnaire.second.checks import (
    changed_rule,
    contradiction_faults,
    doctors_ok_faults,
    not_sure_faults,
    planted,
    rule_text,
    title_faults,
    unread_faults,
    whole_body_faults,
    words_faults,
    yes_faults,
)


def unless(code: str, exception: str) -> RuleSet:
    """The rules, one of them silent when this is so."""
    text = rule_text(code)
    old = text[text.index("when = ") :].rstrip()
    old = old.partition("\n\n")[0]
    condition = old.removeprefix("when = ")
    return changed_rule(code, old, f"when = {{ all = [{condition}, {{ none = [{exception}] }}] }}")


def test_a_text_that_is_not_changed_gives_the_same_rules() -> None:
    assert len(planted().rules) > 300


# 1. A doctor's answer


def test_no_not_asked_and_yes_differ_as_said() -> None:
    assert doctors_ok_faults() == []


@pytest.mark.parametrize(
    ("code", "old", "new", "fault"),
    [
        ("B10", 'lowered_by = "letter"', 'lowered_by = "word"', "B10: the client's word"),
        ("B01", 'lowered_by = "therapist"', 'lowered_by = "word"', "B01: the client's word"),
        ("B01", 'lowered_by = "therapist"', 'lowered_by = "letter"', "B01: a letter"),
        ("D26", "recent = true\n", "", "D26: a yes of “older”"),
        ("D27", "cap = 2", "cap = 4", "D26: yes leaves body at 4"),
        (
            "N21",
            '  { question = "ok.kidney", operator = "=", answer = "no" },\n',
            "",
            "H05: “no” is no STOP by name",
        ),
    ],
)
def test_a_row_that_does_not_is_seen(code: str, old: str, new: str, fault: str) -> None:
    assert [one for one in doctors_ok_faults(changed_rule(code, old, new)) if fault in one]


def test_a_yes_that_removes_a_limit_is_seen() -> None:
    rules = unless("D27", '{ question = "ok.heart", operator = "=", answer = "yes" }')
    assert "D26: a yes removes D27" in doctors_ok_faults(rules)


# 2. Words and numbers


def test_the_number_says_what_the_words_say() -> None:
    assert words_faults() == []


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [("F05", "cap = 0", "cap = 3"), ("D13", "cap = 1", "cap = 2"), ("J06", "cap = 0", "cap = 1")],
)
def test_a_number_above_the_words_is_seen(code: str, old: str, new: str) -> None:
    assert words_faults(changed_rule(code, old, new))


def test_words_without_a_number_are_seen() -> None:
    rules = planted(
        words=('action = "No latex gloves, bands, cups."', 'action = "Keep off the hands."')
    )
    assert words_faults(rules) == ["M04: says 0, has None"]


def test_a_note_limits_nothing_and_a_limit_of_the_whole_body_has_a_source() -> None:
    assert whole_body_faults() == []


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("D04", 'strength = "B"', 'strength = "P"'),
        ("D09", "sources =", "cap = 3\nsources ="),
    ],
)
def test_a_limit_of_the_whole_body_without_one_is_seen(code: str, old: str, new: str) -> None:
    assert whole_body_faults(changed_rule(code, old, new))


# 3. Every answer that can mean danger is read


def test_every_answer_about_health_is_read_or_has_a_reason_not_to_be() -> None:
    assert unread_faults() == []


def test_an_answer_that_no_rule_reads_is_seen() -> None:
    rules = changed_rule("H08", 'answer = "apnea"', 'answer = "sinus"')
    assert unread_faults(rules) == [
        "hx.resp:apnea",
        "hx.resp:sinus is read by a rule, and listed as not read",
    ]


# 4. Not sure, and yes


def test_not_sure_is_never_weaker_than_no() -> None:
    assert not_sure_faults() == []


def test_a_not_sure_that_is_weaker_is_seen() -> None:
    rules = changed_rule("D28", 'answer = ["yes", "no"]', 'answer = ["yes", "unsure"]')
    assert not_sure_faults(rules, ["hx.angina_rest"])


def test_a_yes_never_makes_anything_weaker() -> None:
    assert yes_faults() == []


def test_a_yes_that_does_is_seen() -> None:
    rules = unless("J21", '{ question = "hx.immune", operator = "includes", answer = "lyme" }')
    assert yes_faults(rules, ["hx.immune"])


# 5. One fact in a title


def test_a_title_tells_one_fact() -> None:
    assert title_faults() == []


@pytest.mark.parametrize(
    "title",
    [
        "Latex or tape allergy.",
        "Latex allergy, tape allergy.",
        "Latex allergy; tape allergy.",
        f"{'Latex allergy of long ago ' * 4}.",
    ],
)
def test_two_facts_in_a_title_are_seen(title: str) -> None:
    rules = planted(words=('reason = "Latex allergy."', f'reason = "{title}"'))
    assert [fault[:3] for fault in title_faults(rules) if fault.startswith("M04")] == ["M04"]


# 7. The net under the screeners


def test_a_no_that_a_medicine_or_device_contradicts_raises_a_flag() -> None:
    assert contradiction_faults() == []


def test_a_hole_in_the_net_is_seen() -> None:
    rules = changed_rule("O28", 'answer = ["pacemaker", "stent"]', 'answer = ["pacemaker"]')
    assert "sc.heart = no, sx.implants:stent" in contradiction_faults(rules)
