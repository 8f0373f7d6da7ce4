"""Ana's way through a questionnaire: what they are asked, what counts, what comes next."""

from datetime import date

import pytest

from intake_app.questionnaire import Journey, Progress
from tests.questionnaire.small import ALL_DONE, ANA, SMALL, journey


def steps(walk: Journey) -> list[str]:
    return [step.id for step in walk.steps]


def asked(walk: Journey, step_id: str) -> list[str]:
    return [item.link_id for item in walk.items(SMALL.step(step_id))]


def without(*link_ids: str) -> dict[str, object]:
    return {link_id: value for link_id, value in ANA.items() if link_id not in link_ids}


def test_a_child_is_asked_for_a_guardian_and_ana_is_not() -> None:
    assert "guardian" not in steps(journey(ANA))
    assert "guardian" in steps(journey({**ANA, "id.dob": "2015-01-01"}))


def test_a_question_appears_with_the_answer_it_follows_from() -> None:
    assert asked(journey({}), "pain") == ["v.reason", "v.start"]
    assert asked(journey({"v.start": "years"}), "pain") == ["v.reason", "v.start", "v.pain"]
    assert asked(journey({"v.start": "years", "v.pain": 4}), "pain")[-1] == "v.night"


def test_an_answer_that_is_no_longer_asked_does_not_count() -> None:
    walk = journey({**ANA, "v.start": "no_problem"})
    assert "v.pain" not in walk.live()
    assert "v.night" not in walk.live()  # it hangs on v.pain, which does not count either


def test_a_page_can_ask_what_follows_from_what_was_just_sent() -> None:
    step, walk = SMALL.step("pain"), journey(ANA)
    now = walk.items_with(step, {"v.start": "days", "v.pain": 2})
    assert [item.link_id for item in now] == ["v.reason", "v.start", "v.pain"]
    assert walk.live() == ANA


def test_a_step_with_nothing_to_ask_is_not_part_of_the_walk() -> None:
    calm = journey({**ANA, "go.areas": ["none"]})
    assert asked(calm, "feel") == ["pr.map"]
    assert journey(ANA).items(SMALL.step("guardian")) == ()


def test_marks_are_asked_for_once_there_are_areas_and_a_ranking_once_there_are_two_things() -> None:
    assert "bm.marks" not in asked(journey({}), "feel")
    assert "med.main" not in asked(journey({"med.kinds": ["pain"]}), "medicines")
    assert "med.main" in asked(journey({"med.kinds": ["pain", "heart"]}), "medicines")


def test_the_walk_goes_on_at_the_first_step_that_is_not_done() -> None:
    walk = journey({}, done=frozenset())
    first = walk.first_open()
    assert first is not None and first.id == "name"
    assert not walk.complete()
    assert journey(ANA).first_open() is None and journey(ANA).complete()


def test_a_step_of_optional_questions_is_open_until_it_is_done() -> None:
    walk = journey(without("mh.words"), done=ALL_DONE - {"feelings"})
    first = walk.first_open()
    assert first is not None and first.id == "feelings"
    assert journey(without("mh.words")).complete()


def test_a_change_that_opens_a_new_question_opens_its_step_again() -> None:
    child = journey({**ANA, "id.dob": "2015-01-01"})
    first = child.first_open()
    assert first is not None and first.id == "guardian"
    assert [item.link_id for item in child.missing(first)] == ["min.name"]


def test_marks_that_no_longer_fit_the_areas_are_asked_for_again_and_never_dropped_in_silence() -> (
    None
):
    walk = journey({**ANA, "go.areas": ["shoulder_l"]})
    first = walk.first_open()
    assert first is not None and first.id == "feel"
    assert [item.link_id for item in walk.missing(first)] == ["bm.marks"]
    assert "bm.marks" not in walk.live()


def test_an_optional_answer_that_no_longer_fits_is_asked_about_too() -> None:
    walk = journey({**ANA, "med.kinds": ["pain", "heart"]})
    first = walk.first_open()
    assert first is not None and first.id == "medicines"
    assert [item.link_id for item in walk.missing(first)] == ["med.main"]
    assert not walk.complete()


def test_only_what_is_done_or_next_can_be_opened() -> None:
    walk = journey(ANA, done=frozenset({"name"}))
    assert [step.id for step in walk.steps if walk.may_visit(step.id)] == ["name", "pain"]
    assert not walk.may_visit("guardian")
    assert not walk.may_visit("../secrets")


def test_a_finished_step_stays_open_to_change() -> None:
    assert journey({**ANA, "id.dob": "2015-01-01"}).may_visit("feelings")


def test_next_and_back_skip_what_is_not_asked() -> None:
    walk = journey(ANA)
    after, before = walk.after("name"), walk.before("pain")
    assert after is not None and after.id == "pain"
    assert before is not None and before.id == "name"
    assert walk.before("name") is None and walk.after("feelings") is None


def test_a_step_that_has_just_left_the_walk_still_knows_what_comes_next() -> None:
    after = journey(ANA).after("guardian")
    assert after is not None and after.id == "pain"


def test_progress_counts_parts_and_the_pages_asked_in_them() -> None:
    assert journey(ANA).progress("pain") == Progress(part=2, parts=2, page=1, pages=5)
    assert journey(ANA).progress("name") == Progress(part=1, parts=2, page=1, pages=1)
    assert journey({**ANA, "id.dob": "2015-01-01"}).progress("guardian") == Progress(1, 2, 2, 2)


def test_live_answers_are_the_callers_own() -> None:
    walk = journey(ANA)
    walk.live().clear()
    assert walk.live() == ANA


def test_an_unknown_step_or_fact_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        journey(ANA).after("nowhere")
    with pytest.raises(KeyError):
        journey(ANA).fact("weekday")


def test_a_birth_date_is_checked_against_the_day_of_the_walk() -> None:
    born = date(2026, 11, 20).isoformat()
    assert "id.dob" not in journey({"id.dob": born}).live()
