"""The front desk with its board, visits and calendar; settings, people, keys; the set-up."""

import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp

from tests.pictures.app import App
from tests.pictures.camera import Camera, NotThere
from tests.pictures.tablet import confirm
from tests.pictures.visitor import Visitor, Visitors

SETTINGS = {
    "account": "/account",
    "account-passphrase": "/account/passphrase",
    "account-second-step": "/account/second-step",
    "people": "/people",
    "people-new": "/people/new",
    "keys": "/keys",
}
SET_UP = {
    "name": "Stillwater Massage",
    "address": "12 Watson Street\nRipon, WI 54971",
    "phone": "920 555 0134",
    "email": "hello@stillwater.example",
    "timezone": "America/Chicago",
    "page_size": "letter",
    "cancellation_policy": "Please tell us 24 hours before.",
    "retention_years": "7",
}
OWNER = {"name": "Donna Reyes", "sign_in_name": "donna"}
PASSPHRASE = "quiet river stones at dawn"


def desk(visitors: Visitors, camera: Camera) -> None:
    """The day, as the front desk and an owner see it."""
    dora = visitors.come(1280)
    with camera.trying("the board"):
        dora.sign_in("dora")
        dora.goto("/desk")
        camera.take(dora.page, "board-desk")
        dora.press("Day after")
        camera.take(dora.page, "board-empty")
    with camera.trying("settings of the desk"):
        dora.goto("/account")
        camera.take(dora.page, "account-desk")
    donna = visitors.come(1280)
    with camera.trying("the board of an owner"):
        donna.sign_in("donna")
        donna.goto("/desk")
        camera.take(donna.page, "board")
    with camera.trying("add a visit"):
        donna.goto("/desk/visits/new")
        camera.take(donna.page, "visit-new")
        donna.press("Add", donna.main)
        camera.take(donna.page, "visit-new-error")
    with camera.trying("a visit"):
        donna.goto("/desk")
        donna.page.locator('main a[href*="/desk/visits/"]').nth(1).click()
        donna.page.wait_for_url(re.compile("/desk/visits/[0-9a-f]{32}"))
        camera.take(donna.page, "visit")
    with camera.trying("a link for a visit"):
        donna.goto("/desk")
        donna.press(re.compile("^Link or QR"))
        camera.take(donna.page, "visit-link")
    with camera.trying("last answers asked for"):
        donna.goto("/desk")
        donna.press(re.compile("^Was here before"))
        camera.take(donna.page, "board-last-answers")
        donna.goto("/records")
        camera.take(donna.page, "inbox-last-answers")
    with camera.trying("calendar and reminders"):
        calendar(donna, camera)


def calendar(donna: Visitor, camera: Camera) -> None:
    """A calendar from a file: asked for, looked at, taken."""
    donna.goto("/desk/rules")
    camera.take(donna.page, "calendar")
    donna.press("Look at it")
    camera.take(donna.page, "calendar-error")
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pictures//EN"]
    for number, who in enumerate(("Ana Moreno", "Theo Brandt", "Bea Olsen")):
        at = soon + timedelta(hours=number)
        lines += ["BEGIN:VEVENT", f"UID:picture-{number}", f"DTSTAMP:{soon:%Y%m%dT%H%M%SZ}"]
        lines += [f"DTSTART:{at:%Y%m%dT%H%M%SZ}", f"DTEND:{at + timedelta(hours=1):%Y%m%dT%H%M%SZ}"]
        lines += [f"SUMMARY:{who}", "DESCRIPTION:Massage 60 min", "END:VEVENT"]
    lines += ["END:VCALENDAR", ""]
    file = {"name": "day.ics", "mimeType": "text/calendar", "buffer": "\r\n".join(lines).encode()}
    donna.page.locator('main [name="file"]').set_input_files(file)
    donna.press("Look at it")
    camera.take(donna.page, "calendar-preview")
    donna.press("Show the examples again")
    donna.press("Use this calendar")
    donna.goto("/desk/rules")
    camera.take(donna.page, "calendar-read")


def settings(visitors: Visitors, camera: Camera) -> None:
    """What an owner looks after."""
    donna = visitors.come(1280)
    with camera.trying("settings"):
        donna.sign_in("donna")
    for name, path in SETTINGS.items():
        with camera.trying(name):
            donna.goto(path)
            camera.take(donna.page, name)
    with camera.trying("close an account"):
        donna.goto("/people")
        donna.press(re.compile("^Close account"))
        camera.take(donna.page, "people-close")
    with camera.trying("a new passphrase, wrongly"):
        donna.goto("/account/passphrase")
        donna.press("Change the passphrase")
        camera.take(donna.page, "account-passphrase-error")
    with camera.trying("invite somebody"):
        invite(donna, visitors, camera)
    with camera.trying("recovery codes"):
        donna.goto("/account")
        donna.press("New recovery codes")
        confirm(donna)
        camera.take(donna.page, "recovery-codes")
        camera.paper(donna.page.pdf(prefer_css_page_size=True), "paper-recovery-codes")


def invite(donna: Visitor, visitors: Visitors, camera: Camera) -> None:
    """A one-time code, and what the invited person sees."""
    donna.goto("/people/new")
    donna.fill({"name": "Kit Alder", "role": "therapist"})
    donna.press("Make the code")
    confirm(donna)
    camera.take(donna.page, "people-code")
    link = re.search(r"https?://\S+/join#\S+", donna.main.inner_text())
    if not link:
        raise NotThere("the page shows no link")
    kit = visitors.come()
    kit.page.goto(link[0])
    kit.press("Continue")
    camera.take(kit.page, "join-passphrase")


def set_up(visitors: Visitors, camera: Camera) -> None:
    """The wizard, in an empty folder with a server of its own, and the first sign-in."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as temporary:
        app = App(visitors.app.tree, Path(temporary) / "data")
        try:
            with camera.trying("set-up"):
                link = re.search(r"https?://\S+/setup#\S+", app.command("setup"))
                if not link:
                    raise NotThere("flask setup prints no link")
                app.start()
                owners = Visitors(visitors.browser, app)
                wizard(owners.come(), camera, link[0])
                owners.leave()
        finally:
            app.stop()


def wizard(owner: Visitor, camera: Camera, link: str) -> None:
    """Every page once as it comes and once with its errors."""
    owner.goto("/")
    camera.take(owner.page, "set-up-not-open")
    owner.goto("/setup")
    camera.take(owner.page, "set-up-code")
    owner.page.goto("about:blank")
    owner.page.goto(link)
    owner.press("Continue", owner.main)
    page(owner, camera, "set-up-practice", lambda: about(owner))
    page(owner, camera, "set-up-therapist", lambda: passphrase(owner))
    camera.take(owner.page, "set-up-sheet")
    camera.paper(owner.page.pdf(prefer_css_page_size=True), "paper-recovery-sheet")
    groups = owner.main.get_by_role("listitem").all_inner_texts()
    owner.press("I have it on paper")
    page(owner, camera, "set-up-proof", lambda: prove(owner, groups), "Finish the set-up")
    camera.take(owner.page, "set-up-ready")
    owner.fill({"sign_in_name": OWNER["sign_in_name"], "passphrase": PASSPHRASE})
    owner.press("Sign in", owner.main)
    camera.take(owner.page, "second-step-set-up")
    shown = " ".join(owner.main.locator("code").all_text_contents())
    seed = re.search(r"\b((?:[A-Z2-7]{4}\s?){8})", shown)
    if not seed:
        raise NotThere("the page shows no key for the phone")
    owner.fill({"code": pyotp.TOTP("".join(seed[1].split())).now()})
    owner.press("Continue", owner.main)
    camera.take(owner.page, "first-recovery-codes")
    owner.goto("/records")
    camera.take(owner.page, "inbox-empty")


def page(
    owner: Visitor,
    camera: Camera,
    name: str,
    fill: Callable[[], None],
    on: str = "Continue",
) -> None:
    """One page of the wizard: as it comes, with nothing entered, then filled in."""
    camera.take(owner.page, name)
    owner.press(on, owner.main)
    camera.take(owner.page, f"{name}-error")
    fill()
    owner.press(on, owner.main)
    if owner.troubled():
        said = owner.page.get_by_role("alert").first.inner_text()
        raise NotThere(f"{name} asks for more: {' / '.join(said.splitlines())}")


def about(owner: Visitor) -> None:
    """The practice; where it is asked to choose, the first choice."""
    owner.fill(SET_UP)
    owner.fill({one["name"]: one["values"][0] for one in owner.fields() if one["kind"] == "radio"})


def passphrase(owner: Visitor) -> None:
    """Name and passphrase, in every field that asks for one."""
    secret = {one["name"]: PASSPHRASE for one in owner.fields() if one["type"] == "password"}
    owner.fill({**OWNER, **secret})


def prove(owner: Visitor, groups: list[str]) -> None:
    """Type the groups that the labels ask for."""
    for label in owner.main.get_by_text(re.compile(r"^Group \d+")).all_inner_texts():
        number = int(re.findall(r"\d+", label)[0])
        owner.main.get_by_label(label, exact=True).fill(groups[number - 1].strip())
