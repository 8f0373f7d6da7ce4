"""`flask definitions --paths`: how much the form asks, counted as a browser shows it."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from intake_app.cli import form_paths
from intake_app.cli.form_paths import Size
from intake_app.core.runtime import Runtime
from intake_app.questionnaire import released
from tests.support import people
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Answer
from tests.support.people import Staff
from tests.support.returning_client import Tab

VERSION = "2.0.0"
AFTER = {one.name: one.after for one in form_paths.compare(VERSION)}
BEFORE = {one.name: one.before for one in form_paths.compare(VERSION)}
HOME = "healthy adult"
TODAY = "healthy, the visit is today"
BACK_PAIN = "back pain, blood pressure, arthritis, three medicines"
RETURNING = "returning, nothing new"
VOID = {"br", "img", "input", "meta", "link", "hr", "source", "wbr"}
FOLDED = {"visually-hidden", "without-scripts", "follow-up", "skip-link"}
UNREAD = {"script", "style", "template", "head", "svg", "select"}


class SeenWords(HTMLParser):
    """Counts the words of a page that are seen with scripts and without opening anything."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        folded = bool(self.open) and self.open[-1][0] == "details" and tag != "summary"
        hidden = tag in UNREAD or "hidden" in given or bool(classes & FOLDED)
        self.open.append((tag, hidden or folded))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag not in VOID:
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self.open):
            self.words += form_paths.words_in(data)


class CountingTab(Tab):
    """A browser that counts the words of each page it is shown."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.pages: list[int] = []

    def _answer(self, response: TestResponse) -> Answer:
        answer = super()._answer(response)
        seen = SeenWords()
        seen.feed(response.get_data(as_text=True))
        self.pages.append(seen.words)
        return answer


@pytest.fixture
def tab(app: Flask, runtime: Runtime, practice: Staff) -> Iterator[CountingTab]:
    """A browser of somebody new at a practice that uses the form 2.0.0."""
    people.use_form(runtime, VERSION)
    yield CountingTab(app)


def test_the_count_is_what_a_browser_shows(tab: CountingTab) -> None:
    ana = HealthyAdult()
    ana.walk(tab)
    path = {"kind": "home", "born": 1955}
    own = {"ex.had": "never", "na.ok": ["none"]}
    counted = form_paths.size(released(form_paths.FORM, VERSION), path, own)
    shown = [page for page in tab.pages if page]
    assert len(shown) == counted.pages
    assert sum(shown) == pytest.approx(counted.words, rel=0.005)


def test_a_healthy_adult_meets_at_most_16_pages_45_needed_answers_and_2600_words() -> None:
    assert AFTER[HOME].pages <= 16
    assert AFTER[HOME].needed <= 45
    assert AFTER[HOME].words <= 2600


def test_with_a_visit_of_today_at_most_52_answers_are_needed() -> None:
    assert AFTER[TODAY].needed <= 52


def test_back_pain_and_what_comes_with_it_meets_at_most_24_pages() -> None:
    assert AFTER[BACK_PAIN].pages <= 24


def test_a_returning_client_meets_at_most_12_pages_and_36_needed_answers() -> None:
    assert AFTER[RETURNING].pages <= 12
    assert AFTER[RETURNING].needed <= 36


@pytest.mark.parametrize("name", [name for name in AFTER if name.startswith("day form")])
def test_the_form_of_the_day_has_at_most_3_pages_and_14_needed_answers(name: str) -> None:
    assert AFTER[name].pages <= 3
    assert AFTER[name].needed <= 14


def test_a_healthy_adult_reads_less_than_half_of_what_1_1_0_shows() -> None:
    assert AFTER[HOME].words * 2 < BEFORE[HOME].words


@pytest.mark.parametrize("name", AFTER)
def test_no_path_became_longer(name: str) -> None:
    if name != RETURNING:  # 1.1.0 filled in last year's “No”
        assert AFTER[name].words < BEFORE[name].words
        assert AFTER[name].needed <= BEFORE[name].needed


def test_the_command_prints_both_versions(app: Flask, runtime: Runtime, practice: Staff) -> None:
    people.use_form(runtime, VERSION)
    run = app.test_cli_runner().invoke
    table = run(args=["definitions", "--paths"]).output
    assert "1.1.0  2.0.0" in table
    assert table.count("\n") == len(AFTER) + 2
    found = json.loads(run(args=["definitions", "--paths", "--json"]).output)
    first = found["paths"][0]
    assert found["version"] == VERSION
    assert Size(**first["after"]) == AFTER[first["name"]]
