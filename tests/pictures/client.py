"""What clients see: the start page, every step, the end, and pages for when something is odd."""

import re

from playwright.sync_api import expect

from tests.pictures.camera import Camera, NotThere
from tests.pictures.visitor import RAE, UNA, Visitor, Visitors

MOST = 150  # pages of one walk
STEP = re.compile(r"^/intake/(?:step|again)/([\w.-]+)(/now)?$")
LINK = re.compile(r"https?://\S+/i#[\w-]+")


def named(path: str) -> str:
    """A picture's name for a page of the walk: the id of the step, or the end of the address."""
    found = STEP.match(path)
    if found:
        kind = "urgent" if found[2] else "again" if "/again/" in path else "step"
        return f"{kind}-{found[1].replace('.', '-')}"
    return path.strip("/").removeprefix("intake/").replace("/", "-")


def begin(client: Visitor) -> None:
    """From the start page to the first step."""
    client.goto("/")
    client.press("Start")
    client.page.wait_for_url("**/intake/**")


def calm_page(client: Visitor, camera: Camera, name: str) -> bool:
    """The page as it comes, and what it says when nothing is entered. True when that led onward."""
    camera.take(client.page, name)
    before = client.page.url
    client.go_on()
    if client.page.url != before or not client.troubled():
        return True
    camera.take(client.page, f"{name}-error")
    return False


def walk(client: Visitor, camera: Camera | None, prefix: str = "", until: str = "/done") -> None:
    """Through the form until an address ends like this. Without a camera no picture is taken."""
    before = ""
    for _ in range(MOST):
        path = client.path
        if path.endswith(until):
            return
        name = f"{prefix}{named(path)}"
        if path.endswith("/now"):
            urgent(client, camera, name)
            continue
        if camera and not client.risky and calm_page(client, camera, name):
            continue
        client.answer(everything=path == before or "/agree" in path)
        if camera and (client.risky or "/agree" in path):
            camera.take(client.page, f"{name}-answered" if "/agree" in path else name)
        before = path
        client.go_on()
        if client.path == path and client.troubled():
            once_more(client, camera, name)
    raise NotThere(f"the walk does not end: {client.path}")


def once_more(client: Visitor, camera: Camera | None, name: str) -> None:
    """What was entered is not enough: enter everything. Raises NotThere with what the page says."""
    if camera:
        camera.take(client.page, f"{name}-problem")
    path = client.path
    client.correct()
    client.answer(everything=True)
    client.go_on()
    if client.path == path and client.troubled():
        said = client.page.get_by_role("alert").first.inner_text()
        raise NotThere(f"{path} asks for more: {' / '.join(said.splitlines())}")


def urgent(client: Visitor, camera: Camera | None, name: str) -> None:
    """A page that says what to do now; the first time somebody stops there, and goes on then."""
    if camera:
        camera.take(client.page, name)
        with camera.trying("stopped"):
            if not client.stopped:
                client.stopped = True
                client.press("Stop here")
                camera.take(client.page, "stopped")
                client.press("Go on with the form")
                return
    client.press(re.compile("I understand"), client.main)


def healthy(visitors: Visitors, camera: Camera) -> None:
    """Somebody well, from the start page to their own page afterwards."""
    una = visitors.come()
    with camera.trying("start page"):
        una.goto("/")
        camera.take(una.page, "start")
    with camera.trying("a healthy walk"):
        begin(una)
        walk(una, camera)
        camera.take(una.page, "done")
    with camera.trying("papers of the client"):
        camera.paper(una.pdf("/intake/copy"), "paper-client-copy")
    own_page(una, camera)


def own_page(una: Visitor, camera: Camera) -> None:
    """What somebody who signed finds afterwards."""
    with camera.trying("own page"):
        una.goto("/mine")
        camera.take(una.page, "mine")
    for kind in ("correction", "deletion"):
        with camera.trying(f"ask for {kind}"):
            una.goto(f"/mine/{kind}")
            camera.take(una.page, f"mine-{kind}")
            una.press("Send", una.main)
            camera.take(una.page, f"mine-{kind}-error")
            una.fill({"text": "My phone number ends with 35."})
            una.press("Send", una.main)
    with camera.trying("take back an agreement"):
        una.goto("/mine")
        una.press(re.compile("^Take back"), una.main)
        camera.take(una.page, "mine-take-back")
        una.press("Take it back", una.main)
        camera.take(una.page, "mine-after")
    with camera.trying("start page after signing"):
        una.goto("/")
        camera.take(una.page, "start-signed")


def risky(visitors: Visitors, camera: Camera) -> None:
    """Somebody who says yes to every question about safety."""
    rae = visitors.come(known=RAE, risky=True)
    with camera.trying("a risky walk"):
        begin(rae)
        walk(rae, camera, "risky-")
        camera.take(rae.page, "risky-done")


def child(visitors: Visitors, camera: Camera) -> None:
    """A parent fills in the form for a child; first the child says no."""
    year = {**UNA, "id-first_name": "Sam", "id-dob-year": "2014", "id-filler": "guardian"}
    parent = visitors.come(known={**year, "guardian_name": "Lee Kim", "name": "Sam Marsh"})
    parent.known["guardian_relationship"] = "mother"
    with camera.trying("a form for a child"):
        begin(parent)
        parent.fill({"id-filler": "guardian"})
        parent.answer()
        camera.take(parent.page, "child-step-name")
        walk(parent, None, until="/step/child")
        camera.take(parent.page, "child-step")
    with camera.trying("a child says no"):
        before = parent.path
        parent.answer()
        parent.go_on()
        camera.take(parent.page, "child-said-no")
        parent.goto(before)
        for one in parent.fields():
            if "yes" in one["values"]:
                parent.fill({one["name"]: "yes"})
        parent.go_on()
    with camera.trying("a parent signs"):
        walk(parent, None, until="/intake/sign")
        camera.take(parent.page, "child-sign")
        parent.go_on()
        camera.take(parent.page, "child-sign-error")


def later(visitors: Visitors, camera: Camera) -> None:
    """Saved for later, opened elsewhere, and forms that are not where they were."""
    una = visitors.come()
    with camera.trying("saved for later"):
        begin(una)
        una.answer()
        una.go_on()
        una.answer()
        una.press("Finish later")
        camera.take(una.page, "later")
    found = LINK.search(una.main.inner_text())
    with camera.trying("half-done paper"):
        camera.paper(una.pdf("/intake/paper"), "paper-half-done")
        una.goto("/intake/paper")
        camera.take(una.page, "half-done")
    with camera.trying("start page with a form begun"):
        una.goto("/")
        camera.take(una.page, "start-resumable")
    with camera.trying("a code for the tablet"):
        una.goto("/intake/later")
        una.press("Go on on the practice’s tablet")
        camera.take(una.page, "move-code")
    with camera.trying("a link opened on another device"):
        if not found:
            raise NotThere("/intake/later shows no link")
        other = visitors.come()
        other.page.goto(found[0])
        other.page.wait_for_url(re.compile("/intake|/identity"))
        camera.take(other.page, "identity")
        other.press("Open my form")
        camera.take(other.page, "identity-error")
        other.fill({"month": "3", "day": "14", "year": "1955"})
        other.press("Open my form")
        una.page.goto("/intake")
        camera.take(una.page, "opened-elsewhere")


def odd(visitors: Visitors, camera: Camera) -> None:
    """No such page, no form, no network, and two windows with two answers."""
    somebody = visitors.come()
    for name, path in {"lost-form": "/intake/step/name", "no-such-page": "/nowhere"}.items():
        with camera.trying(name):
            somebody.page.goto(path)
            camera.take(somebody.page, name)
    for name, path in {"code": "/i", "trust": "/trust"}.items():
        with camera.trying(name):
            somebody.goto(path)
            camera.take(somebody.page, name)
    with camera.trying("a wrong code"):
        somebody.goto("/i")
        somebody.fill({"code": "nothing"})
        somebody.press("Open my form")
        camera.take(somebody.page, "code-wrong")
    with camera.trying("a form in Spanish"):
        maria = visitors.come()
        maria.goto("/")
        maria.press(re.compile("^Español"))
        camera.take(maria.page, "spanish-step")
    with camera.trying("no network"):
        una = visitors.come()
        begin(una)
        una.answer()
        una.page.context.set_offline(True)
        una.main.get_by_role("button", name=re.compile("^Continue")).last.click()
        expect(una.page.get_by_text("could not reach the server")).to_be_visible()
        camera.take(una.page, "offline")
        una.page.context.set_offline(False)
    two_windows(visitors, camera)


def two_windows(visitors: Visitors, camera: Camera) -> None:
    """The same page changed in two tabs; a new form begun while the old one is open in a tab."""
    one = visitors.come()
    with camera.trying("two different answers"):
        begin(one)
        one.answer()
        one.page.get_by_text(re.compile("^Saved")).wait_for()
        other = visitors.joined(one.context)
        other.goto(one.path)
        other.fill({"id-first_name": "Anna"})
        other.answer()
        other.go_on()
        one.fill({"id-first_name": "Anne"})
        one.go_on()
        camera.take(one.page, "conflict")
    with camera.trying("another form was begun"):
        old, new = visitors.joined(one.context), visitors.joined(one.context)
        old.goto("/intake")
        new.goto("/")
        new.press("Start a new form")
        old.answer()
        old.go_on()
        camera.take(old.page, "other-form")
