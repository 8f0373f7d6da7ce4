"""Every byte that the front desk receives in a whole day, headers and refusals included:
no answer of any client.

The tablet belongs to the desk, too: what it shows before the client sits down,
and whatever anybody can get out of it once they have pressed “I am done”.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyotp
import pytest

from tests.e2e.test_canary import MARKERS, WORDS, disguises
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Answer, Client
from tests.support.people import DONNA, DORA, Account, let_time_pass, wall_clock
from tests.support.server import Server

PIN = "482109"
NEEDLES = {shape for word in MARKERS for shape in disguises(word)}


class Patient(Client):
    """Somebody who thinks longer than the server keeps an idle connection:
    each request has its own.
    """

    def send(self, *arguments: object, **more: object) -> Answer:
        self.connection = None
        return super().send(*arguments, **more)  # type: ignore[arg-type]


def come_in(server: Server, who: Account, client: Client | None = None) -> Client:
    """Somebody who works here, signed in, on this device or a new one."""
    let_time_pass(server.engine())
    client = client or Patient(server.url)
    fields = dict(client.get("/sign-in").page.form.values())
    second = client.post(
        "/sign-in",
        {**fields, "sign_in_name": who.sign_in_name, "passphrase": who.passphrase}.items(),
    )
    values = {**dict(second.page.form.values()), "code": pyotp.TOTP(who.seed).now()}
    client.post(second.page.form.action or second.path, values.items())
    return client


@dataclass
class Desk:
    """Dora's day."""

    client: Client
    visit: bytes = b""
    version: str = ""
    stages: list[str] = field(default_factory=list)

    def press(self, path: str, **fields: str) -> Answer:
        token = dict(self.client.get("/desk").page.form.values())["csrf_token"]
        return self.client.post(path, {"csrf_token": token, **fields}.items())

    def look(self) -> None:
        """What the board does by itself every two seconds."""
        also = {"HX-Request": "true", "X-By-Itself": "1", "If-None-Match": self.version}
        answer = self.client.send("GET", "/desk", also=also)
        self.version = answer.headers.get("etag", self.version)
        own = answer.body.partition(b'<tr id="v-' + self.visit)[2]
        found = re.search(rb"Not opened|Step \d+ of \d+|Signed|Reviewed by the therapist", own)
        if found and found[0].decode() not in self.stages[-1:]:
            self.stages.append(found[0].decode())


class Watched(Patient):
    """A client at whose every step the desk looks at its board."""

    desk: Desk | None = None

    def send(self, *arguments: object, **more: object) -> Answer:
        answer = super().send(*arguments, **more)
        if self.desk:
            self.desk.look()
        return answer


@dataclass
class Day:
    """The end of it: what the desk got, what Donna got, what the tablet got while the client sat at
    it, and the stages that the board went through.
    """

    desk: bytes
    donna: bytes
    tablet: bytes
    stages: list[str]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A client who says what nobody at the desk may know,
    from their link to the therapist's look.
    """
    folder = tmp_path_factory.mktemp("desk-day")
    server = Server(folder / "data", folder / "log")
    server.command("demo", "--people", "0")
    server.start()
    try:
        yield whole_day(server)
    finally:
        server.stop()


def whole_day(server: Server) -> Day:
    dora, donna, tablet = (
        Desk(come_in(server, DORA)),
        come_in(server, DONNA),
        Watched(server.url),
    )
    press(donna, "/tablets", "/tablets/pin", pin=PIN)
    press(come_in(server, DORA, tablet), "/tablets", "/tablets/pair", name="Waiting room")
    own, code = expect_somebody(dora)
    dora.press(f"/tablets/send/{dora.visit.decode()}")
    for path in ("/kiosk", "/kiosk/code", "/kiosk/leave", "/intake", "/desk"):
        tablet.get(path)
    before = len(tablet.received)
    sign(server, dora, code, tablet)
    after = len(tablet.received)
    leave_behind(server, tablet)
    found = re.search(rb"/records/\w{32}", donna.get("/records").body)
    assert found
    record = found[0].decode()
    donna.get(record)
    dora.look()
    try_everything(dora, own, record)
    seen = dora.client.received + tablet.received[:before] + tablet.received[after:]
    return Day(
        bytes(seen), bytes(donna.received), bytes(tablet.received[before:after]), dora.stages
    )


def expect_somebody(dora: Desk) -> tuple[str, str]:
    """The desk enters a visit, first with a mistake. Returns its address, and the link's code."""
    dora.client.get("/desk/visits/new")
    known = {
        "name": "Ana Visitor",
        "on": str(wall_clock().date()),
        "at": "09:00",
        "therapist": "Donna Reyes",
    }
    dora.press("/desk/visits/new", **{**known, "at": "never"})
    page = dora.press(
        "/desk/visits/new", **known, phone="920 555 0134", email="visitor@example.org"
    ).body
    found = re.search(rb'<tr id="v-(\w{32})">(?:(?!</tr>).)*?>AV<', page, re.S)
    assert found
    dora.visit, own = found[1], f"/desk/visits/{found[1].decode()}"
    link = re.search(rb"/i#([\w-]{22})<", dora.press(f"{own}/link").body)
    assert link
    return own, link[1].decode()


def try_everything(dora: Desk, own: str, record: str) -> None:
    """Every page and every button that the desk has, and those that it has not."""
    of_the_desk = (f"/desk?day={wall_clock().date()}", own, "/desk/rules", "/rules", "/staff")
    not_of_the_desk = (
        "/records",
        "/records/new",
        record,
        f"{record}/pdf",
        "/intake",
        "/intake/check",
        "/intake/copy",
        "/nowhere",
    )
    for path in (*of_the_desk, *not_of_the_desk):
        dora.client.get(path)
    for what in ("link", "anew", "nudge", "mark", "remove", "mark"):
        dora.press(f"{own}/{what}", how="arrived")


def press(client: Client, page: str, path: str, **fields: str) -> Answer:
    """A button of a page, with the marks that the page carries."""
    marks = [
        field
        for field in client.get(page).page.form.values()
        if field[0] in ("csrf_token", "of_form")
    ]
    return client.post(path, [*marks, *fields.items()])


def sign(server: Server, dora: Desk, code: str, tablet: Watched) -> None:
    """The client begins on their phone, moves to the tablet, and signs there;
    the desk looks at each of their steps.
    """
    phone, ana = Watched(server.url), HealthyAdult()
    phone.desk, tablet.desk, ana.known = dora, dora, ana.known | WORDS
    page = press(phone, "/i", "/i", code=code)
    for _ in range(4):
        page = phone.post(page.page.form.action or page.path, ana.fill(page.page.form))
    moving = re.search(
        rb'id="the-code"[^>]*>([\w ]+)<', press(phone, "/intake/later", "/intake/move").body
    )
    assert moving
    press(tablet, "/kiosk/code", "/kiosk/code", code=moving[1].decode())
    path, fields = ana.walk_to_signature(tablet, "/intake")
    assert tablet.post(path, fields).page.heading.startswith(
        "Thank you. Please hand the tablet back."
    )
    tablet.get("/kiosk/copy")
    tablet.desk = None


def leave_behind(server: Server, tablet: Watched) -> None:
    """What anybody at the desk can try on the tablet that was handed back,
    also after the PIN and a sign-in there.
    """
    form = (
        "/intake",
        "/intake/check",
        "/intake/sign",
        "/intake/done",
        "/intake/copy",
        "/intake/paper",
        "/mine",
    )
    for path in ("/kiosk/away", "/kiosk", *form, "/kiosk/phone", "/kiosk/copy", "/kiosk/pulse"):
        tablet.get(path)
    press(tablet, "/kiosk/leave", "/kiosk/leave", pin=PIN)
    come_in(server, DORA, tablet)
    assert b"This page shows no answers" in tablet.get("/desk").body
    for path in ("/tablets", "/tablets/lock-down", *form, "/records", "/paper/key", "/kiosk"):
        tablet.get(path)


def test_no_answer_reaches_the_desk_in_any_disguise(day: Day) -> None:
    assert len(day.desk) > 200_000
    assert [needle for needle in NEEDLES if needle in day.desk] == []


def test_the_same_search_finds_them_in_what_the_therapist_receives(day: Day) -> None:
    assert [word for word in MARKERS if word.encode() in day.donna] != []


def test_and_in_what_the_tablet_received_while_the_client_sat_at_it(day: Day) -> None:
    assert [word for word in MARKERS if word.encode() in day.tablet] != []


def test_the_board_followed_the_whole_way(day: Day) -> None:
    steps = [stage for stage in day.stages if stage.startswith("Step")]
    assert day.stages[0] == "Not opened" and day.stages[-2:] == [
        "Signed",
        "Reviewed by the therapist",
    ]
    assert steps == sorted(steps, key=lambda one: int(one.split()[1])) and len(steps) > 5
