"""Questions that nobody has answered are drawn once for everybody:
the same page, and never an answer of anybody.
"""

from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from intake_app.intake import paper_form
from intake_app.questionnaire import Answers, Context, Journey, translation_for
from intake_app.web.step_forms import ItemField, form_for
from intake_app.web.step_forms.render_cache import untouched_question
from tests.support import people
from tests.support.definitions import FORM_1
from tests.support.html_pages import read
from tests.support.runtimes import new_browser

FIRST = "/intake/step/name"
INTAKE = FORM_1
WALKS: tuple[Answers, ...] = (
    {},
    {"id.dob": "1955-03-14", "go.areas": ["neck_l", "calf_r"], "td.fever": "yes"},
    {"id.dob": "2015-03-14"},
)


def untouched(answers: Answers) -> list[ItemField]:
    """Every question of every page that they have not answered."""
    journey = Journey(INTAKE, answers, frozenset(), Context(today=date(2026, 11, 20)))
    forms = [form_for(step, journey) for step in INTAKE.steps]
    return [field for form in forms for field in form.drawn if field.untouched]


@pytest.mark.parametrize("tablet", [False, True])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("answers", WALKS)
def test_it_looks_as_if_it_was_drawn_for_them_alone(
    app: Flask, answers: Answers, language: str, tablet: bool
) -> None:
    with app.test_request_context():
        g.translation = translation_for(INTAKE.sha256, language)
        if tablet:
            g.tablet = SimpleNamespace()
        fields = untouched(answers)
        assert len(fields) > 100
        for field in fields:
            alone = app.jinja_env.get_template("questions/_question.html").render(field=field)
            assert [untouched_question(field), untouched_question(field)] == [alone, alone], (
                field.name
            )


def start(app: Flask) -> FlaskClient:
    """Somebody's browser, on the first step."""
    client = new_browser(app)
    page = read(client.get("/").text)
    client.post("/", data=dict(page.form.values()))
    return client


@pytest.mark.parametrize("ana_comes_first", [True, False])
def test_what_ana_typed_stands_on_their_page_and_on_no_other(
    app: Flask, practice: people.Staff, ana_comes_first: bool
) -> None:
    ana, outsider = start(app), start(app)
    if not ana_comes_first:
        outsider.get(FIRST)
    page = read(ana.get(FIRST).text)
    typed = dict(page.form.values()) | {"id-first_name": "Anastasia", "seq": "1"}
    assert ana.post(f"{FIRST}/autosave", data=typed).status_code == 204
    assert read(ana.get(FIRST).text).form.controls["id-first_name"].value == "Anastasia"
    assert "Anastasia" not in outsider.get(FIRST).text


def test_the_numbers_of_a_paper_form_stand_on_its_own_pages_only(app: Flask) -> None:
    form = form_for(
        INTAKE.step("name"), Journey(INTAKE, {}, frozenset(), Context(today=date(2026, 11, 20)))
    )
    page = app.jinja_env.get_template("intake/_form.html")
    with app.test_request_context():
        g.paper, g.numbers = {"name": "Donna Reyes"}, paper_form.question_numbers(INTAKE)
        assert "<b>1.1</b>" in page.render(form=form)
    with app.test_request_context():
        assert "<b>1.1</b>" not in page.render(form=form)
