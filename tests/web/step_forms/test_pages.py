"""The page of a step as a browser receives it."""

import re
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask, render_template

from intake_app.web.step_forms import StepForm
from tests.web.step_forms.sample import SAMPLE, opened, sent, walk

ANSWERS = {"bm.where": ["jaw_l", "calf_r"]}
STEPS = [step.id for step in SAMPLE.steps]
PRACTICE = SimpleNamespace(name="Stillwater <Massage>", phone="920 555 0100")
Show = Callable[..., str]


@pytest.fixture
def show(app: Flask) -> Show:
    """The HTML of a step's form, in the whole page or in the bare shell."""

    def render(form: StepForm, layout: str = "layouts/page.html") -> str:
        step = form.step
        with app.test_request_context():
            return render_template(
                "intake/step.html",
                layout=layout,
                practice=PRACTICE,
                step=step,
                section=SAMPLE.section(step.section_id),
                progress=walk(ANSWERS).progress(step.id),
                form=form,
                back_url="/",
                action_url=f"/intake/step/{step.id}",
                save_url=f"/intake/step/{step.id}/autosave",
                page_id="page",
                base_rev=1,
                seq=0,
            )

    return render


def ids(html: str) -> list[str]:
    """Every id in the page."""
    return re.findall(r'\sid="([^"]+)"', html)


@pytest.mark.parametrize("step", STEPS)
def test_every_id_is_unique_and_everything_that_points_at_one_finds_it(
    step: str, show: Show
) -> None:
    for form in (opened(step, answers=ANSWERS), sent(step, {}, ANSWERS)):
        html = show(form)
        known = Counter(ids(html))
        assert [one for one, times in known.items() if times > 1] == []
        pointers = re.findall(r'(?:href="#|for="|aria-labelledby=")([^"]+)"', html)
        described = " ".join(re.findall(r'aria-describedby="([^"]+)"', html)).split()
        assert [one for one in [*pointers, *described] if one not in known] == []


def test_an_error_is_said_on_top_with_a_link_and_again_at_its_box(show: Show) -> None:
    html = show(sent("name", {}))
    assert "<title>Error: Your name and how to reach you. Part 1 of 5" in html
    assert '<a href="#id-dob-month">Enter your date of birth, like 3 31 1955</a>' in html
    assert html.count("Enter your date of birth, like 3 31 1955") == 2
    assert 'aria-invalid="true"' in html


def test_a_page_turn_of_htmx_gets_the_title_and_the_main_part_only(show: Show) -> None:
    html = show(opened("name"), "layouts/fragment.html").strip()
    assert html.split("<title>", 1)[1].startswith("Your name and how to reach you. Part 1 of 5")
    assert html.endswith("</main>")
    assert "<header" not in html


def test_questions_say_why_they_are_asked_and_which_may_stay_empty(show: Show) -> None:
    html = show(opened("name"))
    assert html.count('class="why-we-ask"') == 1
    assert html.count("(optional)") == 2


def test_what_follows_from_an_answer_is_in_the_page_and_hidden_by_classes(show: Show) -> None:
    html = show(opened("signs"))
    assert 'class="follow-up follow-up-1"' in html
    assert 'class="shows-1 "' in html
    assert "If you answered “Yes” or “Not sure” above:" in html


def test_a_question_with_an_error_is_never_hidden(show: Show) -> None:
    html = show(sent("signs", {"td-clot": "yes"}))
    assert 'class="follow-up follow-up-1"' not in html


def test_typed_text_cannot_break_the_page(show: Show) -> None:
    html = show(opened("name", {"id-first_name": ['"><script>alert(1)</script>\x00']}))
    assert "<script>alert" not in html
    assert "\x00" not in html
    assert "Stillwater &lt;Massage&gt;" in html


def test_enter_in_a_row_means_continue_and_not_a_row_button(show: Show) -> None:
    buttons = re.findall(r"<button[^>]*>", show(opened("medicines")))
    assert "name=" not in buttons[0]


def test_a_page_draws_the_figure_once_and_its_list_says_the_same(show: Show) -> None:
    html = show(opened("where"))
    drawn = set(re.findall(r'data-r="([a-z_]+)"', html))
    listed = set(re.findall(r'name="bm-where" value="([a-z_]+)"', html))
    assert drawn == listed - {"none"}
    assert html.count('class="body-figure"') == 2
