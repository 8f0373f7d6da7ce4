"""Turning pages with htmx in a real browser: history, focus, errors, one press is one post.

Each trap that htmx sets has its specification here.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, Route

from tests.support.browser_person import Person

Visit = Callable[..., Person]
FOCUS = "() => document.activeElement.tagName.toLowerCase()"


@pytest.fixture
def ana(visit: Visit) -> Person:
    """Ana on the first step, everything that is needed answered."""
    person = visit()
    person.start()
    person.answer()
    return person


def has_focus(person: Person, tag: str) -> None:
    """The keyboard is, or comes to be, on an element of this kind."""
    person.page.wait_for_function("tag => document.activeElement.tagName === tag", arg=tag)


def focus(person: Person) -> str:
    """What kind of element has the keyboard."""
    return str(person.page.evaluate(FOCUS))


def turned(person: Person) -> str:
    """Press Continue; the address of the page that came."""
    person.go_on()
    return person.page.url


def press(person: Person) -> None:
    person.page.locator("#step").get_by_role("button", name="Continue").last.click()


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 503])
def test_an_error_page_never_takes_away_what_was_typed(ana: Person, status: int) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=status, content_type="text/html", body="<h1>Go away</h1>")

    ana.page.route(
        "**/intake/step/name",
        lambda route: refuse(route) if route.request.method == "POST" else None,
    )
    press(ana)
    ana.page.locator("#no-server").wait_for(state="visible")
    assert ana.page.locator('[name="id-last_name"]').input_value() == "Moreno"
    has_focus(ana, "H2")  # the reason is read out
    assert ana.heading != "Go away"
    ana.page.unroute("**/intake/step/name")
    assert not turned(ana).endswith("/name")


def test_a_page_whose_token_is_no_longer_good_keeps_the_form_on_the_screen(ana: Person) -> None:
    ana.page.evaluate("() => { document.querySelector('#step [name=csrf_token]').value = 'stale' }")
    press(ana)
    ana.page.locator("#no-server").wait_for(state="visible")
    assert ana.page.locator('[name="id-first_name"]').input_value() == "Ana"


def test_a_step_that_is_not_right_adds_no_page_to_the_history_and_leads_to_the_mistake(
    ana: Person,
) -> None:
    before, address = ana.page.evaluate("history.length"), ana.page.url
    ana.page.locator('[name="id-last_name"]').fill("")
    press(ana)
    ana.page.locator(".error-summary:not([hidden])").wait_for()
    assert (ana.page.evaluate("history.length"), ana.page.url) == (before, address)
    ana.page.wait_for_function("() => document.activeElement.closest('.error-summary') !== null")
    assert ana.page.title().startswith("Error: ")
    assert ana.page.locator('[name="id-first_name"]').input_value() == "Ana"
    ana.page.locator(".error-summary a").first.click()
    assert ana.page.evaluate("() => document.activeElement.name") == "id-last_name"


def test_after_a_page_turn_the_heading_has_the_focus_and_the_page_is_at_its_top(
    ana: Person,
) -> None:
    ana.page.evaluate("() => scrollTo(0, 9999)")
    turned(ana)
    has_focus(ana, "H1")
    assert ana.page.evaluate("() => scrollY") == 0
    assert ana.heading in ana.page.title()


def test_back_and_forward_bring_the_right_page_with_its_answers(ana: Person) -> None:
    first, name = ana.page.url, ana.heading
    second = turned(ana)
    contact = ana.heading
    ana.page.locator('[name="id-phone"]').fill("920 555 0199")
    ana.page.locator("#save[data-state=ok]").wait_for()
    ana.page.go_back()
    ana.page.get_by_role("heading", level=1, name=name).wait_for()
    assert ana.page.url == first
    assert ana.page.locator('[name="id-first_name"]').input_value() == "Ana"
    has_focus(ana, "H1")
    ana.page.go_forward()
    ana.page.get_by_role("heading", level=1, name=contact).wait_for()
    assert ana.page.url == second
    assert ana.page.locator('[name="id-phone"]').input_value() == "920 555 0199"
    has_focus(ana, "H1")


def test_a_double_click_posts_once_and_the_keyboard_is_not_lost(ana: Person) -> None:
    sent: list[Request] = []
    ana.page.on(
        "request",
        lambda r: sent.append(r) if r.method == "POST" and "autosave" not in r.url else None,
    )
    ana.page.locator("#save[data-state=ok]").wait_for()
    before = ana.page.locator("#main").element_handle()
    ana.page.locator("#step .button").last.dblclick()
    ana.page.wait_for_function("old => !old.isConnected", arg=before)
    assert [request.url.rpartition("/")[2] for request in sent] == ["name"]
    has_focus(ana, "H1")
    ana.page.wait_for_timeout(300)
    assert len(sent) == 1


def test_a_late_autosave_never_overwrites_what_continue_sent(ana: Person) -> None:
    held: list[Route] = []
    ana.page.locator("#save[data-state=ok]").wait_for()
    ana.page.route("**/autosave", lambda route: held.append(route))
    box = ana.page.locator('[name="id-first_name"]')
    box.fill("OLD")
    ana.page.wait_for_timeout(1200)
    box.fill("NEW")
    turned(ana)
    assert held, "no autosave was under way: this test proves nothing"
    for route in held:
        stale = route.fetch()
        assert stale.status in {204, 409}
    ana.page.goto("/intake/step/name")
    assert ana.page.locator('[name="id-first_name"]').input_value() == "NEW"


def test_a_page_that_came_by_htmx_runs_its_own_script(ana: Person) -> None:
    while not ana.page.url.endswith("/areas"):
        ana.answer()
        ana.go_on()
    region = ana.page.locator("[data-figure] [data-r]:visible").first
    name = ana.page.locator("[data-figure]").first.get_attribute("data-figure")
    code = region.get_attribute("data-r")
    focused, scrolled = focus(ana), ana.page.evaluate("() => scrollY")
    region.dispatch_event("click")
    assert ana.page.locator(f'[name="{name}"][value="{code}"]').is_checked()
    assert region.get_attribute("class") == "marked"
    assert (focus(ana), ana.page.evaluate("() => scrollY")) == (focused, scrolled)


def test_a_place_shows_that_it_is_chosen_while_the_mouse_rests_on_it(ana: Person) -> None:
    while not ana.page.url.endswith("/areas"):
        ana.answer()
        ana.go_on()
    region = ana.page.locator("[data-figure] [data-r]:visible").first
    color = "e => getComputedStyle(e).fill"
    plain = region.evaluate(color)
    region.hover()
    hovered = region.evaluate(color)
    region.click()
    chosen = region.evaluate(color)
    ana.page.mouse.move(0, 0)
    assert len({plain, hovered, chosen}) == 3
    assert region.evaluate(color) == chosen


def test_a_question_that_follows_from_an_answer_opens_without_asking_the_server(
    ana: Person,
) -> None:
    asked: list[str] = []
    helper = ana.page.locator('[name="id-helper_name"]')
    assert not helper.is_visible()
    ana.page.locator("#save[data-state=ok]").wait_for()
    ana.page.context.set_offline(True)
    ana.page.on("request", lambda request: asked.append(request.url))
    ana.page.locator('[name="id-filler"]').last.check()
    ana.page.wait_for_timeout(50)
    opened = [
        box
        for box in ana.page.locator('[name="id-filler"]').all()
        if box.check() or helper.is_visible()
    ]
    assert opened
    assert [url for url in asked if "autosave" not in url] == []


def test_no_page_is_left_in_the_browsers_storage(ana: Person) -> None:
    turned(ana)
    kept = ana.page.evaluate("() => [...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
    assert [key for key in kept if not key.startswith("typed:")] == []
    ana.page.locator('[name="id-phone"]').fill("920 555 0199")
    ana.page.locator("#save[data-state=ok]").wait_for()
    assert ana.page.evaluate("() => sessionStorage.length + localStorage.length") == 0
