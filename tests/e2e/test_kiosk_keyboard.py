"""The whole walk on the tablet with the keyboard alone, from the greeting to the end."""

from collections.abc import Callable

from playwright.sync_api import Error

from tests.e2e.test_desk import add, at_the_desk
from tests.e2e.test_kiosk import BIRTH, paired, send
from tests.support.browser_person import ANA, Person
from tests.support.form_walker import CALM
from tests.support.server import Server

Visit = Callable[..., Person]


def reach(person: Person, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(150):
        if person.page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector} on {person.page.url}")


class AtTheKeys(Person):
    """Ana without a mouse and without a finger."""

    def answer(self) -> None:
        for name in self._empty():
            reach(self, f'[name="{name}"]')
            self.page.keyboard.type(ANA[name])
        for name in self._needed():
            self._choose(name)

    def _choose(self, name: str) -> None:
        boxes = self.page.locator(f'[name="{name}"]')
        if self.page.locator(f'[name="{name}"]:checked').count() or not boxes.first.is_visible():
            return
        values = self.values(name)
        calm = next((value for value in CALM if value in values), values[0])
        self._press(name, calm, str(boxes.first.get_attribute("type")))

    def _press(self, name: str, calm: str, kind: str) -> None:
        if kind == "checkbox":
            reach(self, f'[name="{name}"][value="{calm}"]')
            return self.page.keyboard.press("Space")
        reach(self, f'[name="{name}"]')
        self.page.keyboard.press("Space")
        for _ in range(20):
            if self.page.locator(f'[name="{name}"][value="{calm}"]').is_checked():
                return None
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keys do not choose {name}")

    def go_on(self) -> None:
        button = (
            "#main form .button:not(.button--secondary)"
            if self.page.locator("#main form .button:not(.button--secondary)").count()
            else "#main a.button"
        )
        before = self.page.locator("#main").element_handle()
        reach(self, button)
        self.page.keyboard.press("Enter")
        for _ in range(150):
            self.page.wait_for_timeout(100)
            try:
                if self.page.evaluate("old => !old.isConnected", before):
                    return
            except Error:  # a whole new page
                return self.page.wait_for_load_state("load")
        raise TimeoutError(self.page.url)

    def agree(self) -> None:
        ticks = self.page.locator("section.card input[type=checkbox]")
        for i in range(ticks.count()):
            name = ticks.nth(i).get_attribute("name")
            if not ticks.nth(i).is_checked():
                reach(self, f'[name="{name}"]')
                self.page.keyboard.press("Space")


def test_the_whole_walk_on_the_tablet_by_keyboard_only(visit: Visit, server: Server) -> None:
    dora, device = (
        at_the_desk(visit(width=1280), server),
        paired(visit(width=820), server, "Keyboard"),
    )
    send(dora, add(dora, "Ana Moreno", **BIRTH), "Keyboard")
    tablet = AtTheKeys(device.page, device.context)
    tablet.page.get_by_role("button", name="Tap to start").wait_for(timeout=8_000)
    reach(tablet, 'form[action$="/start"] .button')
    tablet.page.keyboard.press("Enter")
    tablet.page.wait_for_url("**/intake/step/**")
    tablet.walk()
    reach(tablet, '[name="name"]')
    tablet.page.keyboard.type("Ana Moreno")
    reach(tablet, "#main form .button:not(.button--secondary)")
    tablet.page.keyboard.press("Enter")
    tablet.page.wait_for_url("**/intake/done", timeout=60_000)
    assert tablet.page.locator("#main h1").inner_text() == "Thank you. Please hand the tablet back."
    reach(tablet, "#main a.button.button--large")
    tablet.page.keyboard.press("Enter")
    tablet.page.wait_for_url("**/kiosk/away")
    assert "Moreno" not in tablet.page.content()
