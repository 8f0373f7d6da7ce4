"""Ten thousand wrong links: all the same answer, in the same time, and then the limiter's.

No waiting room is hit.
"""

import re
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse, run_wsgi_app

from intake_app.core.runtime import Runtime
from intake_app.crypto.token_box import new_token
from intake_app.intake import drafts
from tests.support.html_pages import read
from tests.support.people import Staff, csrf
from tests.support.runtimes import SavedPractice, new_browser

pytestmark = pytest.mark.starts_from("practice_with_record")

THERE = {"REMOTE_ADDR": "203.0.113.9"}
Answer = tuple[int, str, tuple[tuple[str, str], ...]]


class Guesser:
    """Somebody who tries links, from one address, with one form."""

    def __init__(self, app: Flask, address: str = "203.0.113.9") -> None:
        self.browser = new_browser(app)
        self.there = {"REMOTE_ADDR": address}
        self.token = csrf(self.browser.get("/i", environ_overrides=self.there).text)

    def tries(self, code: str) -> TestResponse:
        data = {"csrf_token": self.token, "code": code}
        return self.browser.post("/i", data=data, environ_overrides=self.there)

    def tries_at_once(self, codes: Iterable[str]) -> Iterator[Answer]:
        """The same as gunicorn would hand it over, again and again;
        to build each request costs more than the app.
        """
        app, environ = self.browser.application, self.tries(new_token()).request.environ
        sent = {
            name: value
            for name, value in environ.items()
            if isinstance(value, str) or name.startswith("wsgi.")
        }
        for code in codes:
            body = urlencode({"csrf_token": self.token, "code": code}).encode()
            own = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            pieces, status, headers = run_wsgi_app(app.wsgi_app, sent | own)
            yield alike(int(status[:3]), b"".join(pieces).decode(), headers)


def same(answer: TestResponse) -> Answer:
    """All of an answer that may not differ."""
    return alike(answer.status_code, answer.text, answer.headers)


def alike(status: int, text: str, headers: Headers) -> Answer:
    """All of an answer but the form's own random token; of a cookie its name."""
    named = sorted((k, v.split("=")[0] if k == "Set-Cookie" else v) for k, v in headers.items())
    return status, re.sub(r'(csrf_token" value=")[^"]*', r"\1", text), tuple(named)


def without_limit(app: Flask, runtime: Runtime, **changed: int) -> None:
    settings = replace(runtime.settings, wrong_links_per_minute=100_000, **changed)
    app.extensions["runtime"] = replace(runtime, settings=settings)


def test_ten_thousand_wrong_links_all_get_the_same_404(app: Flask, runtime: Runtime) -> None:
    without_limit(app, runtime, posts_per_minute=100_000)
    guesser = Guesser(app)
    first = same(guesser.tries(new_token()))
    assert first[0] == 404
    assert set(guesser.tries_at_once(new_token() for _ in range(10_000))) == {first}


def test_wrong_expired_and_used_links_differ_neither_in_a_byte_nor_in_time(
    app: Flask,
    runtime: Runtime,
    saved_practice: SavedPractice,
    capsys: pytest.CaptureFixture[str],
) -> None:
    expired = drafts.create(runtime, drafts.new_browser())
    late = replace(runtime, clock=lambda: runtime.clock() + timedelta(days=31))
    without_limit(app, late)
    guesser = Guesser(app)
    codes = {
        "wrong": new_token(),
        "expired": expired,
        "used": saved_practice.token,
        "short": "x",
    }
    took: dict[str, list[float]] = {kind: [] for kind in codes}
    answers = set()
    for _ in range(150):  # by turns, so that a busy machine is busy for all of them
        for kind, code in codes.items():
            began = time.perf_counter()
            answers.add(same(guesser.tries(code)))
            took[kind].append(time.perf_counter() - began)
    assert len(answers) == 1
    middle = {kind: statistics.median(times) * 1000 for kind, times in took.items()}
    spread = statistics.quantiles([t * 1000 for t in took["wrong"]], n=10)
    with capsys.disabled():
        print(
            {kind: f"{ms:.2f} ms" for kind, ms in middle.items()},
            f"wrong p10-p90 {spread[0]:.2f}-{spread[-1]:.2f}",
        )
    assert max(middle.values()) - min(middle.values()) < max(spread[-1] - spread[0], 1.0)


def test_thirty_wrong_links_a_minute_then_the_limiter_answers_calmly(
    app: Flask, practice: Staff
) -> None:
    guesser = Guesser(app)
    codes = [guesser.tries(new_token()).status_code for _ in range(31)]
    refused = guesser.tries(new_token())
    assert codes == [404] * 30 + [429]
    assert re.search(r"Please wait \d+ seconds", refused.text)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Cache-Control"] == "no-store"
    assert Guesser(app, "203.0.113.10").tries(new_token()).status_code == 404


def test_a_house_full_of_ipv6_addresses_counts_as_one(app: Flask, practice: Staff) -> None:
    codes = [Guesser(app, f"2001:db8::{n:x}").tries(new_token()).status_code for n in range(1, 33)]
    assert codes.count(429) == 2


def test_right_links_from_one_waiting_room_are_never_counted(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    for _ in range(40):
        token = drafts.create_invited(runtime, "Noor", None, by="test")
        assert Guesser(app).tries(token).status_code == 303


def test_a_waiting_room_that_saves_while_it_types_is_not_hit_and_a_flood_is(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    """Thirty people, a save every two seconds each:
    900 a minute, a seventh of what one process takes.
    """
    browser = drafts.new_browser()
    ana: FlaskClient = new_browser(app)
    ana.set_cookie("__Host-intake", f"{drafts.create(runtime, browser)}.{browser}", secure=True)
    page = ana.get("/intake", environ_overrides=THERE, follow_redirects=True)
    path, data = page.request.path, dict(read(page.text).form.values())
    saves = [
        ana.post(f"{path}/autosave", data=data, environ_overrides=THERE).status_code
        for _ in range(900)
    ]
    assert 429 not in saves
    app.extensions["runtime"] = replace(
        runtime, settings=replace(runtime.settings, posts_per_minute=100)
    )
    flood = [ana.post(path, data=data, environ_overrides=THERE).status_code for _ in range(101)]
    assert (flood[0], flood[-1]) == (422, 429)
    assert ana.get(path, environ_overrides=THERE).status_code == 200


def test_the_start_page_leads_who_has_signed_to_their_own_page(
    app: Flask, runtime: Runtime, saved_practice: SavedPractice
) -> None:
    signed = new_browser(app)
    signed.set_cookie(
        "__Host-intake", f"{saved_practice.token}.{drafts.new_browser()}", secure=True
    )
    assert 'href="/mine"' in signed.get("/").text
    assert 'href="/mine"' not in new_browser(app).get("/").text
