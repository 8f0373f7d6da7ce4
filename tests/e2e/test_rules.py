"""The list of rules follows while Donna types."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.browser_person import Person
from tests.support.server import Server


def test_the_list_follows_the_search(visit: Callable[..., Person], server: Server) -> None:
    donna = visit()
    donna.sign_in(server)
    donna.page.goto("/rules")
    donna.page.fill("#q", "thinner firm")
    expect(donna.page.locator("#count")).to_contain_text("with “thinner firm”")
    assert "q=thinner" in donna.page.url
    donna.page.fill("#q", "zebra")
    expect(donna.page.locator("#found")).to_contain_text("No rule has all of these words.")
