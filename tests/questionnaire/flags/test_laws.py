"""What holds for any answers at all: whatever people tick,
a flag is never lost and pressure never goes up.
"""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.questionnaire import (
    Context,
    Flag,
    Item,
    Journey,
    Level,
    pressures,
    raised,
)
from tests.questionnaire.small import TODAY
from tests.questionnaire.strategies import BY_TYPE, junk_answers
from tests.support.definitions import FORM_1, RULES_1

INTAKE = FORM_1
RULES = RULES_1
DONE = frozenset(step.id for step in INTAKE.steps)
WORDS = {"text", "longtext", "phone", "email"}
HEALTH = ("td.", "hx.", "dr.", "rp.", "sx.", "v.", "al.", "ex.")
REASSURING = {"td.injury_checked", "td.sick_better", "v.seen"}
"""A yes here is good news: a doctor has looked, the cold is nearly over."""
YES_NO = [
    item.link_id
    for item in INTAKE.items
    if item.type == "yes_no" and item.link_id.startswith(HEALTH) and item.link_id not in REASSURING
]
OK = [item.link_id for item in INTAKE.items if item.link_id.startswith("cl.ok.")]


def walk(answers: dict[str, Any], **known: Any) -> Journey:
    """The walk of somebody with these answers."""
    return Journey(INTAKE, answers, DONE, Context(TODAY, stop_raised=RULES.any_stop, **known))


def highest(found: tuple[Flag, ...]) -> int:
    """The highest level, -1 when there is no flag."""
    return max((flag.rule.level for flag in found), default=-1)


@st.composite
def filled(draw: st.DrawFn) -> dict[str, Any]:
    """Acceptable answers to any of the questions, whether they are asked or not."""
    answers: dict[str, Any] = {}
    for item in draw(
        st.lists(st.sampled_from(INTAKE.items), max_size=60, unique_by=lambda one: one.link_id)
    ):
        if item.type not in WORDS and (not item.of or answers.get(item.of)):
            answers[item.link_id] = draw(_answer(item, answers))
    return answers


def _answer(item: Item, answers: dict[str, Any]) -> st.SearchStrategy[Any]:
    return BY_TYPE[item.type](item, answers, TODAY)


CONTEXTS = st.fixed_dictionaries(
    {
        "agreed": st.none() | st.frozensets(st.sampled_from(["cs.sensitive", "min.authority"])),
        "consents_missing": st.none() | st.booleans(),
        "prenatal_trained": st.booleans(),
        "allergen_free": st.booleans(),
        "form_age_days": st.none() | st.integers(0, 800),
    }
)


@settings(deadline=None)
@given(junk_answers(INTAKE) | filled(), CONTEXTS)
def test_no_answers_make_the_rules_fail(answers: dict[str, Any], known: dict[str, Any]) -> None:
    now = walk(answers, **known)
    found = raised(RULES, now)
    assert set(pressures(found, now)) and all(
        set(flag.raised_by) <= now.live().keys() for flag in found
    )


@settings(deadline=None, max_examples=200)
@given(filled(), st.sampled_from(YES_NO))
def test_a_yes_never_lowers_the_highest_level(answers: dict[str, Any], question: str) -> None:
    before = raised(RULES, walk(answers))
    after = raised(RULES, walk({**answers, question: "yes"}))
    assert highest(after) >= highest(before), question


@settings(deadline=None)
@given(filled(), st.sampled_from(YES_NO))
def test_not_sure_is_never_less_than_no(answers: dict[str, Any], question: str) -> None:
    if "unsure" in INTAKE.item(question).labels:
        no = raised(RULES, walk({**answers, question: "no"}))
        assert highest(raised(RULES, walk({**answers, question: "unsure"}))) >= highest(no), (
            question
        )


@settings(deadline=None, max_examples=200)
@given(filled(), st.sampled_from(OK))
def test_a_doctors_ok_lowers_and_never_leaves_nothing(answers: dict[str, Any], row: str) -> None:
    without = {**answers, row: "no"}
    stopped = {
        flag.rule.code for flag in raised(RULES, walk(without)) if flag.rule.level is Level.STOP
    }
    cleared = raised(RULES, walk({**answers, row: "yes"}))
    gone = stopped - {flag.rule.code for flag in cleared}
    assert not gone or highest(cleared) >= Level.CAUTION, (row, gone)


@settings(deadline=None)
@given(filled())
def test_limits_only_ever_lower_the_pressure(answers: dict[str, Any]) -> None:
    now = walk(answers)
    found = raised(RULES, now)
    for region, one in pressures(found, now).items():
        wish = pressures((), now)[region]
        assert one.asked == wish.asked
        assert wish.effective is None or (
            one.effective is not None and one.effective <= wish.effective
        )
        assert one.cap is None or (one.effective is not None and one.effective <= one.cap)


@settings(deadline=None)
@given(filled())
def test_one_more_flag_never_raises_the_pressure(answers: dict[str, Any]) -> None:
    now = walk(answers)
    found = raised(RULES, now)
    fewer, all_of_them = pressures(found[1:], now), pressures(found, now)
    for region, one in all_of_them.items():
        before = fewer[region].effective
        assert before is None or (one.effective is not None and one.effective <= before)


@settings(deadline=None)
@given(filled(), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_does_not_matter(answers: dict[str, Any], random: Any) -> None:
    shuffled = list(RULES.rules)
    random.shuffle(shuffled)
    now = walk(answers)
    ours, theirs = raised(RULES, now), raised(replace(RULES, rules=tuple(shuffled)), now)
    assert {flag.rule.code: flag for flag in ours} == {flag.rule.code: flag for flag in theirs}
    limits = [
        {code: (p.cap, p.effective, set(p.because)) for code, p in pressures(one, now).items()}
        for one in (ours, theirs)
    ]
    assert limits[0] == limits[1]
