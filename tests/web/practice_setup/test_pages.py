"""The set-up in a browser without JavaScript, from the printed link to the first sign-in."""

import re
from html import unescape

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake_app.core.runtime import Runtime
from intake_app.practice import first_run
from tests.support.people import Staff, csrf

PASSPHRASE = "quiet river stones at dawn"
PRACTICE = {
    "name": "Stillwater Massage",
    "address": "12 Watson Street\r\nRipon, WI 54971",
    "phone": "920 555 0134",
    "email": "hello@example.org",
    "timezone": "America/Chicago",
    "page_size": "letter",
    "cancellation_policy": "Please tell us 24 hours before.",
    "retention_years": "7",
    "allergen_free": "no",
    "prenatal_trained": "yes",
}
DONNA = {
    "name": "Donna Reyes",
    "sign_in_name": "donna",
    "passphrase": PASSPHRASE,
    "again": PASSPHRASE,
}


class Pages:
    """Somebody who reads each page and posts its form, with what they typed."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser
        self.answer: TestResponse = browser.get("/setup")

    @property
    def text(self) -> str:
        return unescape(self.answer.get_data(as_text=True))

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', self.answer.get_data(as_text=True))
        return found[1] if found else ""

    def post(self, address: str, /, **typed: str) -> TestResponse:
        carried = {
            "csrf_token": csrf(self.answer.get_data(as_text=True)),
            "state": self.hidden("state"),
        }
        self.answer = self.browser.post(address, data={**carried, **typed})
        return self.answer

    def to_sheet(self, runtime: Runtime) -> "Pages":
        """Through code, practice and account."""
        self.post("/setup", code=first_run.issue_setup_code(runtime))
        self.post("/setup/practice", **PRACTICE)
        self.post("/setup/therapist", **DONNA)
        return self

    def groups(self) -> list[str]:
        return re.findall(r"<li><code>(\w+)</code></li>", self.text)


def test_donna_sets_up_their_practice_and_signs_in(browser: FlaskClient, runtime: Runtime) -> None:
    pages = Pages(browser).to_sheet(runtime)
    groups = pages.groups()
    pages.post("/setup/proof")
    asked = [int(number) for number in re.findall(r"Group (\d+)", pages.text)]
    done = pages.post("/setup/finish", first=groups[asked[0] - 1], second=groups[asked[1] - 1])
    assert (done.status_code, done.location) == (303, "/sign-in?ready=1")
    pages.answer = browser.get(done.location)
    assert "The practice is set up" in pages.text
    welcome = pages.post("/sign-in", sign_in_name="Donna", passphrase=PASSPHRASE)
    assert (welcome.status_code, welcome.location) == (303, "/sign-in/code")
    pages.answer = browser.get(welcome.location, follow_redirects=True)
    assert "Set up your second step" in pages.text
    seed = re.search(r'type: <code translate="no">([A-Z2-7 ]+)</code>', pages.text)
    assert seed
    code = pyotp.TOTP(seed[1].replace(" ", "")).now()
    done = pages.post("/sign-in/second", seed=pages.hidden("seed"), code=code)
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>[a-z2-9-]{19}</code>", pages.text)) == 10
    assert "No signed intake yet" in browser.get("/records").get_data(as_text=True)


def test_a_wrong_code_is_said_plainly(browser: FlaskClient, runtime: Runtime) -> None:
    pages = Pages(browser)
    assert pages.post("/setup", code="not-the-code").status_code == 422
    assert "not the code that the last start printed" in pages.text
    assert "Error: " in pages.text


def test_what_was_typed_stays_and_each_mistake_is_named(
    browser: FlaskClient, runtime: Runtime
) -> None:
    pages = Pages(browser)
    pages.post("/setup", code=first_run.issue_setup_code(runtime))
    wrong = {
        **PRACTICE,
        "phone": "12",
        "email": "hello",
        "retention_years": "0",
        "timezone": "",
        "address": "",
    }
    assert pages.post("/setup/practice", **wrong).status_code == 422
    assert 'value="Stillwater Massage"' in pages.text
    for sentence in (
        "Write the number with its area code",
        "name@example.org",
        "from 1 to 99",
        "whose clock is yours",
        "Write the address",
    ):
        assert sentence in pages.text
    assert pages.post("/setup/practice", **PRACTICE).status_code == 200


def test_a_hostile_name_is_text_and_a_control_sign_is_refused(
    browser: FlaskClient, runtime: Runtime
) -> None:
    pages = Pages(browser)
    pages.post("/setup", code=first_run.issue_setup_code(runtime))
    pages.post(
        "/setup/practice", **{**PRACTICE, "name": "<script>alert(1)</script>", "address": ""}
    )
    assert b"<script>alert" not in pages.answer.data
    assert (
        pages.post("/setup/practice", **{**PRACTICE, "name": "Still\x00water"}).status_code == 422
    )
    assert "cannot be printed" in pages.text


def test_a_weak_or_mistyped_passphrase_is_refused_and_never_shown_again(
    browser: FlaskClient, runtime: Runtime
) -> None:
    pages = Pages(browser)
    pages.post("/setup", code=first_run.issue_setup_code(runtime))
    pages.post("/setup/practice", **PRACTICE)
    pages.post(
        "/setup/therapist",
        **{**DONNA, "passphrase": "stillwater massage", "again": "stillwater massage"},
    )
    assert "name that others know" in pages.text
    pages.post("/setup/therapist", **{**DONNA, "again": "something else"})
    assert "The two passphrases differ" in pages.text
    assert PASSPHRASE not in pages.text


def test_the_offered_passphrase_stays_the_same_while_they_correct_the_page(
    browser: FlaskClient, runtime: Runtime
) -> None:
    pages = Pages(browser)
    pages.post("/setup", code=first_run.issue_setup_code(runtime))
    pages.post("/setup/practice", **PRACTICE)
    offer = pages.hidden("offer")
    assert len(offer.split()) == 5
    pages.post("/setup/therapist", **{**DONNA, "again": ""}, offer=offer)
    assert pages.hidden("offer") == offer


def test_the_sheet_shows_the_whole_key_in_groups_and_as_a_picture(
    browser: FlaskClient, runtime: Runtime
) -> None:
    pages = Pages(browser).to_sheet(runtime)
    assert [len(group) for group in pages.groups()] == [4] * 14 + [2]
    assert "AGE-SECRET-KEY-1" in pages.text
    assert 'src="data:image/svg+xml' in pages.text


def test_a_wrong_proof_leads_back_to_the_same_sheet(browser: FlaskClient, runtime: Runtime) -> None:
    pages = Pages(browser).to_sheet(runtime)
    groups = pages.groups()
    pages.post("/setup/proof")
    assert pages.post("/setup/finish", first="XXXX", second="YYYY").status_code == 422
    assert "not what stands on the sheet" in pages.text
    assert first_run.setup_needed(runtime)
    pages.post("/setup/sheet")
    assert pages.groups() == groups


def test_a_page_without_those_before_it_starts_again(
    browser: FlaskClient, runtime: Runtime
) -> None:
    assert browser.get("/setup/finish").location == "/setup"
    pages = Pages(browser)
    pages.post("/setup", code=first_run.issue_setup_code(runtime))
    first_state, token = pages.hidden("state"), csrf(pages.text)
    for address, state in (
        ("therapist", first_state),
        ("proof", first_state),
        ("finish", first_state),
        ("sheet", "made up"),
    ):
        answer = browser.post(
            f"/setup/{address}", data={"csrf_token": token, "state": state, **DONNA}
        )
        assert answer.status_code == 400
        assert "start the set-up again" in answer.get_data(as_text=True)


def test_after_the_set_up_there_is_no_set_up_page(browser: FlaskClient, practice: Staff) -> None:
    for address in ("/setup", "/setup/practice", "/setup/finish"):
        assert browser.get(address).status_code == 404


def test_no_page_of_the_set_up_may_be_kept_by_the_browser(
    browser: FlaskClient, runtime: Runtime
) -> None:
    pages = Pages(browser).to_sheet(runtime)
    assert pages.answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("question", ["allergen_free", "prenatal_trained"])
def test_what_the_practice_can_do_has_no_answer_beforehand(
    browser: FlaskClient, runtime: Runtime, question: str
) -> None:
    pages = Pages(browser)
    pages.post("/setup", code=first_run.issue_setup_code(runtime))
    pages.post(
        "/setup/practice", **{name: text for name, text in PRACTICE.items() if name != question}
    )
    assert pages.answer.status_code == 422
    assert "Choose yes or no." in pages.text
