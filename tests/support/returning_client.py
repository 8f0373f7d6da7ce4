"""Ana comes back: their signed record, the link Donna sends them, and their browser,
all inside a test.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, returning_client
from intake_app.records.sealed.evidence import RecordOnTheDay
from tests.support import clients
from tests.support.clients import ANA_MINIMAL
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Answer
from tests.support.people import csrf
from tests.support.runtimes import new_browser

ANA = ANA_MINIMAL | {
    "v.reason": "My left shoulder is stiff.",
    "v.start": "years",
    "v.pain_now": 3,
    "hx.cardio": ["hbp"],
    "hx.hbp_control": "yes",
    "go.goals": ["relax_stress"],
    "pr.overall": "medium",
}
BORN = {"month": "3", "day": "14", "year": "1955"}


class Tab:
    """Ana's browser, without JavaScript, inside the test."""

    def __init__(self, app: Flask) -> None:
        self.browser = new_browser(app)

    def get(self, path: str) -> Answer:
        """A page, redirects followed."""
        return self._answer(self.browser.get(path, follow_redirects=True))

    def post(self, path: str, fields: Iterable[tuple[str, str]]) -> Answer:
        """A form, redirects followed."""
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return self._answer(self.browser.post(path, data=data, follow_redirects=True))

    def press(self, answer: Answer, button: tuple[str, str] | None = None) -> Answer:
        """What they see with its form sent as it stands, or with the calmest
        answers where it needs some.
        """
        posts = [form for form in answer.page.forms if form.method == "post"]
        fields = [
            field for field in HealthyAdult().fill(posts[-1]) if not button or field[0] != button[0]
        ]
        return self.post(posts[-1].action or answer.path, [*fields, *([button] if button else [])])

    def _answer(self, response: TestResponse) -> Answer:
        headers = {key.lower(): value for key, value in response.headers}
        return Answer(response.status_code, headers, response.data, response.request.path)


def carried(runtime: Runtime, answers: Mapping[str, Any], days: int = 0) -> str:
    """A link that holds these answers, made so many days after they were signed.

    No PDF is printed: it takes long.
    """
    browser = drafts.new_browser()
    signed = clients.sign(runtime, drafts.create(runtime, browser), browser, answers).state.evidence
    assert signed is not None
    return returning_client.begin_for_visit(
        later(runtime, days), RecordOnTheDay(signed), "ab" * 32, "donna"
    ).token


def later(runtime: Runtime, days: int) -> Runtime:
    """The same practice, days from now."""
    return replace(runtime, clock=lambda: runtime.clock() + timedelta(days=days))


def invite_again(donna: FlaskClient, record_id: str) -> str:
    """Donna presses “Invite again”. Returns the token in the link."""
    page = donna.get(f"/records/{record_id}").text
    answer = donna.post(f"/records/{record_id}/again", data={"csrf_token": csrf(page)})
    assert answer.status_code == 200, answer.text
    found = re.search(r"/i#([\w-]{22})<", answer.text)
    assert found
    return found[1]


def come_back(app: Flask, token: str) -> tuple[Tab, Answer]:
    """Ana opens the link and names their date of birth.

    Returns their browser and the first page of the walk.
    """
    tab = Tab(app)
    page = tab.get("/i")
    identity = tab.post("/i", (dict(page.page.form.values()) | {"code": f"#{token}"}).items())
    assert identity.path == "/intake/identity"
    return tab, tab.post(identity.path, (dict(identity.page.form.values()) | BORN).items())
