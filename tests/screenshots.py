"""`make screenshots`: the README's pictures, taken from the real app with made-up people."""

import os
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.conftest import CHROMIUM, SWITCHES
from tests.support import REPOSITORY
from tests.support.browser_person import Person
from tests.support.server import Server

PICTURES = Path(os.environ.get("PICTURES", REPOSITORY / ".github" / "pictures"))


def visitor(
    browser: Browser, server: Server, width: int, height: int, dark: bool = False
) -> Person:
    """Somebody with a screen of this size."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=server.url,
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
    )
    context.set_default_timeout(10_000)
    return Person(context.new_page(), context)


def until(person: Person, part: str) -> None:
    """Walk on to the page whose address ends like this."""
    while not person.page.url.endswith(part):
        person.answer()
        person.go_on()


def client(browser: Browser, server: Server) -> None:
    """A step on a phone, the figure on a tablet, the agreement in the dark."""
    ana = visitor(browser, server, 360, 780)
    ana.start()
    ana.page.screenshot(path=PICTURES / "step-phone.png")
    tablet = visitor(browser, server, 820, 1180)
    tablet.start()
    until(tablet, "/map")
    tablet.page.locator("[data-r=lowback_l]").click()
    tablet.page.evaluate("scrollTo(0, 0)")
    tablet.page.screenshot(path=PICTURES / "map-tablet.png")


def therapist(browser: Browser, server: Server, folder: Path) -> None:
    """The inbox on a desk, a record, and the first page of its PDF."""
    donna = visitor(browser, server, 1280, 900)
    donna.sign_in(server)
    donna.page.screenshot(path=PICTURES / "inbox-desktop.png")
    donna.page.get_by_role("link", name="Ana Moreno").first.click()
    donna.page.locator("h1").wait_for()
    donna.page.screenshot(path=PICTURES / "record-desktop.png")
    pdf = folder / "record.pdf"
    pdf.write_bytes(donna.context.request.get(f"{donna.page.url}/pdf").body())
    picture = [
        "pdftoppm",
        "-r",
        "80",
        "-f",
        "1",
        "-l",
        "1",
        "-singlefile",
        "-png",
        pdf,
        PICTURES / "record-pdf",
    ]
    subprocess.run(picture, check=True)


def main() -> None:
    """All of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        server = Server(folder / "data", folder / "log")
        server.command("demo")
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        try:
            client(browser, server)
            therapist(browser, server, folder)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
