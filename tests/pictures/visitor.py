"""Somebody at a browser who knows addresses, field names, roles and visible words, nothing else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.pictures.app import App
from tests.pictures.camera import NotThere

TURN_MILLISECONDS = 45_000
ADDRESSES = (f"198.51.100.{host}" for host in count(1))
"""Every visitor comes from an address of their own: the app counts tries by address."""

CALM = ("no", "none", "never", "no_problem", "medium", "m60", "relax_stress", "face_down", "na")
EVADING = {*CALM, "unsure", "not_sure", "person", "in_person", "prefer_not", "self"}
MANY = 30  # a list this long is one of places on the body
NUMBERS = {"rp-weeks": "24"}
CAREFUL = {"cl-": "no"}  # names that begin so ask whether a doctor agreed
ONWARD = re.compile("^(Continue|I understand|Sign and send|Same as before|Confirm and send)")

Known = dict[str, str] | None
UNA = {
    "id-first_name": "Una",
    "id-last_name": "Marsh",
    "id-dob-month": "3",
    "id-dob-day": "14",
    "id-dob-year": "1955",
    "id-phone": "920 555 0134",
    "em-name": "Lucia Marsh",
    "em-phone": "(920) 555-0177",
    "name": "Una Marsh",
}
RAE = {
    **UNA,
    "id-first_name": "Rae",
    "id-last_name": "Okafor",
    "id-dob-month": "8",
    "id-dob-day": "21",
    "id-dob-year": "1989",
    "id-preferred_name": "Rae",
    "id-email": "rae@example.org",
    "em-name": "Sol Okafor",
    "name": "Rae Okafor",
}

FIELDS = """() => {
  const main = document.querySelector('main') || document.body;
  const shown = e => (e.closest('label') || e).checkVisibility();
  const up = e => e.parentElement && e.parentElement.closest('fieldset');
  const asked = e => { let f = up(e); while (f && up(f)) f = up(f); return f; };
  const words = e => {
    const f = asked(e), l = f ? f.querySelector('legend') : e.labels && e.labels[0];
    return l ? l.textContent : '';
  };
  const found = new Map();
  for (const e of main.querySelectorAll('form input, form select, form textarea')) {
    if (!e.name || e.name === 'view' || e.disabled) continue;
    if (/hidden|submit|button|file/.test(e.type)) continue;
    const picked = /radio|checkbox/.test(e.type);
    const kind = e.tagName === 'SELECT' ? 'select' : picked ? e.type : 'text';
    const one = found.get(e.name) || {
      name: e.name, kind, values: [], chosen: false, value: '', shown: false,
      folded: !!e.closest('details:not([open])'), optional: words(e).includes('(optional)'),
      numeric: e.inputMode === 'numeric', type: e.type, long: e.tagName === 'TEXTAREA'};
    if (kind === 'select') one.values = [...e.options].map(o => o.value).filter(Boolean);
    else if (kind !== 'text') { one.values.push(e.value); one.chosen ||= e.checked; }
    if (kind === 'select' || kind === 'text') { one.value = e.value; one.chosen = !!e.value; }
    one.shown ||= shown(e);
    found.set(e.name, one);
  }
  return [...found.values()];
}"""
MARK = "() => { for (const one of document.querySelectorAll('main h1')) one.lookedAt = true; }"
TURNED = """() => document.readyState !== 'loading' && document.querySelector('main h1')
  && ![...document.querySelectorAll('main h1')].some(one => one.lookedAt)"""
CHOOSE = """(boxes, value) => { const box = boxes.find(one => one.value === value);
  if (box && !box.checked) box.click(); }"""
SELECT = """(box, value) => { box.value = value;
  for (const one of ['input', 'change']) box.dispatchEvent(new Event(one, {bubbles: true})); }"""
PROBLEM = re.compile("There is a problem")
RANGE = re.compile(r"from (\d+) to (\d+)")


@dataclass
class Visitor:
    """`known`: what they write into fields by name. `risky`: they say yes where a calm one says no.

    `stopped`: they have stopped once at a page that told them to get help.
    """

    page: Page
    context: BrowserContext
    app: App
    known: dict[str, str] = field(default_factory=lambda: dict(UNA))
    risky: bool = False
    stopped: bool = False

    @property
    def path(self) -> str:
        """The address without host and question mark."""
        return re.sub(r"^\w+://[^/]*|[?#].*$", "", self.page.url)

    @property
    def main(self) -> Locator:
        """The main part of the page."""
        return self.page.get_by_role("main")

    def goto(self, path: str) -> None:
        """Open a page. Raises NotThere when the app does not have it."""
        answer = self.page.goto(path)
        if answer and answer.status >= 400:
            raise NotThere(f"{path} answers {answer.status}")

    def press(self, words: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Press the last button or link that says this, and wait until another page has come."""
        exact = isinstance(words, str)
        where = within or self.page
        button = where.get_by_role("button", name=words, exact=exact)
        link = where.get_by_role("link", name=words, exact=exact)
        found = button if button.count() else link
        if not found.count():
            raise NotThere(f"{self.path} has no button “{getattr(words, 'pattern', words)}”")
        with self.turning():
            found.last.click(timeout=TURN_MILLISECONDS)

    @contextmanager
    def turning(self) -> Iterator[None]:
        """What happens inside brings another page."""
        self.page.evaluate(MARK)
        yield
        self.page.wait_for_function(TURNED, timeout=TURN_MILLISECONDS)
        self.page.wait_for_load_state()

    def go_on(self) -> None:
        """Press what leads onward from this page."""
        self.press(ONWARD, self.main)

    def troubled(self) -> bool:
        """Whether the page says that something is wrong with what was entered."""
        return self.page.get_by_text(PROBLEM).locator("visible=true").count() > 0

    def fields(self) -> list[dict[str, Any]]:
        """What the page's forms ask, one entry for each field name."""
        found: list[dict[str, Any]] = self.page.evaluate(FIELDS)
        return found

    def fill(self, told: dict[str, str]) -> None:
        """Write into the fields that the page has; it must have one of them."""
        names = {one["name"]: one for one in self.fields()}
        if not names.keys() & told.keys():
            raise NotThere(f"{self.path} has none of the fields {', '.join(told)}")
        for name, text in told.items():
            if name in names:
                self._enter(names[name], text)

    def correct(self) -> None:
        """Where the page asks for a number from here to there, enter one in the middle."""
        for link in self.page.get_by_role("alert").get_by_role("link").all():
            between = RANGE.search(link.inner_text())
            name = (link.get_attribute("href") or "").partition("#")[2]
            if between and name:
                middle = (int(between[1]) + int(between[2])) // 2
                self.page.locator(f'main [id="{name}"]').fill(str(middle))

    def _enter(self, one: dict[str, Any], text: str) -> None:
        here = self.page.locator(f'main [name="{one["name"]}"]')
        if one["kind"] == "select":
            here.first.evaluate(SELECT, text)
        elif one["kind"] == "text":
            here.first.fill(text)
        else:
            here.evaluate_all(CHOOSE, text)

    def answer(self, everything: bool = False) -> None:
        """Answer the page: what is needed, or everything; then what follows from an answer."""
        done: set[str] = set()
        for _ in range(6):
            asked = [one for one in self.fields() if one["name"] not in done]
            wanted = [one for one in asked if self._wants(one, everything)]
            if not wanted:
                return
            for number, one in enumerate(wanted):
                done.add(one["name"])
                for text in self._say(one, number):
                    self._enter(one, text)

    def _wants(self, one: dict[str, Any], everything: bool) -> bool:
        if one["name"] in self.known and one["kind"] == "text":
            return not one["chosen"]
        if one["chosen"] or not (one["shown"] or one["folded"]):
            return False
        if one["folded"]:
            return self.risky and one["kind"] != "text" and len(one["values"]) > 2
        return everything or self.risky or not one["optional"]

    def _say(self, one: dict[str, Any], number: int) -> list[str]:
        """What to answer: values to choose, or one text to write."""
        name, values = one["name"], one["values"]
        if name in self.known:
            return [self.known[name]]
        if one["kind"] == "text":
            return [self._write(one)]
        if one["kind"] == "select":
            return [] if one["folded"] and number % 7 else [values[number % len(values)]]
        if one["kind"] == "radio":
            return [self._choose(name, values)]
        if len(values) >= MANY:
            places = values[:-1] or values
            return places[:: max(1, len(places) // 5)] if self.risky else [self._calm(values)]
        return [v for v in values if v not in EVADING] if self.risky else [self._calm(values)]

    def _choose(self, name: str, values: list[str]) -> str:
        if not self.risky:
            return self._calm(values)
        for begin, text in CAREFUL.items():
            if name.startswith(begin) and text in values:
                return text
        if "7" in values:
            return "7"
        return next((v for v in ("yes", *values) if v in values and v not in EVADING), values[0])

    def _calm(self, values: list[str]) -> str:
        return next((calm for calm in CALM if calm in values), values[0])

    def _write(self, one: dict[str, Any]) -> str:
        name, day = one["name"], datetime.now(UTC) - timedelta(days=40)
        told = {"-month": str(day.month), "-day": str(day.day), "-year": str(day.year)}
        for end, text in told.items():
            if name.endswith(end):
                return text
        if one["numeric"]:
            return NUMBERS.get(name, "5")
        if one["type"] == "email":
            return "somebody@example.org"
        if one["type"] == "tel":
            return "920 555 0190"
        if one["long"]:
            return "My left shoulder aches since I trimmed the hedge. It wakes me at night."
        return "Written for the picture"

    def sign_in(self, who: str) -> None:
        """Through both pages. Raises NotThere when the staff pages do not come."""
        self.goto("/sign-in")
        self.fill({"sign_in_name": who, "passphrase": self.app.people[who]})
        self.press("Sign in", self.main)
        self.second_step(who)

    def second_step(self, who: str) -> None:
        """The code from the phone."""
        self.fill({"code": self.app.code(who)})
        self.press("Sign in", self.main)
        if self.path.startswith("/sign-in"):
            raise NotThere(f"{who} could not sign in")

    def pdf(self, path: str) -> bytes:
        """A paper: the PDF at this address, or the page there as the browser would print it."""
        answer = self.context.request.get(f"{self.app.url}{path}")
        if answer.status >= 400:
            raise NotThere(f"{path} answers {answer.status}")
        if "pdf" in answer.headers.get("content-type", ""):
            return answer.body()
        self.goto(path)
        return self.page.pdf(prefer_css_page_size=True, print_background=True)


@dataclass
class Visitors:
    """Opens the door for them."""

    browser: Browser
    app: App
    _open: list[BrowserContext] = field(default_factory=list)

    def come(self, width: int = 820, known: Known = None, risky: bool = False) -> Visitor:
        """Somebody new, with nothing in the browser."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 1000},
            base_url=self.app.url,
            extra_http_headers={"X-Forwarded-For": next(ADDRESSES)},
        )
        context.set_default_timeout(30_000)
        self._open.append(context)
        return self.joined(context, known, risky)

    def joined(
        self,
        context: BrowserContext,
        known: Known = None,
        risky: bool = False,
    ) -> Visitor:
        """One more tab of a browser."""
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        return Visitor(page, context, self.app, dict(known or UNA), risky)

    def leave(self) -> None:
        """Close every browser that is still open."""
        for context in self._open:
            context.close()
        self._open.clear()
