"""A person at a browser: sees headings and labels, taps and types. The page object of the walk."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pyotp
from playwright.sync_api import BrowserContext, Locator, Page

from tests.support.form_walker import CALM
from tests.support.people import DONNA, Account, let_time_pass
from tests.support.server import Server

ANA = {
    "id-first_name": "Ana",
    "id-last_name": "Moreno",
    "id-dob-month": "3",
    "id-dob-day": "14",
    "id-dob-year": "1955",
    "id-phone": "920 555 0134",
    "em-name": "Lucia Moreno",
    "em-phone": "(920) 555-0177",
}

NEEDED = """() => {
  const up = e => e.parentElement.closest('fieldset');
  const asked = e => { let f = e.closest('fieldset'); while (up(f)) f = up(f); return f; };
  const free = f => f.querySelector('legend').textContent.includes('(optional)');
  const boxes = [...document.querySelectorAll('#step fieldset input')];
  return [...new Set(boxes
    .filter(e => /radio|checkbox/.test(e.type) && e.name !== 'view')
    .filter(e => !free(asked(e)) && asked(e).offsetParent !== null)
    .map(e => e.name))];
}"""


EMPTY = (
    """() => [...document.querySelectorAll('#step input')].filter(e => !e.value).map(e => e.name)"""
)


@dataclass
class Person:
    """Somebody on the way through the form. `trouble` collects what a browser complains about."""

    page: Page
    context: BrowserContext
    trouble: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on(
            "console", lambda m: self.trouble.append(m.text) if m.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on(
            "request",
            lambda request: self.hosts.add(re.sub(r"^\w+://([^/]*).*", r"\1", request.url)),
        )

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def start(self) -> None:
        """From the practice's start page."""
        self.page.goto("/")
        self.page.get_by_role("button", name="Start").click()
        self.page.wait_for_url("**/intake/step/**")

    def go_on(self) -> None:
        """Press the page's one big button and wait until another page has come."""
        button = self.page.locator("#main form .button").last
        button = button if button.count() else self.page.locator("#main a.button").last
        if self.page.locator("#step").count() and self.page.evaluate("() => 'htmx' in window"):
            before = self.page.locator("#main").element_handle()
            button.click()
            self.page.wait_for_function("old => !old.isConnected", arg=before)
        else:
            with self.page.expect_navigation():
                button.click()

    def answer(self) -> None:
        """Answer what is needed on this page, as calmly as possible."""
        for name in self._empty():
            self.page.locator(f'[name="{name}"]').fill(ANA[name])
        for name in self._needed():
            self._choose(name)

    def _empty(self) -> list[str]:
        """Names of the boxes on this page that they know what to write into and have not."""
        names: list[str] = self.page.evaluate(EMPTY)
        return [name for name in ANA if name in names]

    def _needed(self) -> list[str]:
        """Names of the taps and ticks on view that need an answer:
        their question does not say “(optional)”.
        """
        names: list[str] = self.page.evaluate(NEEDED)
        return names

    def _choose(self, name: str) -> None:
        if self.page.locator(f'[name="{name}"]:checked').count():
            return
        values = self.values(name)
        calm = next((value for value in CALM if value in values), values[0])
        box = self.page.locator(f'[name="{name}"][value="{calm}"]')
        if box.is_visible():
            box.check()

    def values(self, name: str) -> list[str]:
        """What can be chosen under this name."""
        found: list[str] = self.page.locator(f'[name="{name}"]').evaluate_all(
            "boxes => boxes.map(e => e.value)"
        )
        return found

    def walk(self, at_each_page: Callable[["Person"], None] = lambda _: None) -> None:
        """From the first step to the page that asks for a signature."""
        for _ in range(60):
            if "/intake/sign" in self.page.url:
                at_each_page(self)
                return
            if "/intake/agree" in self.page.url:
                self.agree()
            elif "/intake/step/" in self.page.url:
                self.answer()
            at_each_page(self)
            self.go_on()
        raise AssertionError(f"the walk does not end: {self.page.url}")

    def agree(self) -> None:
        """Tick everything that is needed."""
        ticks = self.page.locator("section.card input[type=checkbox]")
        for name in ticks.evaluate_all("ticks => ticks.filter(e => !e.checked).map(e => e.name)"):
            self.page.locator(f'[name="{name}"]').check()

    def sign(self, name: str = "Ana Moreno") -> None:
        """Type the name and send."""
        self.page.locator('[name="name"]').fill(name)
        self.page.get_by_role("button", name="Sign and send").click()
        self.page.wait_for_url("**/intake/done", timeout=40_000)

    def sign_in(self, server: Server, who: Account = DONNA, at: str = "") -> None:
        """Somebody who works here comes in, through both pages,
        and waits until the page's scripts run.
        """
        let_time_pass(server.engine())
        self.page.goto(f"{at}/sign-in")
        self.page.fill('[name="sign_in_name"]', who.sign_in_name)
        self.page.fill('[name="passphrase"]', who.passphrase)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.fill('[name="code"]', pyotp.TOTP(who.seed).now())
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("button", name="Lock now").wait_for()
        self.page.wait_for_load_state()

    def saved(self) -> Locator:
        """What the header says about saving."""
        return self.page.locator("#save")
