"""What therapists see: the way in, records, cards, caution sheets, and what is printed of them."""

import re
from datetime import UTC, datetime, timedelta

from tests.pictures.camera import Camera, NotThere
from tests.pictures.client import LINK, walk
from tests.pictures.visitor import Visitor, Visitors

PEOPLE = {"ana": "Ana Moreno", "decided": "Dee Walsh", "risky": "Rae Okafor"}
SIMPLE = {
    "paper-key": "/paper/key",
    "erased-none": "/records/erased",
    "rules": "/rules",
    "questions": "/forms",
}


def way_in(visitors: Visitors, camera: Camera) -> None:
    """Sign-in, second step, and their errors."""
    donna = visitors.come(1280)
    with camera.trying("sign-in"):
        donna.goto("/sign-in")
        camera.take(donna.page, "sign-in")
        donna.press("Sign in", donna.main)
        camera.take(donna.page, "sign-in-error")
    for name, path in {"sign-in-sheet": "/sign-in/sheet", "join": "/join"}.items():
        with camera.trying(name):
            donna.goto(path)
            camera.take(donna.page, name)
    with camera.trying("second step"):
        donna.goto("/sign-in")
        donna.fill({"sign_in_name": "rosa", "passphrase": donna.app.people["rosa"]})
        donna.press("Sign in", donna.main)
        camera.take(donna.page, "second-step")
        donna.fill({"code": "12"})
        donna.press("Sign in", donna.main)
        camera.take(donna.page, "second-step-error")
        donna.second_step("rosa")


def staff(visitors: Visitors, camera: Camera) -> None:
    """Inbox and records."""
    way_in(visitors, camera)
    donna = visitors.come(1280)
    with camera.trying("the inbox"):
        donna.sign_in("donna")
        donna.goto("/records")
        camera.take(donna.page, "inbox")
    for short, name in PEOPLE.items():
        with camera.trying(f"the record of {name}"):
            one_record(donna, camera, short, found(donna, name))
    with camera.trying("decisions"):
        decide(donna, camera, found(donna, PEOPLE["ana"]))
    with camera.trying("wishes"):
        wishes(donna, camera)
    for name, path in SIMPLE.items():
        with camera.trying(name):
            donna.goto(path)
            camera.take(donna.page, name)
    with camera.trying("new link"):
        new_link(donna, camera)
    with camera.trying("a returning client"):
        returning(donna, visitors, camera)
    with camera.trying("typing a paper form"):
        key_in(donna, camera)


def found(donna: Visitor, name: str) -> str:
    """The address of the newest record of this client. Raises NotThere."""
    donna.goto("/records")
    link = donna.main.get_by_role("link", name=re.compile(f"^{name}")).first
    if not link.count():
        raise NotThere(f"the inbox does not name {name}")
    return link.get_attribute("href") or ""


def one_record(donna: Visitor, camera: Camera, short: str, record: str) -> None:
    """The record's pages, and its papers."""
    pages = {"record": "", "card": "/card", "caution": "/caution", "keeping": "/keeping"}
    for name, end in pages.items():
        with camera.trying(f"{name} of {short}"):
            donna.goto(f"{record}{end}")
            camera.take(donna.page, f"{name}-{short}")
    donna.goto(record)
    links = [one.get_attribute("href") or "" for one in donna.main.get_by_role("link").all()]
    if f"{record}/apart" in links:
        with camera.trying(f"words kept apart of {short}"):
            donna.goto(f"{record}/apart")
            camera.take(donna.page, f"apart-{short}")
    papers = {"record": "/pdf", "card-a6": "/card", "record-page": "", "caution-page": "/caution"}
    for name, end in papers.items():
        with camera.trying(f"paper {name} of {short}"):
            camera.paper(donna.pdf(f"{record}{end}"), f"paper-{name}-{short}")
    for addendum in [one for one in links if "/addenda/" in one][:1]:
        with camera.trying(f"addendum of {short}"):
            camera.paper(donna.pdf(addendum), f"paper-addendum-{short}")


def decide(donna: Visitor, camera: Camera, record: str) -> None:
    """Half a decision, a draft, and signed decisions."""
    donna.goto(f"{record}/caution")
    donna.press("Sign the decisions")
    camera.take(donna.page, "decisions-error")
    donna.goto(f"{record}/caution")
    for one in donna.fields():
        if one["kind"] == "radio":
            donna.fill({one["name"]: one["values"][0]})
        elif one["long"] or one["name"] != "name":
            donna.fill({one["name"]: "The doctor said on the phone that it is fine."})
    donna.press("Save as draft")
    camera.take(donna.page, "decisions-draft")
    donna.fill({"name": "Donna Reyes"})
    donna.press("Sign the decisions")
    camera.take(donna.page, "decisions-signed")
    donna.goto(f"{record}/caution")
    camera.take(donna.page, "caution-ana-decided")
    donna.goto(record)
    link = donna.page.locator('main a[href*="/addenda/"]').first
    camera.paper(donna.pdf(link.get_attribute("href") or ""), "paper-addendum-ana-decided")


def wishes(donna: Visitor, camera: Camera) -> None:
    """What a client asked for: the inbox names it, a page answers it."""
    donna.goto("/records")
    link = donna.page.locator('main a[href*="/wishes"]').first
    path = link.get_attribute("href") if link.count() else f"{found(donna, PEOPLE['ana'])}/wishes"
    donna.goto(path or "")
    camera.take(donna.page, "wishes")


def new_link(donna: Visitor, camera: Camera) -> None:
    """Ask for a link, wrongly and rightly."""
    donna.goto("/records/new")
    camera.take(donna.page, "new-link")
    donna.fill({"month": "13"})
    donna.press("Make the link")
    camera.take(donna.page, "new-link-error")
    donna.fill({"first_name": "Bea", "month": "7", "day": "2", "year": "1960"})
    donna.press("Make the link")
    camera.take(donna.page, "new-link-made")


def returning(donna: Visitor, visitors: Visitors, camera: Camera) -> None:
    """A client is invited again, and says part by part what is still right."""
    donna.goto(found(donna, "Ben Ode"))
    donna.press("Invite again")
    camera.take(donna.page, "invited-again")
    link = LINK.search(donna.main.inner_text())
    if not link:
        raise NotThere("the page shows no link")
    ben = visitors.come()
    ben.page.goto(link[0])
    ben.page.wait_for_url(re.compile("/intake"))
    ben.fill({"month": "7", "day": "2", "year": "1988"})
    ben.press("Open my form")
    ben.known["name"] = "Ben Ode"
    walk(ben, camera, "returning-")
    donna.goto("/records")
    camera.take(donna.page, "inbox-returned")
    donna.goto(found(donna, "Ben Ode"))
    camera.take(donna.page, "record-returned")


def key_in(donna: Visitor, camera: Camera) -> None:
    """A blank form is printed, and typed from four days later."""
    camera.paper(donna.pdf("/paper"), "paper-form")
    donna.goto("/paper")
    camera.take(donna.page, "paper-form-page")
    number = re.search(r"\b(\d{4}\s?\d{4}\s?\d{4})\b", donna.page.locator("body").inner_text())
    if not number:
        raise NotThere("the paper form shows no number of 12 digits")
    day = datetime.now(UTC) - timedelta(days=4)
    donna.goto("/paper/key")
    donna.press("Begin")
    camera.take(donna.page, "paper-key-error")
    donna.fill({"number": number[1], "whose": "Ana Moreno"})
    donna.fill({"month": str(day.month), "day": str(day.day), "year": str(day.year)})
    donna.press("Begin")
    camera.take(donna.page, "keyed-step")
    walk(donna, None, until="/intake/sign")
    camera.take(donna.page, "keyed-sign")


def retention(visitors: Visitors, camera: Camera) -> None:
    """A record is put on hold, let go, and erased; a receipt stays."""
    donna = visitors.come(1280)
    with camera.trying("erase a record"):
        donna.sign_in("donna")
        erase(donna, camera)


def press_and_confirm(donna: Visitor, camera: Camera, words: str) -> None:
    """Some time after the sign-in, the app asks for the passphrase once more."""
    donna.press(words)
    if any(one["name"] == "confirm_passphrase" for one in donna.fields()):
        camera.take(donna.page, "confirm-passphrase")
        donna.fill({"confirm_passphrase": donna.app.people["donna"]})
        donna.press("Continue", donna.main)


def erase(donna: Visitor, camera: Camera) -> None:
    """Every page of it."""
    record = found(donna, "Chi Tran")
    donna.goto(f"{record}/keeping")
    donna.fill({"reason": "A claim of the insurer."})
    donna.press("Hold it")
    donna.goto(f"{record}/keeping")
    camera.take(donna.page, "keeping-hold")
    donna.press("End the hold")
    donna.goto(f"{record}/keeping")
    press_and_confirm(donna, camera, "Erase this record")
    camera.take(donna.page, "keeping-error")
    for one in donna.fields():
        if one["kind"] in ("radio", "checkbox"):
            donna.fill({one["name"]: one["values"][0]})
    press_and_confirm(donna, camera, "Erase this record")
    camera.take(donna.page, "receipt")
    camera.paper(donna.page.pdf(prefer_css_page_size=True), "paper-receipt")
    donna.goto("/records/erased")
    camera.take(donna.page, "erased")
