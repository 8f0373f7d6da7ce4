"""Expected clients and the links to their forms, as the desk and the client use them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from intake_app.core.runtime import House
from intake_app.demo import scenario
from intake_app.intake import drafts, links
from intake_app.intake.links import AlreadyOpened
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.visits import Visit
from intake_app.visits import visits
from intake_app.visits.person import Person
from intake_app.visits.visits import NoSuchVisit
from tests.factories import Staff

NINE = datetime(2026, 11, 21, 15, tzinfo=UTC)
ANA = Person("Ana Maria Moreno", "Donna", "920 555 0134", "ana@example.org")


@pytest.fixture
def ana(house: House, practice: Staff) -> str:
    """The visit of Ana at nine."""
    return visits.add(house, NINE, ANA, "desk")


def opened(house: House, link: str) -> drafts.OpenDraft | None:
    token = links.redeem(house, link)
    return drafts.open_draft(house, token, drafts.new_browser()) if token else None


def row(house: House, visit_id: str) -> Visit:
    with transaction(house.engine, write=False) as session:
        return session.get_one(Visit, visit_id)


def test_who_comes_is_sealed_and_the_time_is_not(house: House, ana: str) -> None:
    stored = row(house, ana)
    assert stored.starts_at == NINE
    assert b"Moreno" not in stored.directory
    assert visits.get(house, ana) == (NINE, ANA)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ana Maria Moreno", "AM"), ("Cher", "C"), ("josé ńiño", "JŃ"), ("  ", "?"), ("李 小龍", "李小")],
)
def test_initials(name: str, initials: str) -> None:
    assert Person(name).initials == initials


def test_a_row_moved_to_another_visit_shows_nobody(house: House, ana: str) -> None:
    other = visits.add(house, NINE, Person("Bo Olsen"), "desk")
    with transaction(house.engine, write=True) as session:
        session.get_one(Visit, other).directory = session.get_one(Visit, ana).directory
    assert visits.get(house, other)[1] == visits.UNREADABLE


def test_every_link_that_was_sent_opens_the_same_form(house: House, ana: str) -> None:
    by_mail, by_text = links.new_link(house, ana, "desk"), links.new_link(house, ana, "desk")
    first, second = opened(house, by_mail), opened(house, by_text)
    assert first is not None and second is not None
    assert first.id == second.id == row(house, ana).draft_id


def test_no_link_is_kept_and_no_form_exists_before_somebody_comes(house: House, ana: str) -> None:
    link = links.new_link(house, ana, "desk")
    with transaction(house.engine, write=False) as session:
        assert session.scalars(select(Draft)).all() == []
    everything = b"".join(path.read_bytes() for path in house.settings.data.iterdir() if path.is_file())
    assert link.encode() not in everything


def test_once_the_form_is_opened_the_desk_can_make_no_link_to_it(house: House, ana: str) -> None:
    opened(house, links.new_link(house, ana, "desk"))
    with pytest.raises(AlreadyOpened):
        links.new_link(house, ana, "desk")
    with pytest.raises(AlreadyOpened):
        links.begin_here(house, ana, "desk")


def test_a_new_empty_form_ends_the_old_links_and_leaves_the_old_form_alone(house: House, ana: str) -> None:
    link = links.new_link(house, ana, "desk")
    token = links.redeem(house, link)
    assert token is not None
    links.start_anew(house, ana, links.form_of(house, ana), "desk")
    assert links.redeem(house, link) is None
    assert drafts.open_draft(house, token, "any") is not None
    again = opened(house, links.new_link(house, ana, "desk"))
    assert again is not None and again.token != token


def test_a_form_begun_on_a_tablet_is_the_one_that_was_sent(house: House, ana: str) -> None:
    link = links.new_link(house, ana, "desk")
    token = links.begin_here(house, ana, "desk")
    assert links.redeem(house, link) == token


def test_a_known_birth_date_is_asked_of_the_browser(house: House, practice: Staff) -> None:
    visit = visits.add(house, NINE, Person("Sam Kim", birth_date="2012-05-06"), "desk")
    draft = opened(house, links.new_link(house, visit, "desk"))
    assert draft is not None
    assert draft.birth_date == "2012-05-06" and not draft.same_browser


@pytest.mark.parametrize(("born", "minor"), [("2008-11-21", False), ("2008-11-22", True), (None, False)])
def test_under_18_is_told_from_the_date_of_birth_on_the_day(born: str | None, minor: bool) -> None:
    assert Person("Sam Kim", birth_date=born).is_minor(NINE.date()) is minor


def test_a_wrong_link_opens_nothing(house: House, ana: str) -> None:
    assert links.redeem(house, "not-a-link") is None


def test_a_visit_taken_off_takes_its_links_with_it(house: House, ana: str) -> None:
    link = links.new_link(house, ana, "desk")
    visits.remove(house, ana, "desk")
    assert links.redeem(house, link) is None
    with pytest.raises(NoSuchVisit):
        visits.mark(house, ana, "arrived", "desk")


def test_signing_is_noted_at_the_visit(house: House, ana: str) -> None:
    token, browser = links.begin_here(house, ana, "desk"), drafts.new_browser()
    scenario.sign_draft(house, token, browser, scenario.people()[0])
    assert row(house, ana).record_id is not None
    with pytest.raises(AlreadyOpened):
        links.new_link(house, ana, "desk")


def test_visits_are_forgotten_after_30_days(house: House, practice: Staff) -> None:
    now = house.clock()
    old = visits.add(house, now - timedelta(days=31), ANA, "desk")
    visits.add(house, now, ANA, "desk")
    with pytest.raises(NoSuchVisit):
        visits.get(house, old)


def test_how_far_a_form_is_stands_beside_it_and_never_falls(house: House, ana: str) -> None:
    token, browser = links.begin_here(house, ana, "desk"), drafts.new_browser()
    draft = drafts.open_draft(house, token, browser)
    assert draft is not None
    seen = []
    for step in ("name", "warning_signs", "name"):
        draft = drafts.save_step(house, draft, step, "page", {}, {}, frozenset())
        with transaction(house.engine, write=False) as session:
            stored = session.get_one(Draft, draft.id)
            seen.append((stored.part, stored.parts))
    assert seen == [(1, 10), (3, 10), (3, 10)]


def test_every_part_has_a_page_that_everybody_is_asked() -> None:
    """Otherwise a part that is passed over would tell the desk something about an answer."""
    questionnaire = drafts.latest(drafts.NAME)
    always = {step.section_id for step in questionnaire.steps if step.enable_when is None}
    assert always == {section.id for section in questionnaire.sections}


GREETED = {
    "Ana": ("Ana Moreno", "Dr. Ana Moreno", "Moreno, Ana Lucia", "ana maria", "Ana Moreno, RN", "Ana Moreno, 60 min"),
    "John": ("John Smith, Jr.", "Smith, John"),
    "Smith": ("Smith, Dr.", "Mr & Mrs Smith"),
    "Dr.": ("Dr.",),
    "?": (",",),
}


@pytest.mark.parametrize(("greeted", "written"), [(one, name) for one, names in GREETED.items() for name in names])
def test_a_greeting_says_the_first_name(greeted: str, written: str) -> None:
    assert Person(written).first_name == greeted
