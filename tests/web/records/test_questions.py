"""What clients are asked: the page for the practice, Spanish, older forms,
and what the practice said at set-up.
"""

from collections.abc import Iterable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from intake_app.intake import draft_state, drafts
from intake_app.practice import profile
from intake_app.questionnaire import released
from tests.support import clients, people
from tests.support.form_walker import HealthyAdult
from tests.support.html_pages import read
from tests.support.http_client import Answer
from tests.support.returning_client import Tab
from tests.support.runtimes import new_browser


def test_donna_reads_every_question_with_its_condition_and_reason(donna: FlaskClient) -> None:
    page = donna.get("/forms").text
    assert [
        item.link_id
        for item in released("massage_intake", "1.1.0").items
        if f"<code>{item.link_id}<" not in page
    ] == []
    assert "Only if “Breathing” has “Asthma” or “COPD or lung disease”" in page
    assert "Why we ask: So that it is at hand when you need it." in page
    assert '<span lang="es">Ninguna de estas</span>' in page
    assert '<a href="/forms"' in donna.get("/records").text


def test_nobody_else_reads_it(browser: FlaskClient, practice: people.Staff) -> None:
    assert browser.get("/forms").status_code in (303, 403)


def first_page(app: Flask, **sent: str) -> str:
    """The first step, for somebody who pressed a button of the start page."""
    client = new_browser(app)
    form = read(client.get("/").text).form
    client.post("/", data={**dict(form.values()), **sent})
    return client.get("/intake/step/name").text


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The day on which Spanish is complete, or before it was taken back; undo() ends it."""
    monkeypatch.setattr(draft_state, "OFFERED", ("en", "es"))
    return monkeypatch


def test_spanish_is_not_offered_while_it_is_not_complete(
    app: Flask, practice: people.Staff
) -> None:
    assert "Español" not in new_browser(app).get("/").text
    assert 'lang="es"' not in first_page(app, language="es")


def test_who_began_in_spanish_goes_on_in_it(
    app: Flask, practice: people.Staff, offered: pytest.MonkeyPatch
) -> None:
    tab = Tab(app)
    form = read(tab.browser.get("/").text).form
    tab.browser.post("/", data={**dict(form.values()), "language": "es"})
    offered.undo()
    assert '<span lang="es">Nombre</span>' in tab.browser.get("/intake/step/name").text


@pytest.mark.usefixtures("offered")
def test_who_chose_spanish_reads_it_where_we_have_it(app: Flask, practice: people.Staff) -> None:
    page = first_page(app, language="es")
    assert '<span lang="es">Nombre</span>' in page
    assert "What should we call you?" in page
    assert 'lang="es"' not in first_page(app)
    assert 'lang="es"' not in first_page(app, language="xx")


@pytest.mark.usefixtures("offered")
def test_the_check_page_speaks_spanish_where_we_have_it(app: Flask, practice: people.Staff) -> None:
    tab = Tab(app)
    HealthyAdult().walk_to_signature(SpanishStart(tab))
    page = tab.get("/intake/check").body.decode()
    assert '<dt><span lang="es">Nombre</span></dt>' in page
    assert '<dd><span lang="es">No</span></dd>' in page


class SpanishStart:
    """A browser that presses the Spanish button of the start page."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.get = tab, tab.get

    def post(self, path: str, fields: Iterable[tuple[str, str]]) -> Answer:
        """The form, and on the start page the button."""
        return self.tab.post(path, [*fields, *([("language", "es")] if path == "/" else [])])


@pytest.mark.parametrize(
    ("chosen", "answered", "still", "shown"),
    [
        ("es", "", True, "es"),
        ("en", "es", True, "es"),
        ("es", "en", True, "en"),
        ("es", "", False, "es"),
        ("es", "es", False, "es"),
        ("en", "es", False, "en"),
    ],
)
def test_the_record_says_which_language_was_shown(
    runtime: Runtime,
    practice: people.Staff,
    offered: pytest.MonkeyPatch,
    chosen: str,
    answered: str,
    still: bool,
    shown: str,
) -> None:
    """still: whether Spanish is offered to the end, or only when the form is begun."""
    token = drafts.create(runtime, "browser", chosen)
    if not still:
        offered.undo()
    answers = clients.made_up_clients()[1] | ({"id.language": answered} if answered else {})
    signed = clients.sign(runtime, token, "browser", answers)
    assert signed.state.evidence is not None
    assert signed.state.evidence.shown_in == shown
    assert ("spanish" in [code for _, code in signed.state.evidence.events]) is (shown == "es")


def test_a_form_begun_on_an_older_version_is_finished_on_it(
    runtime: Runtime, practice: people.Staff
) -> None:
    people.use_form(runtime, "1.0.0")
    token = drafts.create(runtime, "browser")
    people.use_form(runtime, "1.1.0")
    draft = clients.walk(runtime, token, "browser", clients.made_up_clients()[1])
    assert draft.questionnaire.version == "1.0.0"
    assert draft.journey(profile.today(runtime)).complete()


def test_what_the_practice_said_at_set_up_is_known_to_every_form(
    runtime: Runtime, practice: people.Staff
) -> None:
    draft = drafts.open_draft(runtime, drafts.create(runtime, "browser"), "browser")
    assert draft is not None
    journey = draft.journey(profile.today(runtime))
    assert (journey.fact("allergen_free"), journey.fact("prenatal_trained")) == (True, True)
