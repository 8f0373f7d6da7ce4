"""The board in a real browser: it follows by itself, keeps the focus,
and says when the connection is gone.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.test_pages import on_every_width
from tests.support import REPOSITORY
from tests.support.browser_person import Person
from tests.support.people import DORA, wall_clock
from tests.support.server import Server

Visit = Callable[..., Person]
FILE = REPOSITORY / "tests" / "ical" / "calendars" / "x_location.ics"
FOLLOWS = 3_000  # milliseconds, the bar for the board


def at_the_desk(person: Person, server: Server) -> Person:
    """Dora signs in."""
    person.sign_in(server, DORA)
    person.page.goto("/desk")
    return person


def add(person: Person, name: str, **more: str) -> str:
    """Add a visit for now, on the day the board shows, by the practice's clock. Returns its id."""
    person.page.goto("/desk/visits/new")
    soon = wall_clock()
    for field, text in {
        "name": name,
        "at": f"{soon:%H:%M}",
        "therapist": "Donna Reyes",
        **more,
    }.items():
        person.page.fill(f'[name="{field}"]', text)
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Add", exact=True).click()
    return person.page.url.rpartition("#v-")[2]


def stage(person: Person, visit: str) -> Any:
    return person.page.locator(f"#v-{visit} .stage")


@pytest.fixture
def dora(visit: Visit, server: Server) -> Person:
    """Dora at their desk, on a wide screen."""
    return at_the_desk(visit(width=1280), server)


def begin(client: Person, link: str) -> None:
    """The client opens their link and answers the first page."""
    client.page.goto(link)
    client.page.wait_for_url("**/intake/step/**")


def link_of(person: Person, visit: str) -> str:
    person.page.locator(f"#link-{visit}").click()
    return str(person.page.locator("#the-link").inner_text())


def test_the_board_follows_the_client_by_itself(dora: Person, visit: Visit) -> None:
    expected = add(dora, "Ana Moreno")
    link = link_of(dora, expected)
    dora.page.goto("/desk")
    ana = visit()
    begin(ana, link)
    stage(dora, expected).get_by_text("Step 1 of 10").wait_for(timeout=FOLLOWS)
    news = dora.page.locator("#news", has_text="Step 1 of 10")
    news.wait_for(state="attached")
    assert "AM" in news.inner_text()
    assert dora.trouble == []


def test_an_update_keeps_the_focus_where_it_is(dora: Person, visit: Visit, server: Server) -> None:
    expected = add(dora, "Focus Keeper")
    dora.page.locator(f"#late-{expected}").focus()
    other = at_the_desk(visit(width=1280), server)
    added = add(other, "Quite Newcomer")
    stage(dora, added).wait_for(timeout=FOLLOWS)
    assert dora.page.evaluate("() => document.activeElement.id") == f"late-{expected}"


def test_the_board_says_when_the_connection_is_gone_and_when_it_is_back(dora: Person) -> None:
    lost = dora.page.locator("#lost")
    dora.page.wait_for_timeout(2_500)
    dora.context.set_offline(True)
    lost.get_by_text(re.compile("No connection. The board shows")).wait_for(timeout=FOLLOWS + 2_000)
    dora.context.set_offline(False)
    dora.page.wait_for_function(
        "() => !document.querySelector('#lost').textContent", timeout=FOLLOWS + 2_000
    )


def test_the_desk_works_by_keyboard_only(dora: Person) -> None:
    expected = add(dora, "Key Board")
    dora.page.locator(f"#arrived-{expected}").focus()
    with dora.page.expect_navigation():
        dora.page.keyboard.press("Enter")
    stage(dora, expected).get_by_text("Arrived").wait_for()


def test_without_javascript_the_same_address_does_the_same(visit: Visit, server: Server) -> None:
    dora = at_the_desk(visit(width=1280, scripts=False), server)
    expected = add(dora, "No Script")
    dora.page.locator(f"#no_show-{expected}").click()
    assert "Did not come" in stage(dora, expected).inner_text()
    dora.page.get_by_role("link", name="Refresh").click()
    assert "/i#" in link_of(dora, expected)
    assert dora.page.get_by_alt_text("QR code of the link below").is_visible()


def test_axe_finds_nothing_on_any_page_of_the_desk(examined: Person, server: Server) -> None:
    dora = at_the_desk(examined, server)
    expected = add(dora, "Ana Moreno", phone="920 555 0134", email="ana@example.org")
    dora.page.locator(f"#late-{expected}").click()
    found = on_every_width(dora)
    dora.page.goto("/desk/visits/new")
    found += on_every_width(dora)
    dora.page.get_by_role("button", name="Add", exact=True).click()
    dora.page.locator(".error-summary").wait_for()
    found += on_every_width(dora)
    dora.page.goto(f"/desk/visits/{expected}")
    found += on_every_width(dora)
    assert "Moreno" not in dora.page.title()
    dora.page.goto("/desk")
    link = link_of(dora, expected)
    found += on_every_width(dora)
    guest = Person(dora.context.new_page(), dora.context)
    begin(guest, link)
    dora.page.goto("/desk")
    dora.page.locator(f"#link-{expected}").click()
    found += on_every_width(dora)
    assert found == []


def test_axe_finds_nothing_on_the_pages_of_the_calendar(examined: Person, server: Server) -> None:
    donna = examined
    donna.sign_in(server)
    donna.page.goto("/desk/rules")
    found = on_every_width(donna)
    donna.page.get_by_role("button", name="Look at it").click()
    donna.page.locator(".error-summary").wait_for()
    found += on_every_width(donna)
    donna.page.set_input_files('[name="file"]', FILE)
    donna.page.get_by_role("button", name="Look at it").click()
    donna.page.wait_for_url("**/preview")
    found += on_every_width(donna)
    donna.page.get_by_role("button", name="Use this calendar").click()
    donna.page.wait_for_url("**/desk")
    assert found == []
