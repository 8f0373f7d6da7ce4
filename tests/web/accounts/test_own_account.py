"""One's own account: devices, passphrase, second step."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from tests.support.forms import post
from tests.support.people import Staff, csrf, sign_in
from tests.support.runtimes import new_browser

NEW = "a garden gate with ivy"


def test_everybody_has_settings_and_only_therapists_see_the_practices_part(
    donna: FlaskClient, desk: FlaskClient
) -> None:
    assert 'href="/people"' in donna.get("/account").text
    page = desk.get("/account").text
    assert "front desk" in page
    assert "/people" not in page


def test_open_sessions_are_listed_by_device_and_ended_with_a_button(
    app: Flask, donna: FlaskClient, practice: Staff
) -> None:
    phone = new_browser(app)
    phone.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1"
    )
    sign_in(phone, practice)
    page = donna.get("/account").text
    assert "Safari on iPhone" in page
    assert page.count("(this one)") == 1
    ends = re.findall(r'action="(/account/sessions/[0-9a-f]{64}/end)"', page)
    assert len(ends) == 1
    assert post(donna, "/account", ends[0]).location == "/account"
    assert phone.get("/records").location == "/sign-in"
    assert donna.get("/records").status_code == 200


def test_the_passphrase_is_changed_with_the_old_one(
    app: Flask, donna: FlaskClient, practice: Staff
) -> None:
    wrong = post(
        donna,
        "/account/passphrase",
        "/account/passphrase",
        now="not theirs",
        passphrase=NEW,
        again=NEW,
    )
    assert wrong.status_code == 422
    assert "not the passphrase you have now" in wrong.text
    weak = post(
        donna,
        "/account/passphrase",
        "/account/passphrase",
        now="x",
        passphrase="Donna Reyes 12345",
        again="y",
    )
    assert "The two passphrases differ" in weak.text
    assert "mostly a name" in weak.text
    good = {"now": practice.passphrase, "passphrase": NEW, "again": NEW}
    assert post(donna, "/account/passphrase", "/account/passphrase", **good).location == "/account"
    assert donna.get("/records").status_code == 200


def test_new_recovery_codes_are_shown_once_and_one_of_them_opens(
    app: Flask, donna: FlaskClient, practice: Staff
) -> None:
    shown = post(donna, "/account", "/account/recovery-codes").text
    codes = re.findall(r"<li><code>([a-z2-9-]{19})</code></li>", shown)
    assert len(codes) == 10
    assert codes[0] not in donna.get("/account").text
    other = new_browser(app)
    fields = {"sign_in_name": practice.sign_in_name, "passphrase": practice.passphrase}
    second = post(other, "/sign-in", "/sign-in", **fields)
    assert second.location == "/sign-in/code"
    assert post(other, "/sign-in/code", "/sign-in/code", code=codes[3]).location == "/staff"


def test_a_second_phone_is_added_and_the_first_one_removed_but_never_the_last(
    donna: FlaskClient,
) -> None:
    page = donna.get("/account/second-step").text
    seed = re.search(r'type: <code translate="no">([A-Z2-7 ]+)</code>', page)
    hidden = re.search(r'name="seed"[^>]*value="([^"]+)"', page)
    assert seed
    assert hidden
    sent = {"csrf_token": csrf(page), "seed": unescape(hidden[1])}
    assert donna.post("/account/phone", data={**sent, "code": "000000"}).status_code == 422
    code = pyotp.TOTP(seed[1].replace(" ", "")).now()
    assert donna.post("/account/phone", data={**sent, "code": code}).location == "/account"
    removes = re.findall(
        r'action="(/account/second-step/[0-9a-f]{32}/remove)"', donna.get("/account").text
    )
    assert len(removes) == 2
    for address in removes:
        assert post(donna, "/account", address).location == "/account"
    assert donna.get("/account").text.count("Authenticator app, since") == 1


@pytest.mark.parametrize(
    "answer", ["", "{}", "nonsense", '{"rawId": 5}', '{"rawId": "AAAA", "response": {}}']
)
def test_a_passkey_answer_that_proves_nothing_is_refused(
    app: Flask, donna: FlaskClient, practice: Staff, answer: str
) -> None:
    assert post(donna, "/account/second-step", "/account/passkey", answer=answer).status_code == 422
    other = new_browser(app)
    post(
        other,
        "/sign-in",
        "/sign-in",
        sign_in_name=practice.sign_in_name,
        passphrase=practice.passphrase,
    )
    assert post(other, "/sign-in/code", "/sign-in/code", answer=answer).status_code == 422


def test_a_page_that_asks_by_itself_how_long_is_left_keeps_nothing_open(
    donna: FlaskClient, runtime: Runtime, app: Flask
) -> None:
    start = runtime.clock()
    app.extensions["runtime"] = replace(runtime, clock=lambda: start + timedelta(minutes=10))
    assert 290 <= int(donna.get("/account/left", headers={"X-By-Itself": "1"}).text) <= 301
    assert 290 <= int(donna.get("/account/left", headers={"X-By-Itself": "1"}).text) <= 301
    assert int(donna.get("/account/left").text) == 900
    app.extensions["runtime"] = replace(runtime, clock=lambda: start + timedelta(minutes=24))
    assert donna.get("/records").status_code == 200
