"""The tablet in a real browser: three devices at once, the clock that puts a form away,
the keyboard, axe.
"""

import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest
import segno
from playwright.sync_api import Error

from intake_app.web.operations.trust import ROOT
from tests.e2e.test_desk import add, at_the_desk, stage
from tests.e2e.test_pages import COLOURS, RULES, complaints, sideways
from tests.support.browser_person import Person
from tests.support.people import DORA
from tests.support.server import Server

Visit = Callable[..., Person]
FOLLOWS = 3_000  # milliseconds, the bar for the board
AT_ONCE = 2_000  # milliseconds until the device left behind is blank
NUMBERS = count(1)  # every tablet has a name of its own
BIRTH = {"month": "3", "day": "14", "year": "1955"}


def paired(person: Person, server: Server, name: str) -> Person:
    """Dora signs in on a new device and makes it a tablet."""
    person.sign_in(server, DORA)
    person.page.goto("/tablets")
    person.page.fill('[name="name"]', name)
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Pair this device").click()
    return person


def send(dora: Person, visit_id: str, tablet: str) -> None:
    """Dora presses “To a tablet”, and chooses one when there are several."""
    dora.page.goto("/desk")
    dora.page.locator(f"#send-{visit_id}").click()
    if "/tablets/send" in dora.page.url:
        dora.page.get_by_role("button", name=tablet).click()
    dora.page.wait_for_url("**/desk*")


def sit_down(tablet: Person) -> None:
    """The tablet greets by itself; the client taps."""
    tablet.page.get_by_role("button", name="Tap to start").click(timeout=FOLLOWS + 5_000)
    tablet.page.wait_for_url("**/intake/step/**")


def typing(dora: Person, tablet: Person, name: str) -> Person:
    """Ana was sent to this tablet and types there, by a clock that the test moves."""
    send(dora, add(dora, "Ana Moreno", **BIRTH), name)
    tablet.page.get_by_role("button", name="Tap to start").wait_for(timeout=FOLLOWS + 5_000)
    tablet.page.clock.install()
    sit_down(tablet)
    tablet.page.locator('[name="id-first_name"]').fill("CANARY")
    return tablet


def scan(tablet: Person) -> str:
    """What the picture says. The code that stands below it for people without a camera
    is proven to be the same.
    """
    tablet.page.locator("img.qr-code").wait_for()
    address = str(tablet.page.locator("#link").inner_text())
    picture = segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4)
    assert tablet.page.locator("img.qr-code").get_attribute("src") == picture
    return address


@pytest.fixture
def dora(visit: Visit, server: Server) -> Person:
    """Dora at their desk, on a wide screen."""
    return at_the_desk(visit(width=1280), server)


def test_half_on_the_tablet_half_on_the_phone_and_the_board_follows(
    dora: Person, visit: Visit, server: Server
) -> None:
    tablet = paired(visit(width=820), server, "Three devices")
    expected = add(dora, "Ana Moreno", **BIRTH)
    send(dora, expected, "Three devices")
    sit_down(tablet)
    stage(dora, expected).get_by_text("Step 1 of 10").wait_for(timeout=FOLLOWS)
    for _ in range(4):
        tablet.answer()
        tablet.go_on()
    tablet.page.get_by_role("link", name="Go on on my phone").click()
    phone = visit()
    phone.page.goto(scan(tablet))
    tablet.page.wait_for_function("() => !location.pathname.startsWith('/intake')", timeout=AT_ONCE)
    tablet.page.wait_for_url("**/kiosk", timeout=15_000)
    assert "Moreno" not in tablet.page.content()
    assert "__Host-intake" not in {one["name"] for one in tablet.context.cookies()}
    for box, text in BIRTH.items():
        phone.page.fill(f'[name="{box}"]', text)
    phone.page.get_by_role("button", name="Open my form").click()
    phone.page.wait_for_url("**/intake/step/**")
    phone.walk()
    phone.sign()
    stage(dora, expected).get_by_text("Signed").wait_for(timeout=FOLLOWS)
    assert phone.heading == "Thank you. You are done."
    assert tablet.trouble == [] and phone.trouble == []


def test_a_tablet_that_was_offline_shows_nothing_when_it_comes_back(
    dora: Person, visit: Visit, server: Server
) -> None:
    tablet = paired(visit(width=820), server, "Offline")
    expected = add(dora, "Ana Moreno")
    send(dora, expected, "Offline")
    sit_down(tablet)
    tablet.page.locator('[name="id-first_name"]').fill("CANARY")
    tablet.page.get_by_role("link", name="Go on on my phone").click()
    address = scan(tablet)
    tablet.page.get_by_role("link", name="Stay on this tablet").click()
    tablet.page.locator('[name="id-first_name"]').wait_for()
    assert tablet.page.input_value('[name="id-first_name"]') == "CANARY"
    tablet.context.set_offline(True)
    phone = visit()
    phone.page.goto(address)
    phone.page.wait_for_url("**/intake/step/**")
    assert phone.page.input_value('[name="id-first_name"]') == "CANARY"
    tablet.context.set_offline(False)
    tablet.page.wait_for_function("() => !location.pathname.startsWith('/intake')", timeout=AT_ONCE)
    tablet.page.wait_for_url("**/kiosk", timeout=15_000)
    assert "CANARY" not in tablet.page.content()


def test_nobody_there_covers_the_form_and_then_puts_it_away(
    dora: Person, visit: Visit, server: Server
) -> None:
    tablet = typing(dora, paired(visit(width=820), server, "Quiet"), "Quiet")
    tablet.page.clock.run_for(2_000)
    tablet.saved().get_by_text("Saved").wait_for()
    tablet.page.clock.fast_forward(91_000)
    dialog = tablet.page.locator("#idle")
    dialog.wait_for(state="visible")
    assert tablet.page.evaluate("() => document.activeElement.id") == "still-here"
    cover = tablet.page.evaluate(
        "() => getComputedStyle(document.querySelector('#idle')).backgroundColor"
    )
    assert re.fullmatch(r"rgb\(\d+, \d+, \d+\)", cover)
    tablet.page.keyboard.press("Enter")
    dialog.wait_for(state="hidden")
    tablet.page.clock.fast_forward(91_000)
    dialog.wait_for(state="visible")
    tablet.page.clock.fast_forward(31_000)
    tablet.page.locator("#self-test").wait_for(state="attached")
    assert "CANARY" not in tablet.page.content()
    assert "__Host-intake" not in {one["name"] for one in tablet.context.cookies()}


def test_without_a_connection_no_tap_brings_back_the_form_of_somebody_who_left(
    dora: Person, visit: Visit, server: Server
) -> None:
    tablet = typing(dora, paired(visit(width=820), server, "Far away"), "Far away")
    tablet.context.set_offline(True)
    tablet.page.clock.fast_forward(121_000)
    tablet.page.get_by_role("heading", name="This form is closed").wait_for()
    assert tablet.page.get_by_text("please give it to the desk").is_visible()
    assert not tablet.page.locator("#still-here").is_visible()
    tablet.page.keyboard.press("Escape")
    tablet.page.clock.run_for(5_000)
    assert tablet.page.locator("#idle").is_visible()
    assert (
        tablet.page.evaluate(
            "() => document.querySelector('#main').textContent + sessionStorage.length"
        )
        == "0"
    )
    assert tablet.page.url.endswith("/kiosk/away")
    tablet.context.set_offline(False)
    with suppress(
        Error
    ):  # once it is online the page may already be on its way to the welcome page
        tablet.page.reload()
    tablet.page.locator("#self-test").wait_for(state="attached")
    assert "CANARY" not in tablet.page.content()
    assert "__Host-intake" not in {one["name"] for one in tablet.context.cookies()}


@pytest.fixture
def looking(examined: Person, server: Server) -> tuple[Person, str]:
    """A tablet with axe let in, and its own name."""
    examined.page.set_viewport_size({"width": 820, "height": 1180})
    name = f"Axe {next(NUMBERS)}"
    return paired(examined, server, name), name


def in_every_mode(tablet: Person) -> list[str]:
    """What is wrong with this page as it comes, with larger text, and with more contrast,
    where only colours change.

    A mode is a class of the page and nothing else (tests/web/kiosk/test_pages.py):
    it need not come anew for each.
    """
    found = []
    for mode, rules in {"": RULES, "comfort-large": RULES, "comfort-contrast": COLOURS}.items():
        tablet.page.evaluate("mode => { document.documentElement.className += ` ${mode}` }", mode)
        found += [f"{mode} {one}" for one in complaints(tablet, rules)]
        found += [f"{mode} {tablet.page.url} sticks out"] if sideways(tablet) > 0 else []
        tablet.page.evaluate(
            "mode => { if (mode) document.documentElement.classList.remove(mode) }", mode
        )
    return found


def test_axe_finds_nothing_on_any_page_of_the_tablet(
    dora: Person, looking: tuple[Person, str]
) -> None:
    tablet, name = looking
    page = tablet.page
    found = in_every_mode(tablet)
    for pressed in (True, False):
        page.get_by_role("button", name="More contrast", pressed=not pressed).click()
        page.get_by_role("button", name="More contrast", pressed=pressed).wait_for()
        found += complaints(tablet)
    page.get_by_role("button", name="Find my form").click()
    page.locator(".error-summary:not([hidden])").wait_for()
    found += in_every_mode(tablet)
    for link in ("/kiosk/code", "/kiosk/leave"):
        page.goto(link)
        found += in_every_mode(tablet)
    send(dora, add(dora, "Ana Moreno", **BIRTH), name)
    page.get_by_role("button", name="Tap to start").wait_for()
    found += in_every_mode(tablet)
    page.get_by_role("button", name="Tap to start").click()
    page.wait_for_url("**/intake/step/**")
    found += in_every_mode(tablet)
    page.get_by_role("button", name="Continue").last.click()
    page.locator(".error-summary:not([hidden])").wait_for()
    found += in_every_mode(tablet)
    page.evaluate("() => document.querySelector('#idle').showModal()")
    found += in_every_mode(tablet)
    page.evaluate("() => document.querySelector('#idle').close()")
    for link in ("/kiosk/phone", "/intake/paper"):
        page.goto(link)
        found += in_every_mode(tablet)
    page.goto("/kiosk/away")
    page.locator("#found p").last.wait_for()
    found += in_every_mode(tablet)
    assert found == []


def test_axe_finds_nothing_when_two_fit_at_the_end_and_on_the_copy(
    dora: Person, looking: tuple[Person, str]
) -> None:
    tablet, _ = looking
    page, born = tablet.page, {"month": "7", "day": "2", "year": "1960"}
    for name in ("Bea Quist", "Carl Reed"):
        add(dora, name, **born)
    for box, text in born.items():
        page.fill(f'[name="{box}"]', text)
    page.get_by_role("button", name="Find my form").click()
    page.get_by_role("heading", name="Which initials are yours?").wait_for()
    found = in_every_mode(tablet)
    page.get_by_role("button", name="BQ").click()
    sit_down(tablet)
    tablet.walk()
    found += in_every_mode(tablet)
    tablet.sign()
    found += in_every_mode(tablet)
    page.get_by_role("link", name="I want a copy on my phone").click()
    page.locator("img.qr-code").wait_for()
    found += in_every_mode(tablet)
    assert found == []


def test_axe_finds_nothing_on_the_pages_about_tablets(
    examined: Person, visit: Visit, server: Server
) -> None:
    for name in ("Axe one", "Axe two"):
        paired(visit(width=820), server, name)
    donna = examined
    donna.page.set_viewport_size({"width": 820, "height": 1180})
    donna.sign_in(server)
    expected = add(donna, "Ana Moreno")
    found: list[str] = []
    for path in ("/tablets", "/tablets/lock-down", "/trust"):
        donna.page.goto(path)
        found += complaints(donna)
    donna.page.goto("/tablets")
    donna.page.get_by_role("button", name="Pair this device").click()
    donna.page.locator(".error-summary:not([hidden])").wait_for()
    found += complaints(donna)
    donna.page.goto("/desk")
    donna.page.locator(f"#send-{expected}").click()
    donna.page.get_by_role("heading", name="Which tablet?").wait_for()
    found += complaints(donna)
    (server.data / ROOT).parent.mkdir(parents=True)
    (server.data / ROOT).write_text(ssl.DER_cert_to_PEM_cert(b"a certificate"))
    donna.page.goto("/trust")
    donna.page.get_by_role("heading", name="1. Get the certificate").wait_for()
    found += complaints(donna)
    assert found == []


def test_full_screen_comes_back_with_the_first_tap_on_the_next_page(
    dora: Person, visit: Visit, server: Server
) -> None:
    tablet = paired(visit(width=820), server, "Full")
    button = tablet.page.get_by_role("button", name="Full screen")
    button.click()
    tablet.page.wait_for_function("() => document.fullscreenElement")
    assert button.get_attribute("aria-pressed") == "true"
    send(dora, add(dora, "Ana Moreno"), "Full")
    sit_down(tablet)
    assert not tablet.page.evaluate("() => document.fullscreenElement")
    tablet.page.locator('[name="id-first_name"]').click()
    tablet.page.wait_for_function("() => document.fullscreenElement")
    tablet.page.goto("/kiosk/away")
    tablet.page.wait_for_url("**/kiosk", timeout=15_000)
    assert button.get_attribute("aria-pressed") == "false"
    assert tablet.trouble == []


def test_where_a_browser_has_no_full_screen_nothing_offers_it(visit: Visit, server: Server) -> None:
    tablet = paired(visit(width=820), server, "No full")
    assert tablet.page.get_by_role("button", name="Full screen").is_visible()
    tablet.page.add_init_script(
        "Object.defineProperty(Document.prototype, 'fullscreenEnabled', {get: () => false})"
    )
    tablet.page.reload()
    tablet.page.get_by_role("button", name="Larger text").wait_for()
    assert not tablet.page.get_by_role("button", name="Full screen").is_visible()
