"""People and practices for tests. Everybody here is made up."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from intake_app.accounts import sessions
from intake_app.accounts.sessions import StaffIdentity
from intake_app.core.runtime import Runtime
from intake_app.demo import scenario
from intake_app.models.engine import transaction
from intake_app.models.staff import SecondFactor


@dataclass(frozen=True)
class Staff:
    """What Donna knows, and the seed inside her phone."""

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
    """Stillwater Massage, set up by Donna through the real wizard."""
    recovery = scenario.set_up(runtime)
    return replace(knows(scenario.DONNA), recovery=recovery)


def knows(who: scenario.Account) -> Staff:
    """What somebody of the made-up practice needs to sign in."""
    return Staff(who.sign_in_name, who.passphrase, who.seed)


def hire(runtime: Runtime, who: scenario.Account) -> Staff:
    """One more person works at Stillwater Massage."""
    owner = enter(runtime, scenario.DONNA)
    scenario.hire(runtime, owner, who)
    sessions.sign_out(runtime, owner.cookie)
    return knows(who)


def wall_clock() -> datetime:
    """Now, by the clock on Stillwater's wall: its day is not always the machine's."""
    return datetime.now(UTC).astimezone(ZoneInfo(scenario.PRACTICE.timezone))


def enter(runtime: Runtime, who: scenario.Account = scenario.DONNA) -> StaffIdentity:
    """Somebody signed in with both factors, without a browser."""
    let_time_pass(runtime.engine)
    return scenario.enter(runtime, who)


def code(runtime: Runtime, who: Staff) -> str:
    """What her authenticator app shows now."""
    return pyotp.TOTP(who.seed).at(runtime.clock())


def let_time_pass(engine: Engine) -> None:
    """A code counts once in 30 seconds. Tests sign in more often than that, as if half a minute had passed."""
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
