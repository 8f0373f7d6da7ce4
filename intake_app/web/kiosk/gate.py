"""What a paired tablet may show: the kiosk, and the walk of the one person who sits at it. Nothing else.

Any request that carries a tablet's cookie passes here first, before anybody asks who is signed in.
"""

import hashlib
import hmac
from typing import TypeVar

from flask import Flask, Response, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake_app.accounts import sessions
from intake_app.kiosk import pin, tablets
from intake_app.kiosk import sessions as sittings
from intake_app.kiosk.tablets import TabletView
from intake_app.web.access import STAFF_COOKIE
from intake_app.web.extensions import runtime

COOKIE = "__Host-kiosk"
VISIT_COOKIES = ("__Host-intake", "__Host-session")
YEARS = 400 * 24 * 3600  # the longest life that browsers give a cookie (RFC 6265bis, 5.5)
Reply = TypeVar("Reply", bound=AnyResponse)
FREE = {"static", "health", "trust"}
STEPS_AND_SIGNING = {
    "steps",
    "returning_client",
    "check_and_sign",
    "urgent_advice",
    "day_of_visit",
}
IDENTITY = {"start.identity", "start.identify"}
PRINTED = {"paper_form.half_done"}
NOT_HERE = {"steps.later", "client_portal.copy"}


def init_app(app: Flask) -> None:
    """Put the gate before every request. Call this before security.init_app: the tablet comes first."""
    app.before_request(_only_what_a_tablet_may_show)
    app.jinja_env.globals["fill_in"] = fill_in
    app.context_processor(lambda: {"kiosk_state": view_state(g.tablet)} if "tablet" in g else {})


def fill_in(token: str) -> str:
    """The autocomplete token of a box; "off" on a tablet, where the next person would be offered the answer."""
    return "off" if "tablet" in g else token


def view_state(card: TabletView) -> str:
    """A short keyed hash of who is greeted and who sits here: when it changes, the page on the screen is over."""
    seen = f"kiosk:{card.id}:{card.visit_id}:{card.draft_id if card.in_use else None}"
    return hmac.new(runtime().keys.pepper, seen.encode(), hashlib.sha256).hexdigest()[:24]


def set_tablet_cookie(response: AnyResponse, cookie: str) -> AnyResponse:
    """Give the tablet its cookie: this host only, never readable by a script."""
    response.set_cookie(
        COOKIE, cookie, max_age=YEARS, secure=True, httponly=True, samesite="Strict", path="/"
    )
    return response


def wipe(response: Reply) -> Reply:
    """Take from the browser all that belongs to the visit. The tablet's own cookie stays."""
    session.clear()
    for name in VISIT_COOKIES:
        response.delete_cookie(name, secure=True, httponly=True, samesite="Strict", path="/")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _only_what_a_tablet_may_show() -> AnyResponse | None:
    cookie = request.cookies.get(COOKIE, "")
    if not cookie or request.endpoint is None or request.endpoint.split(".")[0] in FREE:
        return None
    card = tablets.from_cookie(runtime(), cookie)
    if card is None:
        return _unpaired()
    if request.blueprint in STEPS_AND_SIGNING or request.endpoint in IDENTITY | PRINTED | NOT_HERE:
        return _walk(card)
    if request.blueprint == "kiosk":
        g.tablet = card
        return _back_to_the_clients(card) if card.unlocked else None
    return None if card.unlocked else redirect(url_for("kiosk.welcome"), 303)


def _walk(card: TabletView) -> AnyResponse | None:
    """The form of whoever sits here; when nobody does, not a word of it."""
    g.tablet = card
    if card.in_use:
        sittings.touch(runtime(), card)
        return redirect(url_for("kiosk.phone"), 303) if request.endpoint in NOT_HERE else None
    if "HX-Request" in request.headers:
        return Response(status=410)  # kiosk.js leaves the page at once
    return wipe(redirect(url_for("kiosk.welcome"), 303))


def _back_to_the_clients(card: TabletView) -> AnyResponse:
    """Whoever of the staff opens the kiosk again hands the tablet over: her session ends in this very answer."""
    pin.lock(runtime(), card.id)
    sessions.sign_out(runtime(), request.cookies.get(STAFF_COOKIE, ""))
    return leave_staff(redirect(url_for("kiosk.welcome"), 303))


def leave_staff(response: AnyResponse) -> AnyResponse:
    """Take the staff's cookie, and what the browser kept of the pages seen with it."""
    response.delete_cookie(STAFF_COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
    wipe(response).headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _unpaired() -> AnyResponse:
    """The practice has unpaired this device: nothing of a visit stays on it. Its page is told, and turns."""
    if request.endpoint == "kiosk.pulse":
        return Response(status=410)
    response = wipe(redirect(url_for("start.home"), 303))
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
    return response
