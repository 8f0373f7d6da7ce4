"""The one picture of the body in a real browser: by finger, by keyboard, and without scripts."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from tests.support.browser_person import Person
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Client
from tests.support.server import Server

MAP = "/intake/step/map"
LOW_BACK = "[data-place=lowback_l]"


def use_form(server: Server, version: str) -> None:
    """Who begins now begins on this version."""
    with transaction(server.engine(), write=True) as session:
        session.execute(update(Practice).values(form_version=version))


@pytest.fixture
def cookies(server: Server) -> Iterator[dict[str, str]]:
    """The browser of somebody who answered the form 2.0.0 and marked nothing."""
    use_form(server, "2.0.0")
    client = Client(server.url, address="198.51.100.253")
    HealthyAdult().walk_to_signature(client)
    yield client.cookies
    use_form(server, "1.1.0")


Come = Callable[..., Page]


@pytest.fixture
def come(visit: Callable[..., Person], server: Server, cookies: dict[str, str]) -> Come:
    """That browser, on the page of the map."""

    def to_map(scripts: bool = True) -> Page:
        person = visit(scripts=scripts)
        url = server.url.replace("http:", "https:")
        for name, value in cookies.items():
            person.context.add_cookies([{"name": name, "value": value, "url": url, "secure": True}])
        person.page.goto(MAP)
        return person.page

    return to_map


def tick(page: Page, name: str, value: str) -> None:
    """Choose a box by its label, as a finger does."""
    page.locator(f'label:has([name="{name}"][value="{value}"])').click()


def test_a_tap_opens_the_marks_right_there_and_done_says_them(come: Come) -> None:
    page = come()
    page.locator("label:has(#v-back)").click()
    page.locator("[data-r=lowback_l]").click()
    place = page.locator(LOW_BACK)
    expect(place.locator("[value=pain]")).to_be_focused()
    expect(page.locator('[name="bm-marks"][value="none"]')).not_to_be_checked()
    tick(page, "bm-marks-lowback_l", "pain")
    tick(page, "bm-marks-lowback_l-pain", "6")
    tick(page, "bm-marks-lowback_l", "lighter")
    tick(page, "bm-marks-lowback_l", "firmer")
    expect(place.locator("[value=lighter]")).not_to_be_checked()
    expect(page.locator("[data-r=lowback_l]")).to_have_class("pain-middle")
    expect(page.locator(".body-view--back .figure-badges text")).to_have_text("6F")
    place.get_by_role("button", name="Done").click()
    expect(place.locator("[data-said]")).to_have_text("pain 6, firmer")
    expect(place.locator("[value=pain]")).to_be_hidden()


def test_a_place_without_a_mark_was_a_slip(come: Come) -> None:
    page = come()
    page.locator("[data-r=face]").click()
    page.keyboard.press("Escape")
    expect(page.locator("[data-place=face]")).to_be_hidden()
    expect(page.locator('[name="bm-marks"][value="face"]')).not_to_be_checked()


def test_the_list_does_the_same_by_keyboard(come: Come) -> None:
    page = come()
    page.get_by_text("Pick places from a list").press("Enter")
    page.locator('[name="bm-marks"][value="calf_r"]').press("Space")
    place = page.locator("[data-place=calf_r]")
    expect(place.locator("[value=pain]")).to_be_focused()
    place.locator("[value=tension]").press("Space")
    place.locator("[value=avoid]").press("Space")
    page.keyboard.press("Escape")
    expect(page.locator('[name="bm-marks"][value="calf_r"]')).to_be_focused()
    expect(place.locator("[data-said]")).to_have_text("do not touch")
    place.get_by_role("button", name="Change Right calf").press("Enter")
    place.get_by_role("button", name="Remove Right calf").press("Enter")
    expect(place).to_be_hidden()
    page.locator('[name="bm-marks"][value="calf_r"]').press("Space")
    expect(place.locator("[data-said]")).to_have_text("do not touch")


def test_without_scripts_the_list_stands_open_and_no_figure_is_dead(come: Come) -> None:
    page = come(scripts=False)
    expect(page.locator(".body-figure").first).to_be_hidden()
    tick(page, "bm-marks", "none")
    tick(page, "bm-marks", "face")
    page.get_by_role("button", name="Say what these places are").click()
    tick(page, "bm-marks-face", "numbness")
    page.get_by_role("button", name="Continue").last.click()
    expect(page).not_to_have_url(MAP)
    page.goto(MAP)
    expect(page.locator("[data-place=face] [data-said]")).to_have_text("numb")
