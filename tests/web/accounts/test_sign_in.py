"""The sign-in page, the cookie, and the way out."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.people import Staff, csrf, sign_in
from tests.support.runtimes import new_browser


def try_to_sign_in(browser: FlaskClient, name: str, passphrase: str) -> TestResponse:
    token = csrf(browser.get("/sign-in").get_data(as_text=True))
    return browser.post(
        "/sign-in", data={"csrf_token": token, "sign_in_name": name, "passphrase": passphrase}
    )


def staff_cookie(answer: TestResponse) -> str:
    return next(
        (line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-staff=")),
        "",
    )


def test_the_session_cookie_is_for_this_host_and_no_script(
    browser: FlaskClient, practice: Staff
) -> None:
    answer = try_to_sign_in(browser, practice.sign_in_name, practice.passphrase)
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    attributes = set(staff_cookie(answer).split("; ")[1:])
    assert attributes == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def test_wrong_name_and_wrong_passphrase_look_the_same(
    browser: FlaskClient, practice: Staff
) -> None:
    wrong = try_to_sign_in(browser, practice.sign_in_name, "another passphrase")
    unknown = try_to_sign_in(browser, practice.sign_in_name[::-1], practice.passphrase)
    assert wrong.status_code == unknown.status_code == 422
    assert not staff_cookie(wrong)
    assert "name or the passphrase is not right" in wrong.get_data(as_text=True)
    strip = csrf(wrong.get_data(as_text=True))
    other = csrf(unknown.get_data(as_text=True))
    same = wrong.get_data(as_text=True).replace(strip, "").replace(practice.sign_in_name, "")
    assert same == unknown.get_data(as_text=True).replace(other, "").replace(
        practice.sign_in_name[::-1], ""
    )


def test_the_passphrase_is_never_sent_back(browser: FlaskClient, practice: Staff) -> None:
    answer = try_to_sign_in(browser, practice.sign_in_name, "a wrong passphrase typed")
    assert "a wrong passphrase typed" not in answer.get_data(as_text=True)
    assert f'value="{practice.sign_in_name}"' in answer.get_data(as_text=True)


def test_too_many_tries_are_answered_with_how_long_to_wait(
    browser: FlaskClient, practice: Staff
) -> None:
    for _ in range(3):
        try_to_sign_in(browser, practice.sign_in_name, "a wrong passphrase")
    answer = try_to_sign_in(browser, practice.sign_in_name, practice.passphrase)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Please wait" in answer.get_data(as_text=True)


def test_an_outsider_is_sent_to_the_sign_in_page(browser: FlaskClient, practice: Staff) -> None:
    for address in (
        "/records",
        "/records/new",
        "/records/" + "0" * 32,
        "/records/" + "0" * 32 + "/pdf",
    ):
        answer = browser.get(address)
        assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_whoever_is_signed_in_needs_no_sign_in_page(donna: FlaskClient) -> None:
    assert donna.get("/sign-in").location == "/staff"


def signed_in(browser: FlaskClient, practice: Staff) -> str:
    """Signs in with both factors; returns the cookie."""
    sign_in(browser, practice)
    found = browser.get_cookie("__Host-staff", domain="localhost")
    assert found is not None
    return f"__Host-staff={found.value}"


def records_with(app: Flask, cookie: str) -> TestResponse:
    """What a thief's browser gets, who copied the cookie."""
    thief = app.test_client(use_cookies=False)
    return thief.get(
        "/records", base_url="https://localhost", headers={"Cookie": cookie.split(";")[0]}
    )


def test_lock_now_ends_the_session_also_for_a_copy_of_the_cookie(
    app: Flask, browser: FlaskClient, practice: Staff
) -> None:
    stolen = signed_in(browser, practice)
    assert records_with(app, stolen).status_code == 200
    page = browser.get("/records").get_data(as_text=True)
    assert "Lock now" in page
    answer = browser.post("/sign-out", data={"csrf_token": csrf(page)})
    assert answer.location == "/sign-in"
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert browser.get("/records").location == "/sign-in"
    assert records_with(app, stolen).location == "/sign-in"


def test_signing_in_again_ends_the_session_before_it(
    app: Flask, browser: FlaskClient, practice: Staff
) -> None:
    before = signed_in(browser, practice)
    token = csrf(browser.get("/records").get_data(as_text=True))
    typed = {
        "csrf_token": token,
        "sign_in_name": practice.sign_in_name,
        "passphrase": practice.passphrase,
    }
    waiting = staff_cookie(browser.post("/sign-in", data=typed))
    assert records_with(app, waiting).location == "/sign-in"
    after = signed_in(new_browser(app), practice)
    assert records_with(app, before).location == "/sign-in"
    assert records_with(app, after).status_code == 200


def test_before_the_set_up_the_sign_in_page_leads_to_it(browser: FlaskClient) -> None:
    assert browser.get("/sign-in").location == "/setup"


def test_another_site_cannot_sign_anybody_in_or_out(donna: FlaskClient) -> None:
    typed = {"csrf_token": csrf(donna.get("/records").get_data(as_text=True))}
    for address in ("/sign-in", "/sign-out"):
        assert (
            donna.post(address, data=typed, headers={"Sec-Fetch-Site": "cross-site"}).status_code
            == 403
        )
    assert donna.get("/records").status_code == 200


def test_who_was_signed_out_while_they_typed_is_told_that_it_was_not_saved(
    browser: FlaskClient, practice: Staff
) -> None:
    sign_in(browser, practice)
    page = browser.get("/desk/visits/new").text
    browser.delete_cookie("__Host-staff")
    answer = browser.post(
        "/desk/visits/new",
        data={"csrf_token": csrf(page), "name": "Bo Olsen"},
        follow_redirects=True,
    )
    assert "What you just sent was not saved" in answer.text
    assert "not saved" not in browser.get("/desk", follow_redirects=True).text
