"""Expected clients and the links to their forms, as the desk and the client use them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, links
from intake_app.intake.links import AlreadyOpened
from intake_app.intake.open_draft import OpenDraft
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.visits import Visit
from intake_app.visits import visits
from intake_app.visits.person import ExpectedClient
from intake_app.visits.visits import NoSuchVisit
from tests.support import clients
from tests.support.definitions import FORM_1
from tests.support.people import Staff

NINE = datetime(2026, 11, 21, 15, tzinfo=UTC)
ANA = ExpectedClient("Ana Maria Moreno", "Donna", "920 555 0134", "ana@example.org")


@pytest.fixture
def ana(runtime: Runtime, practice: Staff) -> str:
    """The visit of Ana at nine."""
    return visits.add(runtime, NINE, ANA, "desk")


def opened(runtime: Runtime, link: str) -> OpenDraft | None:
    token = links.redeem(runtime, link)
    return drafts.open_draft(runtime, token, drafts.new_browser()) if token else None


def row(runtime: Runtime, visit_id: str) -> Visit:
    with transaction(runtime.engine, write=False) as session:
        return session.get_one(Visit, visit_id)


def test_who_comes_is_sealed_and_the_time_is_not(runtime: Runtime, ana: str) -> None:
    stored = row(runtime, ana)
    assert stored.starts_at == NINE
    assert b"Moreno" not in stored.directory
    assert visits.get(runtime, ana) == (NINE, ANA)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ana Maria Moreno", "AM"),
        ("Cher", "C"),
        ("josé ńiño", "JŃ"),
        ("  ", "?"),
        ("李 小龍", "李小"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert ExpectedClient(name).initials == initials


def test_a_row_moved_to_another_visit_shows_nobody(runtime: Runtime, ana: str) -> None:
    other = visits.add(runtime, NINE, ExpectedClient("Bo Olsen"), "desk")
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Visit, other).directory = session.get_one(Visit, ana).directory
    assert visits.get(runtime, other)[1] == visits.UNREADABLE


def test_every_link_that_was_sent_opens_the_same_form(runtime: Runtime, ana: str) -> None:
    by_mail, by_text = links.new_link(runtime, ana, "desk"), links.new_link(runtime, ana, "desk")
    first, second = opened(runtime, by_mail), opened(runtime, by_text)
    assert first is not None and second is not None
    assert first.id == second.id == row(runtime, ana).draft_id


def test_no_link_is_kept_and_no_form_exists_before_somebody_comes(
    runtime: Runtime, ana: str
) -> None:
    link = links.new_link(runtime, ana, "desk")
    with transaction(runtime.engine, write=False) as session:
        assert session.scalars(select(Draft)).all() == []
    everything = b"".join(
        path.read_bytes() for path in runtime.settings.data.iterdir() if path.is_file()
    )
    assert link.encode() not in everything


def test_once_the_form_is_opened_the_desk_can_make_no_link_to_it(
    runtime: Runtime, ana: str
) -> None:
    opened(runtime, links.new_link(runtime, ana, "desk"))
    with pytest.raises(AlreadyOpened):
        links.new_link(runtime, ana, "desk")
    with pytest.raises(AlreadyOpened):
        links.begin_here(runtime, ana, "desk")


def test_a_new_empty_form_ends_the_old_links_and_leaves_the_old_form_alone(
    runtime: Runtime, ana: str
) -> None:
    link = links.new_link(runtime, ana, "desk")
    token = links.redeem(runtime, link)
    assert token is not None
    links.start_anew(runtime, ana, links.form_id_of(runtime, ana), "desk")
    assert links.redeem(runtime, link) is None
    assert drafts.open_draft(runtime, token, "any") is not None
    again = opened(runtime, links.new_link(runtime, ana, "desk"))
    assert again is not None and again.token != token


def test_a_form_begun_on_a_tablet_is_the_one_that_was_sent(runtime: Runtime, ana: str) -> None:
    link = links.new_link(runtime, ana, "desk")
    token = links.begin_here(runtime, ana, "desk")
    assert links.redeem(runtime, link) == token


def test_a_known_birth_date_is_asked_of_the_browser(runtime: Runtime, practice: Staff) -> None:
    visit = visits.add(runtime, NINE, ExpectedClient("Sam Kim", birth_date="2012-05-06"), "desk")
    draft = opened(runtime, links.new_link(runtime, visit, "desk"))
    assert draft is not None
    assert draft.birth_date == "2012-05-06" and not draft.same_browser


@pytest.mark.parametrize(
    ("born", "minor"), [("2008-11-21", False), ("2008-11-22", True), (None, False)]
)
def test_under_18_is_told_from_the_date_of_birth_on_the_day(born: str | None, minor: bool) -> None:
    assert ExpectedClient("Sam Kim", birth_date=born).is_minor(NINE.date()) is minor


def test_a_wrong_link_opens_nothing(runtime: Runtime, ana: str) -> None:
    assert links.redeem(runtime, "not-a-link") is None


def test_a_visit_taken_off_takes_its_links_with_it(runtime: Runtime, ana: str) -> None:
    link = links.new_link(runtime, ana, "desk")
    visits.remove(runtime, ana, "desk")
    assert links.redeem(runtime, link) is None
    with pytest.raises(NoSuchVisit):
        visits.mark(runtime, ana, "arrived", "desk")


def test_signing_is_noted_at_the_visit(runtime: Runtime, ana: str) -> None:
    token, browser = links.begin_here(runtime, ana, "desk"), drafts.new_browser()
    clients.complete(runtime, token, browser, clients.made_up_clients()[0])
    assert row(runtime, ana).record_id is not None
    with pytest.raises(AlreadyOpened):
        links.new_link(runtime, ana, "desk")


def test_visits_are_forgotten_after_30_days(runtime: Runtime, practice: Staff) -> None:
    now = runtime.clock()
    old = visits.add(runtime, now - timedelta(days=31), ANA, "desk")
    visits.add(runtime, now, ANA, "desk")
    with pytest.raises(NoSuchVisit):
        visits.get(runtime, old)


def test_how_far_a_form_is_stands_beside_it_and_never_falls(runtime: Runtime, ana: str) -> None:
    token, browser = links.begin_here(runtime, ana, "desk"), drafts.new_browser()
    draft = drafts.open_draft(runtime, token, browser)
    assert draft is not None
    seen = []
    for step in ("name", "warning_signs", "name"):
        draft = drafts.save_step(runtime, draft, step, "page", {}, {}, frozenset())
        with transaction(runtime.engine, write=False) as session:
            stored = session.get_one(Draft, draft.id)
            seen.append((stored.part, stored.parts))
    assert seen == [(1, 10), (3, 10), (3, 10)]


def test_every_part_has_a_page_that_everybody_is_asked() -> None:
    """Otherwise a part that is passed over would tell the desk something about an answer."""
    questionnaire = FORM_1
    always = {step.section_id for step in questionnaire.steps if step.enable_when is None}
    assert always == {section.id for section in questionnaire.sections}


GREETED = {
    "Ana": (
        "Ana Moreno",
        "Dr. Ana Moreno",
        "Moreno, Ana Lucia",
        "ana maria",
        "Ana Moreno, RN",
        "Ana Moreno, 60 min",
    ),
    "John": ("John Smith, Jr.", "Smith, John"),
    "Smith": ("Smith, Dr.", "Mr & Mrs Smith"),
    "Dr.": ("Dr.",),
    "?": (",",),
}


@pytest.mark.parametrize(
    ("greeted", "written"), [(one, name) for one, names in GREETED.items() for name in names]
)
def test_a_greeting_says_the_first_name(greeted: str, written: str) -> None:
    assert ExpectedClient(written).first_name == greeted
