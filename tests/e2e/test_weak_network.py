"""Saving while typing: what the header says, retries, two windows, leaving, crashing.

Nothing typed is ever lost.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from tests.support.browser_person import Person

Visit = Callable[..., Person]
FIRST_NAME, LAST_NAME = '[name="id-first_name"]', '[name="id-last_name"]'
STEP = "/intake/step/name"


@pytest.fixture
def ana(visit: Visit) -> Person:
    """Ana on the first step."""
    person = visit()
    person.start()
    return person


def says(person: Person, state: str, words: str) -> None:
    """Wait until the header says this."""
    person.page.locator(f'#save[data-state="{state}"]', has_text=words).wait_for()


def stored(person: Person, box: str) -> str:
    """What the server has, as a second window of the same browser shows it."""
    window = person.context.new_page()
    window.goto(STEP)
    text = window.locator(box).input_value()
    window.close()
    return text


def test_the_header_says_whether_the_words_are_saved(ana: Person) -> None:
    assert ana.saved().inner_text() == ""
    ana.page.locator(FIRST_NAME).fill("Ana")
    says(ana, "busy", "Not saved yet")
    says(ana, "ok", "Saved")
    assert re.search(r"Saved \d{1,2}:\d\d", ana.saved().inner_text())
    assert ana.saved().get_attribute("role") == "status"
    assert stored(ana, FIRST_NAME) == "Ana"


def test_without_connection_the_page_says_so_and_saves_by_itself_when_it_is_back(
    ana: Person,
) -> None:
    ana.context.set_offline(True)
    ana.page.locator(FIRST_NAME).fill("Ana")
    says(ana, "bad", "Not saved: no connection. Keep this page open")
    ana.page.locator(LAST_NAME).fill("Moreno")
    ana.context.set_offline(False)
    says(ana, "ok", "Saved")
    assert (stored(ana, FIRST_NAME), stored(ana, LAST_NAME)) == ("Ana", "Moreno")


def test_it_tries_again_less_and_less_often(visit: Visit) -> None:
    ana, tries = visit(), []
    ana.start()
    ana.page.clock.install()
    ana.page.goto(STEP)

    def fail(route: Route) -> None:
        tries.append(route.request.url)
        route.fulfill(status=503)

    ana.page.route("**/autosave", fail)
    ana.page.locator(FIRST_NAME).fill("Ana")
    ana.page.clock.run_for(800)
    says(ana, "bad", "Not saved. Keep this page open, we try again")
    counts = []
    for seconds in (3, 2, 7, 2, 15, 2):
        ana.page.clock.run_for(seconds * 1000)
        ana.page.wait_for_timeout(100)
        counts.append(len(tries))
    assert counts == [1, 2, 2, 3, 3, 4]
    ana.page.unroute("**/autosave")
    ana.page.clock.run_for(33_000)
    says(ana, "ok", "Saved")


def test_fast_typing_on_a_slow_server_ends_with_the_last_word(ana: Person) -> None:
    def slowly(route: Route) -> None:
        ana.page.wait_for_timeout(300)
        route.continue_()

    ana.page.route("**/autosave", slowly)
    for word in ("A", "An", "Ana", "Anna", "Annabel"):
        ana.page.locator(FIRST_NAME).fill(word)
        ana.page.wait_for_timeout(150)
    says(ana, "ok", "Saved")
    assert stored(ana, FIRST_NAME) == "Annabel"


def test_two_windows_of_one_form_are_put_together(ana: Person) -> None:
    other = ana.context.new_page()
    other.goto(STEP)
    ana.page.locator(FIRST_NAME).fill("Ana")
    says(ana, "ok", "Saved")
    other.locator(LAST_NAME).fill("Moreno")
    other.locator('#save[data-state="ok"]').wait_for()
    assert (stored(ana, FIRST_NAME), stored(ana, LAST_NAME)) == ("Ana", "Moreno")


def test_two_windows_that_disagree_are_told_and_the_client_chooses(ana: Person) -> None:
    other = ana.context.new_page()
    other.goto(STEP)
    ana.answer()
    says(ana, "ok", "Saved")
    other.locator(FIRST_NAME).fill("Anne")
    other.locator('#save[data-state="bad"]', has_text="Changed in another window").wait_for()
    other.locator("#step .button").last.click()
    other.get_by_role("heading", name="Two different answers").wait_for()
    other.get_by_role("button", name="Use what I typed here").click()
    other.wait_for_url(lambda url: "/step/" in url and not url.endswith("/name"))
    assert (stored(ana, FIRST_NAME), stored(ana, LAST_NAME)) == ("Anne", "Moreno")


def test_leaving_right_after_the_last_letter_still_saves_it(ana: Person) -> None:
    ana.page.locator(FIRST_NAME).press_sequentially("Ana")
    ana.page.goto("/")
    ana.page.wait_for_timeout(500)
    assert stored(ana, FIRST_NAME) == "Ana"


def test_words_of_a_crashed_page_come_back_and_the_copy_is_removed(ana: Person) -> None:
    ana.page.route("**/autosave", lambda route: route.abort())
    ana.page.locator(FIRST_NAME).fill("Ana")
    says(ana, "bad", "Not saved")
    assert ana.page.evaluate("() => sessionStorage.length") == 1
    ana.page.goto("about:blank")
    ana.page.goto(STEP)
    says(ana, "busy", "We put back what you typed")
    assert ana.page.locator(FIRST_NAME).input_value() == "Ana"
    ana.page.unroute("**/autosave")
    says(ana, "ok", "Saved")
    assert ana.page.evaluate("() => sessionStorage.length + localStorage.length") == 0
    assert stored(ana, FIRST_NAME) == "Ana"


def test_words_of_a_crashed_page_never_come_back_in_another_persons_form(ana: Person) -> None:
    """Two people, one phone: Ana's words were not saved when Bob began their
    form in the same browser.
    """
    ana.page.route("**/autosave", lambda route: route.abort())
    ana.page.locator(FIRST_NAME).fill("Ana")
    says(ana, "bad", "Not saved")
    bob = ana.context.new_page()
    bob.goto("/")
    bob.get_by_role("button", name="Start a new form").click()
    bob.wait_for_url("**/step/**")
    ana.page.goto("about:blank")
    ana.page.goto(STEP)
    ana.page.wait_for_timeout(500)
    assert ana.page.locator(FIRST_NAME).input_value() == ""
