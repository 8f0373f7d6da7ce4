"""Who works at Stillwater Massage in tests: their accounts, and how each joins and signs in.

The accounts are those of `flask demo`: a server under test may have been filled by it.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from intake_app.accounts import members, second_factor, sessions
from intake_app.accounts.sessions import PendingSignIn, StaffIdentity
from intake_app.core.runtime import Runtime
from intake_app.demo.scenario import DONNA, DORA, PRACTICE, ROSA, Account
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.staff import SecondFactor
from intake_app.practice import first_run, setup_wizard

__all__ = ["DONNA", "DORA", "PRACTICE", "ROSA", "Account"]
ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class Staff:
    """What a person needs to sign in, and, of an owner, the recovery key on their sheet."""

    sign_in_name: str
    passphrase: str
    seed: str
    recovery: str = ""


def csrf(html: str) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "no CSRF token on the page"
    return found[1]


def set_up(runtime: Runtime) -> Staff:
    """Stillwater Massage, set up by Donna through the real steps."""
    begun = first_run.begin_set_up(runtime, first_run.issue_setup_code(runtime), ADDRESS)
    begun = setup_wizard.with_therapist(
        runtime,
        replace(begun, practice=PRACTICE),
        DONNA.name,
        DONNA.sign_in_name,
        DONNA.passphrase,
    )
    sheet = begun.sheet
    assert sheet is not None
    typed = tuple(sheet.groups[number - 1] for number in sheet.asked)
    first_run.finish_set_up(runtime, begun, typed)
    use_form(runtime, "1.1.0")
    enrol(runtime, DONNA)
    return replace(knows(DONNA), recovery=sheet.secret)


def use_form(runtime: Runtime, version: str) -> None:
    """From now on clients of the practice begin on this version of the form.

    A practice that was there before 2.0.0 stays on 1.1.0, which most tests walk through.
    """
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Practice, 1).form_version = version


def knows(who: Account) -> Staff:
    """What somebody of the made-up practice needs to sign in."""
    return Staff(who.sign_in_name, who.passphrase, who.seed)


def hire(runtime: Runtime, who: Account) -> Staff:
    """One more person works at Stillwater Massage:
    Donna invites, they join with a one-time code.
    """
    owner = enter(runtime, DONNA)
    invitation = members.invite(runtime, owner, who.name, who.role)
    members.join(runtime, invitation, who.sign_in_name, who.passphrase, ADDRESS)
    enrol(runtime, who)
    sessions.sign_out(runtime, owner.cookie)
    return knows(who)


def enrol(runtime: Runtime, who: Account) -> None:
    """Set up a second factor, an hour ago, so that the code of this minute is still unused."""
    early = replace(runtime, clock=lambda: runtime.clock() - timedelta(hours=1))
    waiting = _type_passphrase(early, who)
    cookie, _ = second_factor.enrol(early, waiting, who.seed, code(early, who))
    sessions.sign_out(early, cookie)


def wall_clock() -> datetime:
    """Now, by the clock on Stillwater's wall: its day is not always the machine's."""
    return datetime.now(UTC).astimezone(ZoneInfo(PRACTICE.timezone))


def enter(runtime: Runtime, who: Account = DONNA) -> StaffIdentity:
    """Somebody signed in with both factors, without a browser."""
    let_time_pass(runtime.engine)
    waiting = _type_passphrase(runtime, who)
    cookie = second_factor.verify_code(runtime, waiting, code(runtime, who))
    identity = sessions.session_from(runtime, cookie)
    assert identity is not None
    return identity


def code(runtime: Runtime, who: Staff | Account) -> str:
    """What this person's authenticator app shows now."""
    return pyotp.TOTP(who.seed).at(runtime.clock())


def let_time_pass(engine: Engine) -> None:
    """As if half a minute had passed: a code counts once in 30 seconds, tests sign in faster."""
    with transaction(engine, write=True) as session:
        session.execute(update(SecondFactor).values(counter=0))


def sign_in(client: FlaskClient, who: Staff) -> None:
    """Through the two pages, as a person does."""
    runtime: Runtime = client.application.extensions["runtime"]
    let_time_pass(runtime.engine)
    page = client.get("/sign-in").text
    fields = {
        "csrf_token": csrf(page),
        "sign_in_name": who.sign_in_name,
        "passphrase": who.passphrase,
    }
    second = client.post("/sign-in", data=fields, follow_redirects=True).text
    answer = client.post(
        "/sign-in/code", data={"csrf_token": csrf(second), "code": code(runtime, who)}
    )
    assert answer.status_code == 303, answer.text


def _type_passphrase(runtime: Runtime, who: Account) -> PendingSignIn:
    """The first half of signing in. Raises what a wrong passphrase raises."""
    cookie = sessions.sign_in(runtime, who.sign_in_name, who.passphrase, ADDRESS)
    waiting = sessions.pending_sign_in(runtime, cookie)
    assert waiting is not None
    return waiting
