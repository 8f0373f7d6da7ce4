"""Letters to expected clients, through a real mail server: alive, dead, refusing, busy."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from intake_app.core.config import Smtp
from intake_app.core.runtime import Runtime
from intake_app.front_desk import board
from intake_app.front_desk import mailer as letters
from intake_app.front_desk.mailer import EnoughReminders, LetterRules, NoAddress
from intake_app.intake import drafts, links
from intake_app.models.engine import transaction
from intake_app.models.letters import OutgoingEmail
from intake_app.visits import visits
from tests.support import clients
from tests.support.front_desk import ANA, expect
from tests.support.people import Staff
from tests.support.server import free_port

NOON = datetime(2026, 11, 21, 18, tzinfo=UTC)


@dataclass
class Postman:
    """A mail server that keeps what it is given, or says what it is told to say."""

    says: str = "250 OK"
    letters: list[Message] = field(default_factory=list)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.says

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


@dataclass
class Post:
    """The practice's mail server, which can be switched off and on."""

    port: int
    postman: Postman = field(default_factory=Postman)
    running: Controller | None = None

    def on(self) -> None:
        self.running = Controller(self.postman, hostname="127.0.0.1", port=self.port)
        self.running.start()

    def off(self) -> None:
        if self.running:
            self.running.stop()
        self.running = None


@pytest.fixture
def post() -> Iterator[Post]:
    """The mail server, on."""
    post = Post(free_port())
    post.on()
    yield post
    post.off()


@pytest.fixture
def runtime(runtime: Runtime, post: Post, practice: Staff) -> Runtime:
    """Noon at Stillwater Massage, which has a mail server."""
    smtp = Smtp(
        "127.0.0.1", post.port, "none", "desk@stillwater.example", "https://intake.example.com"
    )
    object.__setattr__(runtime, "settings", replace(runtime.settings, smtp=smtp))
    at(runtime, 0)
    return runtime


def self_signed(folder: Path) -> ssl.SSLContext:
    """The certificate of somebody who says that they are the mail server."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    )
    builder = (
        builder.serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "mail.pem").write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM) + secret
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "mail.pem")
    return context


def at(runtime: Runtime, hours: float) -> None:
    object.__setattr__(runtime, "clock", lambda: NOON + timedelta(hours=hours))


def text_of(message: Message, kind: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == kind)
    return bytes(part.get_payload(decode=True)).decode()


def seat(runtime: Runtime) -> board.VisitRow:
    return board.load_board(runtime, NOON.date()).seats[0]


def test_a_link_that_exists_already_is_handed_over_at_once_or_not_at_all(
    runtime: Runtime, post: Post
) -> None:
    visit = expect(runtime)
    assert letters.send_now(runtime, visit, "A" * 22, "donna")
    assert "https://intake.example.com/i#" + "A" * 22 in text_of(
        post.postman.letters[0], "text/plain"
    )
    post.off()
    assert not letters.send_now(runtime, visit, "A" * 22, "donna")
    assert letters.send_due(runtime) == 0


def test_an_invitation_in_plain_text_and_html_opens_the_form(runtime: Runtime, post: Post) -> None:
    letters.send(runtime, expect(runtime), "invitation", "desk")
    assert letters.send_due(runtime) == 1
    letter = post.postman.letters[0]
    assert letter["To"] == "ana@example.org" and "Stillwater Massage" in letter["From"]
    link = re.search(r"https://intake.example.com/i#([\w-]{22})\s", text_of(letter, "text/plain"))
    assert link and link[0].strip() in text_of(letter, "text/html")
    assert links.redeem(runtime, link[1]) is not None


def test_no_letter_says_anything_about_health_or_the_client(runtime: Runtime, post: Post) -> None:
    visit = expect(runtime)
    for kind in ("invitation", "reminder"):
        letters.send(runtime, visit, kind, "desk")  # type: ignore[arg-type]
    letters.send_due(runtime)
    said = " ".join(
        f"{m['Subject']} {text_of(m, 'text/plain')} {text_of(m, 'text/html')}"
        for m in post.postman.letters
    )
    said = said.replace("Stillwater Massage", "")
    assert not re.search(
        r"health|pain|medic|massage|intake form|history|injur|pregnan|Moreno|Donna Reyes",
        said,
        re.I,
    )


def test_nothing_that_waits_holds_an_address_or_a_link(runtime: Runtime, post: Post) -> None:
    post.off()
    letters.send(runtime, expect(runtime), "invitation", "desk")
    letters.send_due(runtime)
    everything = b"".join(
        path.read_bytes() for path in runtime.settings.data.iterdir() if path.is_file()
    )
    assert b"ana@example.org" not in everything and b"/i#" not in everything


def test_a_dead_server_loses_nothing_and_the_board_says_so(runtime: Runtime, post: Post) -> None:
    post.off()
    letters.send(runtime, expect(runtime, minutes=600), "invitation", "desk")
    assert letters.send_due(runtime) == 0
    assert seat(runtime).letter == "waiting"
    assert letters.send_due(runtime) == 0, "its next try is in a minute"
    post.on()
    at(runtime, 1 / 30)
    assert letters.send_due(runtime) == 1
    assert seat(runtime).letter == "sent"
    assert len(post.postman.letters) == 1


def test_a_mail_server_with_an_unknown_certificate_gets_no_letter(
    runtime: Runtime, post: Post
) -> None:
    post.off()
    port = free_port()
    impostor = Controller(
        Postman(), hostname="127.0.0.1", port=port, tls_context=self_signed(runtime.settings.data)
    )
    impostor.start()
    smtp = Smtp(
        "127.0.0.1",
        port,
        "starttls",
        "desk@stillwater.example",
        "https://intake.example.com",
        "desk",
        "word",
    )
    object.__setattr__(runtime, "settings", replace(runtime.settings, smtp=smtp))
    letters.send(runtime, expect(runtime, minutes=600), "invitation", "desk")
    assert letters.send_due(runtime) == 0
    impostor.stop()
    assert impostor.handler.letters == [] and seat(runtime).letter == "waiting"


def test_a_busy_server_is_asked_again_more_and_more_slowly(runtime: Runtime, post: Post) -> None:
    post.postman.says = "450 try later"
    letters.send(runtime, expect(runtime, minutes=6000), "invitation", "desk")
    tried = []
    for minute in range(0, 200):
        at(runtime, minute / 60)
        before = _letter(runtime).tries
        letters.send_due(runtime)
        tried += [minute] if _letter(runtime).tries > before else []
    assert tried == [0, 1, 6, 21, 81, 141]
    assert _letter(runtime).state == "waiting"


def test_a_refused_address_is_not_asked_again_and_the_board_says_so(
    runtime: Runtime, post: Post
) -> None:
    post.postman.says = "550 no such user"
    letters.send(runtime, expect(runtime, minutes=600), "invitation", "desk")
    letters.send_due(runtime)
    assert seat(runtime).letter == "refused"
    post.postman.says = "250 OK"
    at(runtime, 5)
    assert letters.send_due(runtime) == 0


def test_reminders_go_out_by_themselves_twice_and_never_again(runtime: Runtime, post: Post) -> None:
    letters.set_rules(runtime, LetterRules(reminder_hours=24), "donna")
    letters.send(runtime, expect(runtime, minutes=60 * 24 * 9), "invitation", "desk")
    for hour in range(0, 24 * 8):
        at(runtime, hour)
        letters.queue_due(runtime)
        letters.send_due(runtime)
    assert [letter["Subject"].split()[0] for letter in post.postman.letters] == [
        "Your",
        "Reminder:",
        "Reminder:",
    ]


def test_nobody_is_reminded_after_the_signature_or_when_reminders_are_off(
    runtime: Runtime, post: Post
) -> None:
    visit = expect(runtime, minutes=60 * 24 * 9)
    letters.send(runtime, visit, "invitation", "desk")
    letters.send_due(runtime)
    letters.set_rules(runtime, LetterRules(reminder_hours=0), "donna")
    at(runtime, 100)
    letters.queue_due(runtime)
    letters.set_rules(runtime, LetterRules(reminder_hours=1), "donna")
    clients.complete(
        runtime,
        links.begin_here(runtime, visit, "desk"),
        drafts.new_browser(),
        clients.made_up_clients()[0],
    )
    letters.queue_due(runtime)
    letters.send_due(runtime)
    assert len(post.postman.letters) == 1


def test_a_reminder_to_somebody_who_has_begun_holds_no_link(runtime: Runtime, post: Post) -> None:
    visit = expect(runtime)
    links.begin_here(runtime, visit, "desk")
    letters.send(runtime, visit, "reminder", "desk")
    letters.send_due(runtime)
    said = text_of(post.postman.letters[0], "text/plain")
    assert "/i#" not in said and "open the message with your link again" in said


def test_the_third_nudge_is_refused(runtime: Runtime) -> None:
    visit = expect(runtime)
    for _ in range(3):
        letters.send_or_remind(runtime, visit, "desk")
    with pytest.raises(EnoughReminders):
        letters.send_or_remind(runtime, visit, "desk")


def test_without_an_address_nothing_is_sent(runtime: Runtime) -> None:
    with pytest.raises(NoAddress):
        letters.send(runtime, expect(runtime, replace(ANA, email="")), "invitation", "desk")


def test_a_visit_that_has_begun_or_was_taken_off_gets_no_letter(
    runtime: Runtime, post: Post
) -> None:
    gone, soon = expect(runtime), expect(runtime, minutes=5)
    for visit in (gone, soon):
        letters.send(runtime, visit, "invitation", "desk")
    visits.remove(runtime, gone, "desk")
    at(runtime, 1)
    assert letters.send_due(runtime) == 0
    assert _letter(runtime).state == "dropped"


def test_an_address_with_a_line_break_sends_no_second_header(runtime: Runtime, post: Post) -> None:
    letters.send(
        runtime,
        expect(runtime, replace(ANA, email="a@example.org\nBcc: b@example.org")),
        "invitation",
        "desk",
    )
    assert letters.send_due(runtime) == 0
    assert post.postman.letters == []
    assert seat(runtime).letter == "refused"


def _letter(runtime: Runtime) -> OutgoingEmail:
    with transaction(runtime.engine, write=False) as session:
        return session.query(OutgoingEmail).one()
