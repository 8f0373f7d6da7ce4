"""What every answer carries and what is refused:
headers, cookies, foreign pages, odd methods, files, addresses.
"""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake_app.core.runtime import Runtime
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from tests.support.people import Staff, csrf, sign_in
from tests.support.runtimes import new_browser
from tests.web.test_access import address, routes, twice

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
}
HTTPS = {"base_url": "https://localhost"}


def guarded(answer: TestResponse) -> bool:
    """Whether all headers are there and the policy is as strict as it should be,
    or a stricter one for files.
    """
    policy = set(answer.headers["Content-Security-Policy"].split("; "))
    strict = policy >= POLICY or {"sandbox", "default-src 'none'"} <= policy
    there = EVERYWHERE.items() <= dict(answer.headers).items() and not twice(answer)
    return strict and there and "unsafe" not in str(policy)


def test_every_answer_of_every_route_carries_every_header_errors_too(
    app: Flask, practice: Staff
) -> None:
    browser = new_browser(app)
    wrong = [
        (method, rule.rule)
        for rule, method in routes(app)
        if not guarded(browser.open(address(rule), method=method, **HTTPS))
    ]
    assert wrong == []
    for path, method in (("/nowhere", "GET"), ("/", "DELETE"), ("/i", "PUT")):
        assert guarded(browser.open(path, method=method, **HTTPS))


def test_an_address_that_leads_nowhere_says_whom_to_call(app: Flask, practice: Staff) -> None:
    answer = new_browser(app).get("/nowhere")
    assert answer.status_code == 404
    assert "Call Stillwater Massage, 920 555 0134." in answer.text


def test_before_the_set_up_there_is_nobody_to_call_and_the_page_is_calm(app: Flask) -> None:
    answer = new_browser(app).get("/nowhere")
    assert answer.status_code == 404
    assert "Call" not in answer.text


def test_files_with_their_hash_are_kept_for_ever_and_others_are_asked_for_again(
    browser: FlaskClient,
) -> None:
    kept = browser.get("/static/css/kit.css?v=1", **HTTPS).headers
    asked = browser.get("/static/css/kit.css", **HTTPS).headers
    assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in asked["Cache-Control"]
    assert "Set-Cookie" not in kept


def test_cookies_belong_to_this_host_alone_and_no_script_reads_them(
    app: Flask, practice: Staff
) -> None:
    browser = new_browser(app)
    set_by = [browser.get("/")]
    set_by.append(browser.post("/", data={"csrf_token": csrf(set_by[0].text)}))
    sign_in(other := new_browser(app), practice)
    set_by.append(other.get("/sign-in"))
    cookies = [one for answer in set_by for one in answer.headers.getlist("Set-Cookie")]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
    ],
)
def test_another_page_cannot_post_even_with_a_good_token(
    browser: FlaskClient, practice: Staff, headers: dict[str, str]
) -> None:
    token = csrf(browser.get("/", **HTTPS).text)
    answer = browser.post("/", data={"csrf_token": token}, headers=headers, **HTTPS)
    assert answer.status_code == 403


def test_no_post_counts_without_the_token(app: Flask, practice: Staff) -> None:
    browser = new_browser(app)
    passed = [
        rule.rule
        for rule, method in routes(app)
        if method == "POST" and browser.post(address(rule)).status_code not in {303, 400, 403, 404}
    ]
    assert passed == []


def test_a_header_or_a_field_does_not_change_the_method(
    browser: FlaskClient, practice: Staff
) -> None:
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "DELETE"}):
        answer = browser.get("/?_method=POST", headers=headers)
        assert answer.status_code == 200
        assert "__Host-intake" not in str(answer.headers.getlist("Set-Cookie"))


def test_a_foreign_host_name_gets_no_link_and_no_page_over_http(
    browser: FlaskClient, practice: Staff
) -> None:
    assert browser.get("/", base_url="http://evil.example").status_code == 403
    answer = browser.get("/records", base_url="https://evil.example")
    assert answer.location == "/sign-in"


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/sign-in?next=https://evil.example", "/i?next=//evil.example"]
)
def test_no_redirect_leads_outside(browser: FlaskClient, practice: Staff, path: str) -> None:
    location = browser.get(path).headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith("//")


def test_an_address_with_words_in_it_is_refused_on_the_clients_pages(
    browser: FlaskClient, practice: Staff
) -> None:
    for path in ("/intake/step/name?v-reason=CANARY", "/mine?x=1", "/intake/copy?token=abc"):
        assert browser.get(path).status_code == 400
    assert browser.get("/intake/step/name?next=check").status_code == 303


def test_line_ends_in_an_address_or_a_field_make_no_header(
    browser: FlaskClient, practice: Staff
) -> None:
    for path in (
        "/i%0d%0aSet-Cookie:%20x=1",
        "/records/%0d%0aX-Evil:%201",
        "/intake/step/a%0d%0aX-Evil:1",
    ):
        answer = browser.get(path)
        assert "X-Evil" not in answer.headers
        assert "x=1" not in answer.headers.get("Set-Cookie", "")
        assert answer.status_code in {303, 404}


def test_files_are_refused_and_a_big_body_too(browser: FlaskClient, practice: Staff) -> None:
    token = csrf(browser.get("/").text)
    file = (io.BytesIO(b"x"), "x.txt")
    assert browser.post("/", data={"csrf_token": token, "f": file}).status_code == 415
    big = {"csrf_token": token, "code": "x" * 2_000_000}
    assert browser.post("/i", data=big).status_code == 413


def test_the_file_of_a_calendar_stays_in_memory(app: Flask) -> None:
    with app.test_request_context(
        "/", method="POST", data={"f": (io.BytesIO(b"x" * 700_000), "x.ics")}
    ):
        from flask import request

        assert isinstance(request.files["f"].stream, io.BytesIO)


def test_a_very_long_cookie_is_no_error_of_ours(browser: FlaskClient, practice: Staff) -> None:
    browser.set_cookie("__Host-intake", "A" * 100_000, secure=True)
    browser.set_cookie("__Host-staff", "\x7f\\" * 4_000, secure=True)
    assert browser.get("/").status_code == 200
    assert browser.get("/mine").status_code == 303
    assert browser.get("/records").status_code == 303


def test_security_txt_names_the_practice_and_ends_within_a_year(
    browser: FlaskClient, runtime: Runtime, practice: Staff
) -> None:
    lines = dict(
        line.split(": ", 1) for line in browser.get("/.well-known/security.txt").text.splitlines()
    )
    assert lines["Contact"] == "mailto:hello@stillwater.example"
    left = datetime.fromisoformat(lines["Expires"].replace("Z", "+00:00")) - datetime.now(UTC)
    assert 100 < left.days < 365
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Practice, 1).email = ""
    assert "Contact: tel:9205550134" in browser.get("/.well-known/security.txt").text


def test_before_the_set_up_there_is_nobody_to_tell(app: Flask, runtime: Runtime) -> None:
    app.extensions["runtime"] = replace(runtime)
    assert new_browser(app).get("/.well-known/security.txt").status_code == 404
