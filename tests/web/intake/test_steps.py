"""The walk through its public face: bad input, two windows, late saves, links and new browsers."""

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support import people
from tests.support.forms import fields, page_of
from tests.support.html_pages import Page, read
from tests.support.runtimes import new_browser

Fields = dict[str, str | list[str]]
FIRST = "/intake/step/name"


@pytest.fixture
def ana(app: Flask, practice: people.Staff) -> FlaskClient:
    """Ana's browser, on the first step."""
    client = new_browser(app)
    answer = client.post("/", data=dict(page_of(client, "/").form.values()))
    assert answer.status_code == 303
    return client


def name_and_birth(page: Page, **typed: str) -> dict[str, str]:
    """Good answers to the first step, changed as asked."""
    good = {"id__first_name": "Ana", "id__last_name": "Moreno"}
    dates = {"id__dob__month": "3", "id__dob__day": "14", "id__dob__year": "1955"}
    return fields(page, **{**good, **dates, **typed})


def send(client: FlaskClient, path: str, data: dict[str, str], **headers: str) -> TestResponse:
    return client.post(path, data=data, headers=headers)


def test_a_tab_of_an_older_form_puts_nothing_into_the_new_one(ana: FlaskClient) -> None:
    """Two people, one phone: Ana's page is still open when Bob begins their form."""
    begun = page_of(ana, FIRST)
    assert send(ana, FIRST, name_and_birth(begun)).status_code == 303
    ana.post("/", data=dict(page_of(ana, "/").form.values()))
    late = name_and_birth(begun, id__first_name="Ana again", seq="9")
    assert send(ana, f"{FIRST}/autosave", late).status_code == 409
    answer = send(ana, FIRST, late)
    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (409, "false")
    assert read(answer.text).heading == "Another form was begun in this browser"
    assert "Ana" not in ana.get(FIRST).text


def test_the_start_page_warns_before_a_new_form_takes_the_place_of_one_that_is_begun(
    ana: FlaskClient,
) -> None:
    page = page_of(ana, "/")
    assert "A new form takes its place in this browser" in page.text and "Español" not in page.text
    assert FIRST in ana.get("/intake", follow_redirects=True).request.path


def test_a_good_step_leads_to_the_next_one(ana: FlaskClient) -> None:
    answer = send(ana, FIRST, name_and_birth(page_of(ana, FIRST)))
    assert answer.status_code == 303
    assert answer.location.startswith("/intake/step/")
    assert answer.location != FIRST


def test_a_page_that_lay_open_for_three_hours_is_still_good(
    ana: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, later = page_of(ana, FIRST), time.time() + 3 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert send(ana, FIRST, name_and_birth(page)).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"id__first_name": ""}, "first name"),
        ({"id__first_name": "A" * 5000}, "200"),
        ({"id__first_name": "An\x00a"}, "cannot"),
        ({"id__dob__month": "2", "id__dob__day": "30"}, "real date"),
        ({"id__dob__year": "2999"}, "past"),
        ({"id__dob__year": ""}, "must include a year"),
        ({"id__filler": "forged"}, "hoose"),
    ],
)
def test_bad_input_comes_back_with_everything_still_in_it(
    ana: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    answer = send(ana, FIRST, name_and_birth(page_of(ana, FIRST), **wrong))
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.title.startswith("Error: ")
    assert sentence in page.text
    assert page.form.controls["id-last_name"].value == "Moreno"
    again = page_of(ana, FIRST)
    assert again.form.controls["id-last_name"].value == "Moreno"


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "فاطمة",
        "Ana 😀",
        "O’Connor-Łuk",
        "Robert'); DROP TABLE draft;--",
    ],
)
def test_strange_names_are_names(ana: FlaskClient, name: str) -> None:
    assert (
        send(ana, FIRST, name_and_birth(page_of(ana, FIRST), id__first_name=name)).status_code
        == 303
    )
    answer = ana.get(FIRST)
    assert read(answer.text).form.controls["id-first_name"].value == name
    assert "<script>alert" not in answer.text


def test_ten_megabytes_are_refused_and_the_draft_is_whole(ana: FlaskClient) -> None:
    data = name_and_birth(page_of(ana, FIRST))
    send(ana, FIRST, data)
    answer = send(ana, FIRST, data | {"id-first_name": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "too much text" in answer.text
    assert page_of(ana, FIRST).form.controls["id-first_name"].value == "Ana"


@pytest.mark.parametrize("step", ["nowhere", "today", "../../etc/passwd", "%00"])
def test_a_forged_step_leads_back_to_where_the_walk_goes_on(ana: FlaskClient, step: str) -> None:
    assert ana.get(f"/intake/step/{step}").status_code in {303, 404}
    assert page_of(ana, "/intake").form.action.startswith(FIRST)


@pytest.mark.parametrize("count", ["7" * 5_000, "-1", "٣", "²", "x"])
def test_a_counter_that_no_page_of_ours_holds_counts_nothing(ana: FlaskClient, count: str) -> None:
    page = page_of(ana, FIRST)
    answer = send(
        ana, f"{FIRST}/autosave", fields(page, id__first_name="An", seq=count, base_rev=count)
    )
    assert answer.status_code < 500
    answer = send(ana, FIRST, name_and_birth(page, base_rev=count, seq=count))
    assert answer.status_code < 500


def test_the_button_of_a_row_that_cannot_be_takes_no_row_away(ana: FlaskClient) -> None:
    page = page_of(ana, FIRST)
    assert send(ana, FIRST, fields(page, remove="x-" + "7" * 5_000)).status_code == 422


def test_an_autosave_keeps_what_is_typed_and_answers_nothing(ana: FlaskClient) -> None:
    page = page_of(ana, FIRST)
    answer = send(ana, f"{FIRST}/autosave", fields(page, id__first_name="An", seq="1"))
    assert (answer.status_code, answer.data) == (204, b"")
    assert page_of(ana, FIRST).form.controls["id-first_name"].value == "An"


def test_a_late_autosave_never_undoes_a_newer_one(ana: FlaskClient) -> None:
    page = page_of(ana, FIRST)
    send(ana, f"{FIRST}/autosave", fields(page, id__first_name="Ana", seq="2"))
    send(ana, f"{FIRST}/autosave", fields(page, id__first_name="A", seq="1"))
    assert page_of(ana, FIRST).form.controls["id-first_name"].value == "Ana"


def test_an_autosave_that_comes_after_continue_changes_nothing(ana: FlaskClient) -> None:
    page = page_of(ana, FIRST)
    send(ana, FIRST, name_and_birth(page, seq="3"))
    send(ana, f"{FIRST}/autosave", name_and_birth(page, id__first_name="Anna", seq="9"))
    assert page_of(ana, FIRST).form.controls["id-first_name"].value == "Ana"


def test_two_windows_that_change_different_fields_are_merged(ana: FlaskClient) -> None:
    left, right = page_of(ana, FIRST), page_of(ana, FIRST)
    send(ana, f"{FIRST}/autosave", fields(left, id__first_name="Ana", seq="1"))
    send(ana, f"{FIRST}/autosave", fields(right, id__last_name="Moreno", seq="1"))
    controls = page_of(ana, FIRST).form.controls
    assert (controls["id-first_name"].value, controls["id-last_name"].value) == ("Ana", "Moreno")


def test_two_windows_that_disagree_are_shown_both_answers_and_nothing_is_lost(
    ana: FlaskClient,
) -> None:
    left, right = page_of(ana, FIRST), page_of(ana, FIRST)
    send(ana, FIRST, name_and_birth(left, id__first_name="Ana"))
    answer = send(ana, FIRST, name_and_birth(right, id__first_name="Anne"))
    assert answer.status_code == 409
    page = read(answer.text)
    assert "Ana" in page.text
    assert "Anne" in page.text
    chosen = page.forms[-1]
    assert send(ana, chosen.action, dict(chosen.values())).status_code == 303
    assert page_of(ana, FIRST).form.controls["id-first_name"].value == "Anne"


def test_the_same_step_sent_twice_is_one_step(ana: FlaskClient) -> None:
    data = name_and_birth(page_of(ana, FIRST))
    first, second = send(ana, FIRST, data), send(ana, FIRST, data)
    assert (
        (first.status_code, first.location)
        == (second.status_code, second.location)
        == (303, first.location)
    )


def test_htmx_gets_only_the_changed_part_at_the_same_address(ana: FlaskClient) -> None:
    whole, part = ana.get(FIRST), ana.get(FIRST, headers={"HX-Request": "true"})
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert "<title>" in part.text
    assert 'id="main"' in part.text
    assert "HX-Request" in whole.headers["Vary"]
    assert whole.headers["Cache-Control"] == "no-store"
    assert len(part.data) < len(whole.data)


def test_an_invalid_step_does_not_push_an_address(ana: FlaskClient) -> None:
    answer = send(
        ana, FIRST, name_and_birth(page_of(ana, FIRST), id__first_name=""), **{"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (422, "false")


# Links


@pytest.fixture
def link(donna: FlaskClient) -> str:
    """A personal link that Donna made for Ana, born 14 March 1955."""
    page = page_of(donna, "/records/new")
    typed = {"first_name": "Ana", "month": "3", "day": "14", "year": "1955"}
    data = dict(page.form.values()) | {k: v for k, v in typed.items() if k in page.form.controls}
    found = re.search(
        r"https://localhost/i#([\w-]{22})", donna.post("/records/new", data=data).text
    )
    assert found
    return found[0]


def open_link(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/i", data=dict(page_of(client, "/i").form.values()) | {"code": code})


def test_reading_the_page_of_a_link_changes_nothing(app: Flask, link: str) -> None:
    for _ in range(3):
        answer = new_browser(app).get("/i")
        assert answer.status_code == 200
        assert "__Host-intake" not in str(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    "shape", [lambda link: link, lambda link: link.split("#")[1], lambda link: f"  {link} "]
)
def test_a_link_or_its_code_opens_the_form_once_the_birth_date_is_right(
    app: Flask, link: str, shape: Callable[[str], str]
) -> None:
    client = new_browser(app)
    answer = open_link(client, shape(link))
    assert answer.status_code == 303
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-intake"))
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    page = page_of(client, "/intake")
    assert page.heading == "Is it you?"
    wrong = fields(page, month="3", day="14", year="1956")
    assert client.post("/intake/identity", data=wrong).status_code == 422
    right = fields(page_of(client, "/intake/identity"), month="Mar", day="14", year="1955")
    assert client.post("/intake/identity", data=right).status_code == 303
    assert page_of(client, "/intake").form.action.startswith(FIRST)


def test_guessing_the_birth_date_stops_after_five_tries(app: Flask, link: str) -> None:
    client = new_browser(app)
    open_link(client, link)
    tries = [
        fields(page_of(client, "/intake/identity"), month="1", day="1", year=str(1950 + n))
        for n in range(6)
    ]
    assert [client.post("/intake/identity", data=one).status_code for one in tries] == [422] * 5 + [
        429
    ]


def test_wrong_used_and_made_up_links_look_the_same_and_guessing_is_slowed_down(
    app: Flask, practice: object
) -> None:
    client = new_browser(app)
    answers = [open_link(client, code) for code in ("x" * 22, "", "\x00", "a" * 5000)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1
    assert 429 in {open_link(client, "y" * 22).status_code for _ in range(31)}


def test_a_form_started_in_one_browser_does_not_open_in_another_without_the_birth_date(
    app: Flask, ana: FlaskClient
) -> None:
    send(ana, FIRST, name_and_birth(page_of(ana, FIRST)))
    found = re.search(r"/i#([\w-]{22})", ana.get("/intake/later").text)
    assert found
    stranger = new_browser(app)
    open_link(stranger, found[1])
    page = page_of(stranger, FIRST)
    assert page.heading == "Is it you?"
    assert "Moreno" not in page.text


def test_the_device_that_had_the_form_is_told_when_another_one_takes_it_over(
    app: Flask, ana: FlaskClient
) -> None:
    """Who sent the client another link, or reads their mail and knows their birthday, is seen."""
    send(ana, FIRST, name_and_birth(page_of(ana, FIRST)))
    other = new_browser(app)
    open_link(other, re.findall(r"/i#([\w-]{22})", ana.get("/intake/later").text)[0])
    asked = page_of(other, "/intake")
    assert "opened on another device" not in asked.text
    other.post("/intake/identity", data=fields(asked, month="3", day="14", year="1955"))
    assert page_of(other, "/intake").heading != "Is it you?"
    told = page_of(ana, FIRST)
    assert re.search(
        r"opened on another device That was on \d+ \w+ \d{4}, \d+:\d\d [AP]M", told.text
    )
    assert "Was it not you?" in told.text and "Moreno" not in told.text
    ana.post("/intake/identity", data=fields(told, month="3", day="14", year="1955"))
    assert page_of(ana, FIRST).heading != "Is it you?"
    assert "opened on another device" in page_of(other, FIRST).text


def test_before_their_birth_date_is_known_the_first_device_is_told_that_another_one_has_the_form(
    app: Flask, ana: FlaskClient
) -> None:
    other = new_browser(app)
    open_link(other, re.findall(r"/i#([\w-]{22})", ana.get("/intake/later").text)[0])
    assert page_of(other, FIRST).heading == "Your name"
    answer = ana.get("/intake/identity")
    assert (
        answer.status_code == 409
        and read(answer.text).heading == "Your form was opened on another device"
    )


def test_save_and_finish_later_keeps_what_is_typed_without_scripts(ana: FlaskClient) -> None:
    half = {**fields(page_of(ana, FIRST)), "id-first_name": "Ana", "later": "1"}
    assert send(ana, FIRST, half).location == "/intake/later"
    assert fields(page_of(ana, FIRST))["id-first_name"] == "Ana"
