"""Who may open a page: every view declares its audience, and what declares none is refused."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar, get_args

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import sessions
from intake_app.accounts.sessions import StaffIdentity
from intake_app.web import cookies
from intake_app.web.extensions import runtime

Audience = Literal["public", "client", "setup", "owner", "therapist", "desk", "staff", "kiosk"]
View = TypeVar("View", bound=Callable[..., Any])

READERS = {"GET", "HEAD", "OPTIONS"}
WORDS_IN_ADDRESS = {"next"}  # of the client's pages: where to go on, a fixed word
ROLES: dict[str, tuple[str, ...]] = {
    "owner": ("owner",),
    "therapist": ("owner", "therapist"),  # the owner is a therapist too
    "desk": ("owner", "therapist", "desk"),  # the day's board
    "staff": ("owner", "therapist", "desk"),  # one's own account
}


def audience(who: Audience, takes_file: bool = False) -> Callable[[View], View]:
    """Declare who may use a view. A view without a declaration is refused (and fails a test).

    takes_file: the one kind of page that may be sent a file; all others refuse it.
    """

    def declare(view: View) -> View:
        view.audience = who  # type: ignore[attr-defined]
        view.takes_file = takes_file  # type: ignore[attr-defined]
        return view

    return declare


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """The declared audience of an endpoint, None when it declared nothing."""
    if endpoint == "static":
        return "public"
    who = getattr(app.view_functions[endpoint], "audience", None)
    return who if who in get_args(Audience) else None


def signed_in() -> StaffIdentity:
    """The person of the practice who asks. Only for views whose audience is a role."""
    person: StaffIdentity = g.staff
    return person


def refuse_undeclared() -> Response | None:
    """The guard before every request: let in whom the view declares.

    Aborts with 403 for a view that declares nobody, 415 for a file where none is taken, and 400
    for a client's page whose address carries more than a fixed word.
    """
    if request.endpoint is None:
        return None
    who = audience_of(current_app, request.endpoint)
    if who is None or (who == "kiosk" and "tablet" not in g):
        abort(403)
    takes_file = getattr(current_app.view_functions[request.endpoint], "takes_file", False)
    if request.mimetype == "multipart/form-data" and not takes_file:
        abort(415)
    if who == "client" and _carries_words():
        abort(400)
    return admit(who) if who in ROLES else None


def _carries_words() -> bool:
    """Whether the address holds anything but a fixed word.

    An address is kept in histories and logs; what a client types never stands in one.
    """
    return request.method in {"GET", "HEAD"} and bool(set(request.args) - WORDS_IN_ADDRESS)


def admit(who: str) -> Response | None:
    """Let only these people of the practice in, signed in, as `g.staff`; None lets them pass.

    Returns the answer for anybody else. who: a key of ROLES. Aborts with 403 for somebody whose
    role is not among them.
    """
    cookie = cookies.read_cookie(cookies.STAFF)
    g.staff = sessions.session_from(runtime(), cookie, _asks_by_itself())
    if g.staff is None:
        lost = None if request.method in READERS else 1
        sign_in = url_for("sign_in.ask", lost=lost)
        if _asks_by_itself():
            return Response(status=204, headers={"HX-Redirect": sign_in})
        return redirect(sign_in, 303)
    if g.staff.role not in ROLES[who]:
        abort(403)
    return None


def _asks_by_itself() -> bool:
    """Whether a page that keeps itself up to date is asking, and nobody pressed anything."""
    return "X-By-Itself" in request.headers
