"""A running server with a practice in it, and a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlalchemy import delete

from intake_app.models.engine import transaction
from intake_app.models.visits import Visit
from tests.support.browser_person import Person
from tests.support.server import Server

CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADDRESSES = (f"198.51.{net}.{host}" for net in range(100, 200) for host in range(1, 255))
"""Every test's people come from an address of their own: the server counts tries by address."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Stillwater Massage, open for clients."""
    folder = tmp_path_factory.mktemp("server")
    server = Server(folder / "data", folder / "log", environ={"INTAKE_PROXIES": "1"})
    server.command("demo", "--people", "1")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


def nobody_is_expected(server: Server) -> None:
    """An empty board for whoever comes next."""
    with transaction(server.engine(), write=True) as session:
        session.execute(delete(Visit))


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Callable[..., Person]]:
    """A person with a browser of their own: visit(width=360, scripts=True, dark=False)."""
    contexts: list[BrowserContext] = []
    home = next(ADDRESSES)

    def come(width: int = 360, scripts: bool = True, dark: bool = False) -> Person:
        context = chromium.new_context(
            viewport={"width": width, "height": 780},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            base_url=server.url,
            extra_http_headers={"X-Forwarded-For": home},
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Person(context.new_page(), context)

    yield come
    for context in contexts:
        context.close()
    nobody_is_expected(server)


@pytest.fixture
def examined(chromium: Browser, server: Server) -> Iterator[Person]:
    """Somebody whose pages are examined: content security policy is switched off,
    only to let axe in.
    """
    context = chromium.new_context(base_url=server.url, bypass_csp=True)
    context.set_default_timeout(15_000)
    yield Person(context.new_page(), context)
    context.close()
    nobody_is_expected(server)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where a failing test may leave screenshots."""
    return tmp_path
