"""Every page, looked at by machines: axe, the Nu checker, weight, sideways scroll, content security policy."""

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import brotli
import pytest

from tests.e2e.person import Person
from tests.server import Server
from tests.tools import CACHE, HOUSE

Visit = Callable[..., Person]
AXE = CACHE / "axe-core" / "package" / "axe.min.js"
NU = CACHE / "vnu-jar" / "package" / "build" / "dist" / "vnu.jar"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "wcag2aaa", "best-practice"]
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
SCHEMES: tuple[Literal["dark"], Literal["light"]] = ("dark", "light")
COLD, WARM, MAP = 26_000, 2_500, 6_000
HERS = ("/mine", "/mine/correction", "/mine/deletion", "/mine/agreements/cs.informed", "/trust")
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


def complaints(person: Person) -> list[str]:
    """What axe has against this page; checks it cannot decide itself do not count."""
    if not person.page.evaluate("() => 'axe' in window"):
        person.page.evaluate(AXE.read_text())
    found = person.page.evaluate(RUN, RULES)
    return [
        f"{person.page.url}: {one['id']} {[n['html'][:120] for n in one['nodes'][:2]]}" for one in found["violations"]
    ]


def sideways(person: Person) -> int:
    """Pixels that stick out at the right."""
    width: int = person.page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


class Looker:
    """Walks the client's whole way once and notes everything on every page, in light and in dark."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.complaints: list[str] = []
        self.wide: list[str] = []
        self.pages = 0

    def __call__(self, person: Person) -> None:
        self.pages += 1
        for scheme in SCHEMES:
            person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.complaints += [f"{scheme} {one}" for one in complaints(person)]
        if sideways(person) > 0:
            self.wide.append(person.page.url)
        person.page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
        if sideways(person) > 0:
            self.wide.append(f"{person.page.url} at 200 % text")
        person.page.evaluate("() => { document.documentElement.style.fontSize = '' }")


@pytest.fixture(scope="module")
def looked(chromium: object, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    """The client's way on a 360 px wide phone. CSP is switched off only to let axe in."""
    looker = Looker(tmp_path_factory.mktemp("pages"))
    context = chromium.new_context(  # type: ignore[attr-defined]
        viewport={"width": 360, "height": 780}, base_url=server.url, bypass_csp=True
    )
    context.set_default_timeout(10_000)
    person = Person(context.new_page(), context)
    person.page.goto("/")
    looker(person)
    person.page.goto("/i")
    looker(person)
    person.page.goto("/nowhere")
    looker(person)
    person.start()
    person.page.locator("#step .btn").last.click()
    person.page.locator(".sum:not([hidden])").wait_for()
    looker(person)
    person.walk(looker)
    person.sign()
    looker(person)
    for width in (360, 820):
        person.page.set_viewport_size({"width": width, "height": 780})
        for path in HERS:
            person.page.goto(path)
            looker(person)
    yield looker
    context.close()


def test_axe_finds_nothing_on_any_page_of_the_walk(looked: Looker) -> None:
    assert looked.pages > 30
    assert looked.complaints == []


def test_nothing_sticks_out_sideways_on_a_phone_also_with_text_at_200_percent(looked: Looker) -> None:
    assert looked.wide == []


def record_pages(donna: Person) -> list[str]:
    """The pages of the first record in the inbox."""
    donna.page.goto("/records")
    record = donna.page.locator("table.list a").first.get_attribute("href")
    return [f"{record}{page}" for page in OF_A_RECORD]


def complaints_while_typing(donna: Person) -> list[str]:
    """What axe has against the first two pages into which she types a paper form."""
    donna.page.goto("/paper")
    number, day, found = re.findall(r"number <b[^>]*>([\d ]+)</b>", donna.page.content())[0], date.today(), []
    donna.page.goto("/paper/key")
    told = {"number": number, "whose": "Ana Moreno", "month": day.month, "day": day.day, "year": day.year}
    for name, text in told.items():
        donna.page.fill(f'[name="{name}"]', str(text))
    with donna.page.expect_navigation():
        donna.page.get_by_role("button", name="Begin").click()
    for step in ("name", "contact"):
        assert donna.page.url.endswith(f"/intake/step/{step}"), donna.page.locator("#main").inner_text()
        assert donna.page.get_by_label("The paper form").is_visible()
        found += complaints(donna)
        assert sideways(donna) == 0, step
        donna.answer()
        donna.go_on()
    return found


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_axe_finds_nothing_on_the_therapists_pages(chromium: object, server: Server, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=server.url, bypass_csp=True)  # type: ignore[attr-defined]
    donna = Person(context.new_page(), context)
    donna.page.goto("/sign-in")
    found = complaints(donna)
    donna.sign_in(server)
    found += complaints(donna)
    for path in (*STAFF, *record_pages(donna)):
        donna.page.goto(path)
        found += complaints(donna)
        assert sideways(donna) == 0, path
        assert "Moreno" not in donna.page.title()
        if "#" in path:
            assert donna.page.input_value("#number") == "482109375512" and donna.page.url.endswith("/paper/key")
    if width == 360:
        found += complaints_while_typing(donna)
    context.close()
    assert found == []


def packed(data: bytes) -> int:
    return len(brotli.compress(data, quality=11))


def test_pages_are_light(visit: Visit, server: Server) -> None:
    """Brotli bytes: a first page with all its files, a later step, a step with the figure."""
    ana, heavy, files = visit(), [], {}

    def weigh(response: object) -> None:
        url, kind = response.url, response.headers.get("content-type", "")  # type: ignore[attr-defined]
        if response.status != 200 or response.request.method != "GET":  # type: ignore[attr-defined]
            return
        size = packed(response.body())  # type: ignore[attr-defined]
        if "/static/" in url:
            files[url] = size
        elif "html" in kind and "/intake/step/" in url and response.request.headers.get("hx-request"):  # type: ignore[attr-defined]
            pictured = b'class="fig"' in response.body()  # type: ignore[attr-defined]
            if size > (MAP if pictured else WARM):
                heavy.append((url, size))

    ana.page.on("response", weigh)
    ana.start()
    first = packed(ana.page.content().encode()) + sum(files.values())
    ana.walk()
    assert heavy == []
    assert first <= COLD


def test_the_nu_checker_finds_no_error_in_any_page(visit: Visit, server: Server, tmp_path: Path) -> None:
    ana, number = visit(scripts=False), 0

    def keep(person: Person) -> None:
        nonlocal number
        number += 1
        answer = person.context.request.get(person.page.url)
        assert answer.ok, person.page.url
        (tmp_path / f"{number:02}.html").write_text(answer.text())

    ana.start()
    ana.walk(keep)
    ana.sign()
    donna = visit(width=1280, scripts=False)
    donna.sign_in(server)
    for who, paths in ((ana, HERS), (donna, (*STAFF, *record_pages(donna)))):
        for path in paths:
            who.page.goto(path)
            keep(who)
    styles = sorted((HOUSE / "static" / "css").glob("*.css"))
    command = ["java", "-jar", NU, "--errors-only", "--stdout", "--format", "gnu", "--also-check-css"]
    done = subprocess.run(
        [*command, *sorted(tmp_path.glob("*.html")), *styles], capture_output=True, text=True, check=False
    )
    assert number > 40
    assert done.stdout == ""
