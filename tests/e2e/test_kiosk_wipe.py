"""The next person at the tablet looks for the one before:
Back, Forward, Reload, closed tabs, first letters.

The same browser also opens a control page, which is cacheable and forbids nothing:
what was typed there does come back. Without it this test could not fail.
"""

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from intake_app.core.config import from_environment
from intake_app.core.runtime import open_runtime
from tests.e2e.conftest import CHROMIUM, SWITCHES
from tests.e2e.test_desk import add, at_the_desk
from tests.e2e.test_kiosk import BIRTH, paired, send, sit_down
from tests.support import clients
from tests.support.browser_person import Person
from tests.support.server import Server

Visit = Callable[..., Person]
CANARY = "Canaryssima"
CONTROL = (
    b'<!doctype html><html lang="en"><title>Control</title>'
    b'<form><input id="typed" name="typed"></form>'
)
SEEN = """() => {
  const boxes = [...document.querySelectorAll('input, textarea, select')].map(e => e.value);
  const stores = location.protocol === 'about:' ? [] : [sessionStorage, localStorage];
  const kept = stores.map(store => JSON.stringify({...store}));
  return [document.documentElement.outerHTML, ...boxes, ...kept].join(' ');
}"""


class Control(http.server.BaseHTTPRequestHandler):
    """A page that a browser may keep."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "private, max-age=600")
        self.end_headers()
        self.wfile.write(CONTROL)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def control() -> Iterator[str]:
    """The control page's address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Control) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def keeping(chromium: Browser) -> Iterator[Browser]:
    """Chromium as people have it: with its cache of whole pages, which test tools switch off."""
    off = ["--disable-back-forward-cache"]
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=SWITCHES, ignore_default_args=off
    )
    yield browser
    browser.close()


def everything(page: Page) -> str:
    """All that this page shows, holds in its boxes, or keeps."""
    for _ in range(20):
        page.wait_for_timeout(300)
        try:
            return str(page.evaluate(SEEN))
        except Error:  # it turned to another page just now
            continue
    raise TimeoutError(page.url)


def test_nothing_of_one_person_is_seen_by_the_next(
    server: Server, keeping: Browser, control: str, visit: Visit
) -> None:
    context = keeping.new_context(viewport={"width": 820, "height": 1180}, base_url=server.url)
    context.set_default_timeout(20_000)
    page, opened = context.new_page(), set()
    tablet = paired(Person(page, context), server, "Wipe")
    dora = at_the_desk(visit(width=1280), server)
    send(dora, add(dora, f"{CANARY} Moreno", **BIRTH), "Wipe")
    page.on("framenavigated", lambda frame: opened.add(frame.url))

    sit_down(tablet)
    page.fill('[name="id-first_name"]', CANARY)
    page.fill('[name="id-last_name"]', CANARY)
    tablet.answer()
    tablet.go_on()
    page.get_by_role("link", name="Back").click()
    page.locator('[name="id-first_name"]').wait_for()
    assert CANARY in everything(page)
    finish(server, tablet)
    page.get_by_role("link", name="I am done").click()
    page.wait_for_url("**/kiosk/away")
    page.get_by_text("Cleared").wait_for()
    assert [one.split(": ")[1] for one in page.locator("#found p").all_inner_texts()] == [
        "none"
    ] * 6
    page.wait_for_url("**/kiosk")

    assert len([one for one in opened if "/intake/" in one]) > 3
    turn_back(page)
    for address in sorted(opened):
        open_again(context, address)

    page.goto(control)
    page.fill("#typed", CANARY)
    page.goto(f"{control}/next")
    page.evaluate("() => history.back()")
    page.wait_for_url(f"{control}/", wait_until="commit")
    assert CANARY in everything(page)
    context.close()


def turn_back(page: Page) -> None:
    """The next person presses Back, Forward and Reload."""
    for turn in (*["back"] * 12, *["forward"] * 12):
        page.evaluate(f"() => history.{turn}()")
        assert CANARY not in everything(page), (turn, page.url)
    page.reload()
    assert CANARY not in everything(page)


def open_again(context: BrowserContext, address: str) -> None:
    """They open a closed tab again, and type a first letter in each field."""
    again = context.new_page()
    again.goto(address)
    assert CANARY not in everything(again), address
    for box in again.locator("input.input:visible").all():
        box.press("C")
        assert box.input_value() in ("C", "") and box.get_attribute("autocomplete") == "off"
    again.close()


def finish(server: Server, tablet: Person) -> None:
    """The many pages in the middle are answered at once; check, agree and sign are theirs again."""
    token, _, browser = next(
        str(one["value"]) for one in tablet.context.cookies() if one["name"] == "__Host-intake"
    ).partition(".")
    runtime = open_runtime(from_environment(server.environment()))
    clients.walk(
        runtime,
        token,
        browser,
        {**clients.made_up_clients()[0], "id.first_name": CANARY, "id.last_name": CANARY},
    )
    runtime.engine.dispose()
    tablet.page.goto("/intake/check")
    assert CANARY in everything(tablet.page)
    tablet.walk()
    tablet.sign(f"{CANARY} {CANARY}")
