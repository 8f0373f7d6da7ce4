"""Every page, looked at by machines: axe, weight, sideways scroll.
tests/rules/test_html.py has the Nu checker.
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal

import brotli
import pytest
from playwright.sync_api import Browser, Response

from tests.support.browser_person import Person
from tests.support.npm_packages import CACHE
from tests.support.people import wall_clock
from tests.support.server import Server

Visit = Callable[..., Person]
AXE = (CACHE / "axe-core" / "package" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "wcag2aaa", "best-practice"]
COLOURS = ["cat.color"]
RUN = """async tags => {
  const how = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], selectors: false};
  const found = await axe.run(document, how);
  const begins = nodes => nodes.slice(0, 2).map(node => node.html.slice(0, 120));
  return found.violations.map(one => `${one.id} ${begins(one.nodes)}`);
}"""
WIDTHS = (360, 820, 1280)
SCHEMES: dict[Literal["light", "dark"], list[str]] = {"light": RULES, "dark": COLOURS}
COLD, WARM, MAP = (
    26_000,
    2_500,
    6_000,
)  # bytes: a first page with its files, a later step, a step with the figure
CLIENT_PAGES = (
    "/mine",
    "/mine/correction",
    "/mine/deletion",
    "/mine/agreements/cs.informed",
    "/trust",
)
STAFF = (
    "/records",
    "/records/new",
    "/paper/key#482109375512",
    "/records/erased",
    "/desk",
    "/keys",
    "/people",
    "/people/new",
    "/account",
    "/trust",
)
OF_A_RECORD = ("", "/keeping", "/caution", "/card", "/wishes")
MAPS = ("/areas", "/marks", "/where", "/map", "_where", "pressure")


def complaints(person: Person, rules: list[str] = RULES) -> list[str]:
    """What axe has against this page; checks it cannot decide itself do not count."""
    if not person.page.evaluate("() => 'axe' in window"):
        person.page.evaluate(AXE)
    found: list[str] = person.page.evaluate(RUN, rules)
    return [f"{person.page.url}: {one}" for one in found]


def sideways(person: Person) -> int:
    """Pixels that stick out at the right."""
    width: int = person.page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def packed(data: bytes) -> int:
    """Bytes as they come over the network."""
    return len(brotli.compress(data, quality=11))


def in_both_schemes(person: Person) -> list[str]:
    """All rules by day, and by night those about colours: nothing else changes."""
    found = []
    for scheme, rules in SCHEMES.items():
        person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme} {one}" for one in complaints(person, rules)]
    return found


def on_every_width(person: Person) -> list[str]:
    """The same on a phone, a tablet and a desk, and what sticks out at the right.

    The page is loaded once.
    """
    found = []
    for width in WIDTHS:
        person.page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px {one}" for one in in_both_schemes(person)]
        found += [f"{width} px {person.page.url} sticks out"] if sideways(person) > 0 else []
    return found


class Looker:
    """Walks the client's whole way once and notes everything on every page,
    in light and in dark.
    """

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.wide: list[str] = []
        self.weights: list[tuple[str, int, int]] = []
        self.pages = 0

    def __call__(self, person: Person) -> None:
        self.pages += 1
        self.complaints += in_both_schemes(person)
        if sideways(person) > 0:
            self.wide.append(person.page.url)
        person.page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
        if sideways(person) > 0:
            self.wide.append(f"{person.page.url} at 200 % text")
        person.page.evaluate("() => { document.documentElement.style.fontSize = '' }")

    def weigh(self, response: Response) -> None:
        """Note what a step that came by htmx weighs, and how much it may: more with the figure."""
        asked = response.request
        if "/intake/step/" in response.url and asked.method == "GET" and response.status == 200:
            body = response.body() if asked.headers.get("hx-request") else b""
            self.weights.append(
                (response.url, packed(body), MAP if b'class="body-figure"' in body else WARM)
            )


@pytest.fixture(scope="module")
def looked(chromium: Browser, server: Server) -> Iterator[Looker]:
    """The client's way on a 360 px wide phone. CSP is switched off only to let axe in."""
    looker = Looker()
    context = chromium.new_context(
        viewport={"width": 360, "height": 780}, base_url=server.url, bypass_csp=True
    )
    context.set_default_timeout(10_000)
    person = Person(context.new_page(), context)
    for path in ("/", "/i", "/nowhere"):
        person.page.goto(path)
        looker(person)
    person.start()
    person.page.locator("#step .button").last.click()
    person.page.locator(".error-summary:not([hidden])").wait_for()
    looker(person)
    person.page.on("response", looker.weigh)
    person.walk(looker)
    person.sign()
    looker(person)
    for path in CLIENT_PAGES:
        person.page.goto(path)
        for width in (360, 820):
            person.page.set_viewport_size({"width": width, "height": 780})
            looker(person)
    yield looker
    context.close()


def test_axe_finds_nothing_on_any_page_of_the_walk(looked: Looker) -> None:
    assert looked.pages > 30
    assert looked.complaints == []


def test_nothing_sticks_out_sideways_on_a_phone_also_with_text_at_200_percent(
    looked: Looker,
) -> None:
    assert looked.wide == []


def record_pages(donna: Person) -> list[str]:
    """The pages of the first record in the inbox."""
    donna.page.goto("/records")
    record = donna.page.locator("table.card-table a").first.get_attribute("href")
    return [f"{record}{page}" for page in OF_A_RECORD]


def complaints_while_typing(donna: Person) -> list[str]:
    """What axe has against the first two pages into which they type a paper form."""
    donna.page.goto("/paper")
    number, day, found = (
        re.findall(r"number <b[^>]*>([\d ]+)</b>", donna.page.content())[0],
        wall_clock(),
        [],
    )
    donna.page.goto("/paper/key")
    told = {
        "number": number,
        "whose": "Ana Moreno",
        "month": day.month,
        "day": day.day,
        "year": day.year,
    }
    for name, text in told.items():
        donna.page.fill(f'[name="{name}"]', str(text))
    with donna.page.expect_navigation():
        donna.page.get_by_role("button", name="Begin").click()
    for step in ("name", "contact"):
        assert donna.page.url.endswith(f"/intake/step/{step}"), donna.page.locator(
            "#main"
        ).inner_text()
        assert donna.page.get_by_label("The paper form").is_visible()
        found += on_every_width(donna)
        donna.answer()
        donna.go_on()
    return found


def test_axe_finds_nothing_on_the_therapists_pages(examined: Person, server: Server) -> None:
    donna = examined
    donna.page.goto("/sign-in")
    found = on_every_width(donna)
    donna.sign_in(server)
    found += on_every_width(donna)
    for path in (*STAFF, *record_pages(donna)):
        donna.page.goto(path)
        found += on_every_width(donna)
        assert "Moreno" not in donna.page.title()
        if "#" in path:
            assert donna.page.input_value("#number") == "482109375512" and donna.page.url.endswith(
                "/paper/key"
            )
    found += complaints_while_typing(donna)
    assert found == []


def test_the_first_page_with_all_its_files_is_light(visit: Visit) -> None:
    ana, files = visit(), {}

    def weigh(response: Response) -> None:
        if "/static/" in response.url and response.status == 200:
            files[response.url] = packed(response.body())

    ana.page.on("response", weigh)
    ana.start()
    assert files
    assert packed(ana.page.content().encode()) + sum(files.values()) <= COLD


def test_every_later_step_is_light(looked: Looker) -> None:
    assert len(looked.weights) > 20
    assert [(url, size) for url, size, most in looked.weights if size > most] == []
