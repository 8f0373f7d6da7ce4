"""The tablet in the waiting room, from the pairing to “cleared”, and the board beside it."""

import re
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.pictures.camera import Camera
from tests.pictures.client import walk
from tests.pictures.visitor import UNA, Visitor, Visitors

BIRTH = {"month": "3", "day": "14", "year": "1955"}
QUIET = 91_000  # milliseconds without a touch, until the form is covered
NOTICES = 15_000  # milliseconds, at most, until the tablet greets somebody who was sent


@dataclass
class Pair:
    """A tablet, and somebody at the desk who sends clients there."""

    tablet: Visitor
    desk: Visitor
    camera: Camera


def tablet(visitors: Visitors, camera: Camera) -> None:
    """All of its pages."""
    pair = Pair(visitors.come(), visitors.come(1280), camera)
    with camera.trying("pair a tablet"):
        pair.desk.sign_in("donna")
        pair.desk.goto("/tablets")
        camera.take(pair.desk.page, "tablets-none")
        pair.desk.fill({"pin": "482917"})
        pair.desk.press("Save the PIN")
        confirm(pair.desk)
        pair.tablet.sign_in("dora")
        pair.tablet.goto("/tablets")
        pair.tablet.fill({"name": "Waiting room"})
        pair.tablet.press("Pair this device")
    welcome(pair)
    with camera.trying("a client at the tablet"):
        sit_down(pair, "Una Marsh")
        camera.take(pair.tablet.page, "tablet-step")
        at_work(pair)
    with camera.trying("the end at the tablet"):
        pair.tablet.goto("/intake")
        walk(pair.tablet, None)
        camera.take(pair.tablet.page, "tablet-done")
        pair.tablet.press("I want a copy on my phone")
        camera.take(pair.tablet.page, "tablet-copy")
    cleared(pair)
    with camera.trying("tablet, are you still there"):
        quiet(pair)
    with camera.trying("tablets in the settings"):
        pair.desk.goto("/tablets")
        camera.take(pair.desk.page, "tablets")
        pair.desk.goto("/tablets/lock-down")
        camera.take(pair.desk.page, "tablets-lock-down")


def confirm(somebody: Visitor) -> None:
    """The app may ask for the passphrase once more."""
    name = "confirm_passphrase"
    if any(one["name"] == name for one in somebody.fields()):
        somebody.fill({name: somebody.app.people["donna"]})
        somebody.press("Continue", somebody.main)


def welcome(pair: Pair) -> None:
    """What the tablet shows while it waits."""
    page, camera = pair.tablet.page, pair.camera
    with camera.trying("tablet welcome"):
        pair.tablet.goto("/kiosk")
        camera.take(page, "tablet-welcome")
        pair.tablet.press("Find my form")
        camera.take(page, "tablet-welcome-error")
    for words in ("Larger text", "More contrast", "Reach low"):
        with camera.trying(f"tablet, {words}"):
            pair.tablet.goto("/kiosk")
            pair.tablet.press(words)
            camera.take(page, f"tablet-{words.lower().replace(' ', '-')}")
            pair.tablet.press(words)
    for name in ("code", "leave"):
        with camera.trying(f"tablet, {name}"):
            pair.tablet.goto(f"/kiosk/{name}")
            camera.take(page, f"tablet-{name}")


def send(desk: Visitor, name: str) -> None:
    """A visit of today, and its client is sent to the tablet."""
    desk.goto("/desk/visits/new")
    desk.fill({"name": name, "at": "12:00", **BIRTH})
    desk.press("Add", desk.main)
    initials = "".join(word[0] for word in name.split())
    desk.goto("/desk")
    desk.press(re.compile(rf"^To a tablet\s+{initials}"))
    desk.goto("/desk")


def sit_down(pair: Pair, name: str) -> None:
    """The tablet greets the client, who taps."""
    pair.tablet.goto("/kiosk")
    send(pair.desk, name)
    start = pair.tablet.page.get_by_role("button", name="Tap to start")
    start.wait_for(timeout=NOTICES)
    pair.camera.take(pair.tablet.page, "tablet-hello")
    pair.camera.take(pair.desk.page, "board-sent-to-tablet")
    pair.tablet.press("Tap to start")
    pair.tablet.known = dict(UNA)


def at_work(pair: Pair) -> None:
    """Help on its way, and the ways off the tablet."""
    tablet, camera = pair.tablet, pair.camera
    with camera.trying("help at the tablet"):
        tablet.page.get_by_role("button", name="I need help").click()
        expect(tablet.page.get_by_role("button", name="Somebody is coming")).to_be_visible()
        camera.take(tablet.page, "tablet-help")
        pair.desk.goto("/desk")
        camera.take(pair.desk.page, "board-help")
        pair.desk.press(re.compile("^I am there"))
    with camera.trying("from the tablet to the phone"):
        tablet.goto("/kiosk/phone")
        camera.take(tablet.page, "tablet-phone")
    with camera.trying("from the tablet to paper"):
        tablet.goto("/intake/paper")
        camera.take(tablet.page, "tablet-paper")


def quiet(pair: Pair) -> None:
    """Nobody touches the tablet: the form is covered. The clock is made up from here on."""
    page = pair.tablet.page
    sit_down(pair, "Vic Lane")
    page.clock.install()
    page.reload()
    page.clock.fast_forward(QUIET)
    expect(page.get_by_role("dialog")).to_be_visible()
    pair.camera.take(page, "tablet-still-there")


def cleared(pair: Pair) -> None:
    """The page says that nothing is left, and leaves by itself three seconds later."""
    page = pair.tablet.page

    def again() -> None:
        pair.tablet.goto("/kiosk/away")
        page.get_by_text("databases:").first.wait_for()

    with pair.camera.trying("tablet cleared"):
        again()
        pair.camera.take(page, "tablet-cleared", again)
