"""What a paired tablet may show: the kiosk, and the form of the one person who sits at it.

Nothing else. Any request that carries a tablet's cookie passes here first, before anybody asks who
is signed in.
"""

import hashlib
import hmac
from typing import TypeVar

from flask import Flask, Response, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake_app.accounts import sessions as staff_sessions
from intake_app.kiosk import pin, sessions, tablets
from intake_app.kiosk.tablets import TabletView
from intake_app.web import cookies
from intake_app.web.extensions import runtime

YEARS = 400 * 24 * 3600  # seconds: the longest life that browsers give a cookie (RFC 6265bis, 5.5)
AnyReply = TypeVar("AnyReply", bound=AnyResponse)
ALWAYS_OPEN = {"static", "health", "trust"}
FORM_BLUEPRINTS = {
    "steps",
    "returning_client",
    "check_and_sign",
    "urgent_advice",
    "day_of_visit",
}
IDENTITY = {"start.identity", "start.identify"}
PRINTED = {"paper_form.half_done"}
ON_OWN_PHONE = {"steps.later", "client_portal.copy"}  # a tablet shows a picture to scan instead


def init_app(app: Flask) -> None:
    """Put the gate before every request.

    Call this before security.init_app: the tablet comes first.
    """
    app.before_request(_only_what_a_tablet_may_show)
    app.jinja_env.globals["fill_in"] = fill_in
    app.context_processor(lambda: {"kiosk_state": view_state(g.tablet)} if "tablet" in g else {})


def fill_in(token: str) -> str:
    """The autocomplete token of a box.

    "off" on a tablet, where the next person would be offered the answer.
    """
    return "off" if "tablet" in g else token


def view_state(tablet: TabletView) -> str:
    """A short keyed hash of who is greeted and who sits here.

    When it changes, the page on the screen is over.
    """
    draft_id = tablet.draft_id if tablet.in_use else None
    state = f"kiosk:{tablet.id}:{tablet.visit_id}:{draft_id}"
    return hmac.new(runtime().keys.pepper, state.encode(), hashlib.sha256).hexdigest()[:24]


def tablet_cookie() -> str:
    """The tablet's cookie that came with this request; empty without one."""
    return cookies.read_cookie(cookies.TABLET)


def set_tablet_cookie(response: AnyResponse, cookie: str) -> AnyResponse:
    """Give the tablet its cookie."""
    cookies.set_cookie(response, cookies.TABLET, cookie, seconds=YEARS)
    return response


def wipe(response: AnyReply) -> AnyReply:
    """Take from the browser all that belongs to the visit. The tablet's own cookie stays."""
    session.clear()
    cookies.delete_cookie(response, cookies.CLIENT)
    cookies.delete_cookie(response, cookies.CSRF)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _only_what_a_tablet_may_show() -> AnyResponse | None:
    cookie = tablet_cookie()
    if not cookie or request.endpoint is None or request.endpoint.split(".")[0] in ALWAYS_OPEN:
        return None
    tablet = tablets.from_cookie(runtime(), cookie)
    if tablet is None:
        return _unpaired()
    if (
        request.blueprint in FORM_BLUEPRINTS
        or request.endpoint in IDENTITY | PRINTED | ON_OWN_PHONE
    ):
        return _admit_to_form(tablet)
    if request.blueprint == "kiosk":
        g.tablet = tablet
        return _back_to_the_clients(tablet) if tablet.unlocked else None
    return None if tablet.unlocked else redirect(url_for("kiosk.welcome"), 303)


def _admit_to_form(tablet: TabletView) -> AnyResponse | None:
    """The form of whoever sits here; when nobody does, not a word of it."""
    g.tablet = tablet
    if tablet.in_use:
        sessions.touch(runtime(), tablet)
        is_for_phone = request.endpoint in ON_OWN_PHONE
        return redirect(url_for("kiosk.phone"), 303) if is_for_phone else None
    if "HX-Request" in request.headers:
        return Response(status=410)  # kiosk.js leaves the page at once
    return wipe(redirect(url_for("kiosk.welcome"), 303))


def _back_to_the_clients(tablet: TabletView) -> AnyResponse:
    """Whoever of the staff opens the kiosk hands the tablet over to the clients.

    Their own session ends in this very answer.
    """
    pin.lock(runtime(), tablet.id)
    staff_sessions.sign_out(runtime(), cookies.read_cookie(cookies.STAFF))
    return leave_staff(redirect(url_for("kiosk.welcome"), 303))


def leave_staff(response: AnyResponse) -> AnyResponse:
    """Take the staff's cookie, and what the browser kept of the pages seen with it."""
    cookies.delete_cookie(response, cookies.STAFF)
    wipe(response).headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _unpaired() -> AnyResponse:
    """The practice has unpaired this device: nothing of a visit stays on it.

    Its page is told, and turns.
    """
    if request.endpoint == "kiosk.pulse":
        return Response(status=410)
    response = wipe(redirect(url_for("start.home"), 303))
    cookies.delete_cookie(response, cookies.TABLET)
    return response
