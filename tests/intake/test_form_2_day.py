"""What the form 2.0.0 asks about the day: in the walk of a visit that is near, else on the day."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from intake_app.core.runtime import Runtime
from intake_app.front_desk import board
from intake_app.intake import day_of_visit_signing, drafts, links, returning_client, signing
from intake_app.models.engine import transaction
from intake_app.models.visits import Visit
from intake_app.practice import profile
from intake_app.records import addenda, authenticity, day_of_visit, evidence
from intake_app.records.sealed.evidence import Signature
from tests.support import clients, form_2, front_desk, people, tablet
from tests.support.form_2 import ANA
from tests.support.people import Staff

ZONE = ZoneInfo(people.PRACTICE.timezone)
DAY = 24 * 60
BROWSER = "a browser"
ASKED_AT_HOME = ["td.sick", "td.skin", "td.recent", "td.now", "td.taken"]


@pytest.fixture(autouse=True)
def new_form(runtime: Runtime, practice: Staff) -> None:
    """The practice uses the form 2.0.0."""
    people.use_form(runtime, "2.0.0")


def begun(runtime: Runtime, minutes: int) -> str:
    """The token of a form of a visit that starts so many minutes from now."""
    return links.begin_here(runtime, front_desk.expect(runtime, minutes=minutes), "desk")


def asked(runtime: Runtime, token: str) -> list[str]:
    draft = form_2.opened(runtime, token, BROWSER)
    return form_2.asked_on_the_day(draft.journey(profile.today(runtime)))


def later(runtime: Runtime, **by: int) -> Runtime:
    return replace(runtime, clock=lambda: runtime.clock() + timedelta(**by))


@pytest.mark.parametrize("minutes", [60, DAY - 5, -60, 5 - DAY])
def test_a_visit_within_a_day_is_asked_about_the_day(runtime: Runtime, minutes: int) -> None:
    assert asked(runtime, begun(runtime, minutes)) == ASKED_AT_HOME


@pytest.mark.parametrize("minutes", [DAY + 5, 7 * DAY])
def test_a_later_visit_is_not(runtime: Runtime, minutes: int) -> None:
    assert asked(runtime, begun(runtime, minutes)) == []


def test_a_form_without_a_visit_is_not_asked_about_the_day(runtime: Runtime) -> None:
    assert asked(runtime, drafts.create(runtime, BROWSER)) == []


def test_a_form_that_comes_to_a_tablet_is_filled_in_at_the_practice(
    runtime: Runtime,
) -> None:
    token = drafts.create(runtime, BROWSER)
    drafts.bind_browser(runtime, form_2.opened(runtime, token, BROWSER), BROWSER, "moved-tablet")
    assert asked(runtime, token) == ASKED_AT_HOME
    assert asked(later(runtime, days=3), token) == []


def test_a_walk_in_on_the_tablet_is_asked_about_the_day(
    app: Flask, runtime: Runtime, desk: FlaskClient, practice: Staff
) -> None:
    waiting_room = tablet.pair(app, practice)
    tablet.send(desk, front_desk.expect(runtime, minutes=10))
    tablet.tap(waiting_room, "/kiosk/start")
    token, _, _ = tablet.cookie(waiting_room, "__Host-intake").partition(".")
    assert asked(runtime, token) == ASKED_AT_HOME


def test_the_day_comes_while_the_form_is_filled_in(runtime: Runtime) -> None:
    token = begun(runtime, 3 * DAY)
    form_2.walk(runtime, token, BROWSER, ANA)
    tomorrow = later(runtime, days=2, hours=1)
    draft = form_2.opened(tomorrow, token, BROWSER)
    following = draft.journey(profile.today(tomorrow)).first_open()
    assert following is not None
    assert following.day


def test_what_was_answered_about_the_day_stays_when_the_clock_moves_on(runtime: Runtime) -> None:
    token = begun(runtime, 60)
    before = form_2.walk(runtime, token, BROWSER, {**ANA, "td.sick": ["cold"]})
    afterwards = later(runtime, days=5)
    after = form_2.opened(afterwards, token, BROWSER)
    assert (
        after.journey(profile.today(afterwards)).live()
        == before.journey(profile.today(runtime)).live()
    )


def signed_context(runtime: Runtime, minutes: int) -> dict[str, object]:
    token = begun(runtime, minutes)
    form_2.walk(runtime, token, BROWSER, ANA)
    drafts.bind_browser(runtime, form_2.opened(runtime, token, BROWSER), BROWSER, "opened")
    signed = form_2.agree_and_sign(runtime, token, BROWSER, "Ana Moreno").state.evidence
    assert signed is not None
    journey = evidence.journey_of(signed)
    assert journey.live() == signed.answers
    assert journey.complete()
    return dict(signed.context.to_json())


def test_the_evidence_says_that_the_day_was_asked_about(runtime: Runtime) -> None:
    assert signed_context(runtime, 60)["visit_today"] is True


def test_the_evidence_says_nothing_of_the_day_where_it_was_not(runtime: Runtime) -> None:
    assert "visit_today" not in signed_context(runtime, 3 * DAY)


def test_the_evidence_of_an_older_form_has_nothing_new(runtime: Runtime) -> None:
    people.use_form(runtime, "1.1.0")
    token = begun(runtime, 60)
    draft = form_2.opened(runtime, token, BROWSER)
    context = draft.journey(profile.today(runtime)).context
    visits = evidence.previous_visits(context).to_json()
    assert visits == {"returning": False, "form_age_days": None}


def record_of(runtime: Runtime, minutes: int, answers: dict[str, Any]) -> str:
    """The record of a client who fills in the form of a visit now. Returns its id."""
    token = begun(runtime, minutes)
    drafts.bind_browser(runtime, form_2.opened(runtime, token, BROWSER), BROWSER, "opened")
    form_2.walk(runtime, token, BROWSER, answers)
    signed = form_2.agree_and_sign(runtime, token, BROWSER, "Ana Moreno").state.evidence
    assert signed is not None
    signing.complete(runtime, form_2.opened(runtime, token, BROWSER))
    return signed.record_id


def visit_of(runtime: Runtime, record_id: str) -> Visit:
    with transaction(runtime.engine, write=False) as session:
        return session.scalars(select(Visit).where(Visit.record_id == record_id)).one()


def is_due(runtime: Runtime, record_id: str) -> bool:
    visit = visit_of(runtime, record_id)
    with transaction(runtime.engine, write=False) as session:
        due = day_of_visit.is_due(session, runtime, visit)
        old = day_of_visit.is_old(session, runtime, record_id)
    on_board = board.load_board(runtime, visit.starts_at.astimezone(ZONE).date()).seats
    assert [seat.today_due for seat in on_board if seat.id == visit.id] == [due]
    assert old is due
    return due


def test_what_was_never_asked_is_due_on_the_day_and_what_was_asked_is_not(
    runtime: Runtime,
) -> None:
    assert not is_due(runtime, record_of(runtime, 90, ANA))
    record_id = record_of(runtime, DAY + 30, ANA)
    in_an_hour = later(runtime, hours=1)
    assert is_due(in_an_hour, record_id)
    with transaction(runtime.engine, write=True) as session:
        moved = session.get_one(Visit, visit_of(runtime, record_id).id)
        moved.starts_at = runtime.clock() + timedelta(hours=2)  # younger than a day
    assert is_due(runtime, record_id)


def test_on_the_day_the_short_form_is_asked_and_read_with_the_record(runtime: Runtime) -> None:
    record_id = record_of(runtime, 2 * DAY, {**ANA, "v.start": "months"})
    today = later(runtime, days=2)
    token = links.redeem(today, links.new_link(today, visit_of(runtime, record_id).id, "desk"))
    assert token
    drafts.bind_browser(today, form_2.opened(today, token, BROWSER), BROWSER, "opened")
    said = {"td.recent": ["fall"], "td.injury_hard": "yes", "td.known": ["angina"]}
    form_2.walk(today, token, BROWSER, said)
    signer = Signature("client", "Ana Moreno")
    day_of_visit_signing.sign(today, form_2.opened(today, token, BROWSER), [signer])
    assert not is_due(today, record_id)
    donna = people.enter(today, people.DONNA)
    found, _ = authenticity.load_verified(today, donna, record_id)
    signed = addenda.for_record(today, donna, record_id)
    current = day_of_visit.with_day_of_visit_answers(found, signed)
    live = evidence.journey_of(current.evidence, current.asked_again).live()
    assert {key: live.get(key) for key in said} == said
    assert live["v.start"] == "months"
    assert current.asked_again_at is not None
    assert day_of_visit.never_asked(found)
    labels = [line.label for line in day_of_visit.answer_lines(current)]
    assert labels
    assert len(labels) == len(set(current.asked_again) & set(live))


def test_the_owner_turns_to_the_new_form_and_the_next_form_asks_about_health_afresh(
    runtime: Runtime,
) -> None:
    people.use_form(runtime, "1.1.0")
    browser = drafts.new_browser()
    begun_before = drafts.create(runtime, browser)
    record_id = clients.make_record(runtime, {**clients.ANA, "pr.overall": "firm"})
    people.use_form(runtime, "2.0.0")
    assert form_2.opened(runtime, begun_before, browser).questionnaire.version == "1.1.0"
    donna = people.enter(runtime, people.DONNA)
    link = returning_client.invite(runtime, donna, record_id)
    draft = form_2.opened(runtime, link.token, BROWSER)
    assert draft.questionnaire.version == "2.0.0"
    carried = {
        key
        for section in draft.questionnaire.sections
        for key in returning_client.last_time(draft, section)
    }
    assert {"id.first_name", "em.name", "pr.overall"} <= carried
    assert {key.partition(".")[0] for key in carried} <= {"id", "em", "pr", "cm", "mh", "go", "ex"}
