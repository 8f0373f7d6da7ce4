"""People and practices for tests. Everybody here is made up."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient

from intake_app.house import House
from intake_app.services import demo


@dataclass(frozen=True)
class Staff:
    """What Donna knows."""

    sign_in_name: str
    passphrase: str
    recovery: str = ""


def csrf(html: str) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "no CSRF token on the page"
    return found[1]


def set_up(house: House) -> Staff:
    """Stillwater Massage, set up by Donna through the real wizard."""
    recovery = demo.set_up(house)
    return Staff(demo.SIGN_IN_NAME, demo.PASSPHRASE, recovery)


def hire(house: House, who: demo.Account) -> Staff:
    """One more person works at Stillwater Massage."""
    demo.hire(house, who)
    return Staff(who.sign_in_name, who.passphrase)


def sign_in(client: FlaskClient, who: Staff) -> None:
    """Through the sign-in page, as a person does."""
    page = client.get("/sign-in").text
    fields = {"csrf_token": csrf(page), "sign_in_name": who.sign_in_name, "passphrase": who.passphrase}
    answer = client.post("/sign-in", data=fields)
    assert answer.status_code == 303, answer.text
