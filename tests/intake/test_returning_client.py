"""What a new form holds of the last record:
a year later every page is asked, and nobody without the link reads it.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, returning_client
from intake_app.intake.open_draft import OpenDraft
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.questionnaire import Journey
from intake_app.records import authenticity, day_of_visit, previous_record
from intake_app.records.addenda import SignedAddendum
from intake_app.records.sealed.addendum import DayOfVisitAnswers
from tests.support import clients, people
from tests.support.definitions import FORM_1, RULES_1
from tests.support.people import DONNA, Staff
from tests.support.returning_client import ANA, carried, later

BROWSER = "a browser"


def invited(runtime: Runtime, days: int) -> OpenDraft:
    """Ana's new form, when Donna invites them so many days after their first record."""
    draft = drafts.open_draft(later(runtime, days), carried(runtime, ANA, days), BROWSER)
    assert draft is not None
    return draft


def asked_about(today: dict[str, Any], asked: list[str]) -> SignedAddendum:
    """What a client signed who was asked about today again."""
    questionnaire = FORM_1
    data = DayOfVisitAnswers(questionnaire.sha256, tuple(asked), today, RULES_1.sha256).to_json()
    return SignedAddendum(
        "a" * 32,
        "b" * 32,
        day_of_visit.KIND,
        "Asked again",
        "Ana",
        datetime.now(UTC),
        data,
        has_pdf=True,
    )


def test_within_a_year_a_part_can_be_taken_over_as_a_whole(
    runtime: Runtime, practice: Staff
) -> None:
    draft = invited(runtime, 300)
    today = later(runtime, 300).clock().date()
    step = draft.journey(today).first_open()
    assert step and returning_client.awaits_confirmation(draft, step, today)
    assert draft.state.answers == {}


def test_after_a_year_every_page_is_asked_with_the_last_answers_in_it(
    runtime: Runtime, practice: Staff
) -> None:
    draft = invited(runtime, 400)
    today = later(runtime, 400).clock().date()
    journey = draft.journey(today)
    assert not any(
        returning_client.awaits_confirmation(draft, step, today) for step in journey.steps
    )
    assert journey.first_open() == journey.steps[0]
    assert journey.live()["hx.cardio"] == ["hbp"]
    assert "v.pain_now" not in journey.live()


def test_a_new_browser_must_name_the_birth_date(runtime: Runtime, practice: Staff) -> None:
    draft = invited(runtime, 30)
    assert (draft.birth_date, draft.same_browser) == ("1955-03-14", False)


def test_the_last_answers_are_not_in_the_database_in_plain_words(
    runtime: Runtime, practice: Staff
) -> None:
    draft = invited(runtime, 30)
    with transaction(runtime.engine, write=False) as session:
        blob = session.get_one(Draft, draft.id).blob
    assert b"hbp" not in blob and b"shoulder" not in blob


def test_of_what_stands_on_a_page_of_its_own_it_says_only_that_it_changed(
    runtime: Runtime, practice: Staff
) -> None:
    draft = invited(runtime, 30)
    walk = draft.journey(later(runtime, 30).clock().date())
    feelings = {"mh.open": "yes_here", "mh.topics": ["trauma"], "mh.stop_sign": "Pineapple"}
    now = Journey(
        walk.questionnaire, {**ANA, "id.phone": "+19205550188", **feelings}, walk.done, walk.context
    )
    assert draft.state.previous is not None
    told = previous_record.changes_since(draft.state.previous, now)
    assert told is not None
    assert {"Phone number", "Something about feelings"} <= {one.label for one in told.changes}
    assert not [word for word in ("Pineapple", "trauma", "Feeling safe") if word in str(told)]


def test_a_stop_of_an_earlier_arrival_that_went_is_still_named(
    runtime: Runtime, practice: Staff
) -> None:
    browser = drafts.new_browser()
    form = clients.sign(
        runtime, drafts.create(runtime, browser), browser, ANA | {"td.clot_sign": "yes"}
    ).state.evidence
    assert form is not None
    asked = sorted(key for key in form.answers if key.startswith("td."))
    today = {key: form.answers[key] for key in asked} | {"td.clot_sign": "no"}
    days = [asked_about(today | {"td.fever": "yes"}, asked), asked_about(today, asked)]
    first, second = (
        day_of_visit.with_day_of_visit_answers(form, days[:number]).stops_before
        for number in (1, 2)
    )
    assert [one.code for one in first] == ["A05"]
    assert [one.code for one in second] == ["A05", "E01"]


def test_an_unknown_record_is_no_invitation(runtime: Runtime, practice: Staff) -> None:
    donna = people.enter(runtime, DONNA)
    with pytest.raises(authenticity.NoSuchRecord):
        returning_client.invite(runtime, donna, "0" * 32)
