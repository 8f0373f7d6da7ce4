"""The last part of the walk: check, agree and sign, with bad input."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from tests.support import clients, people
from tests.support.forms import fields, page_of
from tests.support.html_pages import read
from tests.support.runtimes import new_browser


@pytest.fixture
def ana(app: Flask, runtime: Runtime, practice: people.Staff) -> FlaskClient:
    """Ana's browser: every question is answered, nothing is agreed yet."""
    browser = drafts.new_browser()
    token = drafts.create(runtime, browser)
    clients.walk(runtime, token, browser, clients.made_up_clients()[0])
    client = new_browser(app)
    client.set_cookie("__Host-intake", f"{token}.{browser}", secure=True)
    return client


@pytest.fixture
def signing(ana: FlaskClient) -> FlaskClient:
    """The same, with everything agreed: only the signature is missing."""
    page = page_of(ana, "/intake/agree")
    ticks = {
        name: "y" for name, control in page.form.controls.items() if control.kind == "checkbox"
    }
    assert (
        ana.post("/intake/agree", data=dict(page.form.values()) | ticks).location == "/intake/sign"
    )
    return ana


@pytest.mark.parametrize(("path", "page"), [("check", 1), ("agree", 2), ("sign", 3)])
def test_the_last_pages_say_how_far_they_are_like_every_step(
    signing: FlaskClient, path: str, page: int
) -> None:
    found = page_of(signing, f"/intake/{path}")
    assert f"Part 10 of 10 : Check and sign Page {page} of 3" in found.text
    assert "Part 10 of 10" in found.title


def test_the_phone_number_of_an_agreement_reads_as_on_every_other_page(ana: FlaskClient) -> None:
    for path in ("/intake/check", "/intake/agree"):
        assert "920 555 0134" in page_of(ana, path).text
    assert "+1920555" not in page_of(ana, "/intake/agree").text


def test_back_from_the_check_page_leads_to_the_last_step(ana: FlaskClient) -> None:
    back = next(
        link
        for link, words in page_of(ana, "/intake/check").links.items()
        if words.strip() == "Back"
    )
    assert ana.get(back).status_code == 200


def test_a_needed_agreement_that_is_not_ticked_comes_back_with_the_others_still_ticked(
    ana: FlaskClient,
) -> None:
    page = page_of(ana, "/intake/agree")
    ticks = [name for name, control in page.form.controls.items() if control.kind == "checkbox"]
    answer = ana.post("/intake/agree", data=fields(page, **{ticks[1]: "y"}))
    again = read(answer.text)
    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (422, "false")
    assert again.title.startswith("Error: ")
    assert again.errors
    assert again.form.controls[ticks[1]].chosen == ["y"]
    assert page_of(ana, "/intake/agree").form.controls[ticks[1]].chosen == ["y"]
    assert ana.get("/intake/sign").location == "/intake/agree"


@pytest.mark.parametrize("path", ["/intake/agree", "/intake/sign"])
def test_an_older_tab_agrees_and_signs_for_nobody_else(
    signing: FlaskClient, runtime: Runtime, path: str
) -> None:
    sent, browser = fields(page_of(signing, path), name="Ana Moreno"), drafts.new_browser()
    token = drafts.create(runtime, browser)
    clients.walk(runtime, token, browser, clients.made_up_clients()[1])
    signing.set_cookie("__Host-intake", f"{token}.{browser}", secure=True)
    answer = signing.post(path, data=sent)
    assert (answer.status_code, read(answer.text).heading) == (
        409,
        "Another form was begun in this browser",
    )
    draft = drafts.open_draft(runtime, token, browser)
    assert draft is not None and draft.state.consents == {} and draft.state.evidence is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "full name"),
        ("   ", "full name"),
        ("\u200b", "full name"),
        ("Bob \u202eDifferent", "cannot be printed"),
        ("A" * 5000, "under 200"),
        ("Ana\x00 Moreno", "cannot be printed"),
        ("A\x1b[31mna", "printed"),
    ],
)
def test_a_name_that_cannot_sign_is_refused_in_words(
    signing: FlaskClient, name: str, sentence: str
) -> None:
    answer = signing.post("/intake/sign", data=fields(page_of(signing, "/intake/sign"), name=name))
    page = read(answer.text)
    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (422, "false")
    assert sentence in " ".join(page.errors)
    assert signing.get("/intake/done").status_code == 303, "nothing is signed"


WHOLE = {"v": 1, "w": 300, "h": 150, "s": [[[1, 2, 0.5, 0], [9, 9, 0.5, 16]]]}
BROKEN = {
    "cut off on the way": json.dumps(WHOLE)[:-9],
    "not a drawing": '"<svg onload=alert(1)>"',
    "no numbers": json.dumps(WHOLE | {"s": [[["a", "b"]]]}),
    "not finite": '{"v": 1, "w": 1e999, "h": 150, "s": [[[NaN, 2]]]}',
    "too deep": "[" * 40_000,
    "too long": json.dumps(WHOLE | {"s": [[[1, 2, 0.5, 0]] * 6000]}),
}


@pytest.mark.parametrize("drawing", BROKEN.values(), ids=BROKEN.keys())
def test_a_drawing_that_did_not_arrive_whole_can_be_drawn_again_and_the_name_stays(
    signing: FlaskClient, drawing: str
) -> None:
    typed = fields(page_of(signing, "/intake/sign"), name="Ana Moreno", drawing=drawing)
    answer = signing.post("/intake/sign", data=typed)
    page = read(answer.text)
    assert answer.status_code == 422
    assert "did not arrive whole" in " ".join(page.errors)
    assert page.form.controls["name"].value == "Ana Moreno"
    assert page.form.controls["drawing"].value == ""
    assert page_of(signing, "/intake/check").heading == "Check your answers"


def test_pressing_send_twice_without_scripts_signs_once(
    signing: FlaskClient, runtime: Runtime
) -> None:
    typed = fields(page_of(signing, "/intake/sign"), name="Ana Moreno")
    first, second = (signing.post("/intake/sign", data=typed) for _ in range(2))
    assert [first.location, second.location] == ["/intake/done"] * 2
    with runtime.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from record").scalar() == 1
