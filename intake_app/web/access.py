"""Who may open a page: every view declares its audience, and what declares none is refused."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar, get_args

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import sessions
from intake_app.web.extensions import runtime

Audience = Literal["public", "client", "setup", "owner", "therapist", "desk", "staff", "kiosk"]


View = TypeVar("View", bound=Callable[..., Any])


STAFF_COOKIE = "__Host-staff"


READERS = {"GET", "HEAD", "OPTIONS"}


WORDS_IN_ADDRESS = {"next"}  # of the client's pages: where to go on, a fixed word


ROLES: dict[str, tuple[str, ...]] = {
    "owner": ("owner",),
    "therapist": ("owner", "therapist"),  # the owner is a therapist too
    "desk": (
        "owner",
        "therapist",
        "desk",
    ),  # the day's board, which everybody who works here may use
    "staff": ("owner", "therapist", "desk"),  # one's own account
}


def audience(who: Audience, takes_file: bool = False) -> Callable[[View], View]:
    """Declare who may use a view. A view without a declaration is refused (and fails a test).

    takes_file: the one kind of page that may be sent a file; all others refuse it.
    """

    def declare(view: View) -> View:
        view.audience, view.takes_file = who, takes_file  # type: ignore[attr-defined]
        return view

    return declare


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """The declared audience of an endpoint, None when it declared nothing."""
    if endpoint == "static":
        return "public"
    who = getattr(app.view_functions[endpoint], "audience", None)
    return who if who in get_args(Audience) else None


def refuse_undeclared() -> Response | None:
    if request.endpoint is None:
        return None
    who = audience_of(current_app, request.endpoint)
    if who is None or (who == "kiosk" and "tablet" not in g):
        abort(403)
    takes_file = getattr(current_app.view_functions[request.endpoint], "takes_file", False)
    if request.mimetype == "multipart/form-data" and not takes_file:
        abort(415)
    if (
        who == "client"
        and request.method in {"GET", "HEAD"}
        and set(request.args) - WORDS_IN_ADDRESS
    ):
        abort(
            400
        )  # an address is kept in histories and logs; what a client types never stands in one
    return admit(who) if who in ROLES else None


def admit(who: str) -> Response | None:
    """Let only these people of the practice in, signed in, as `g.staff`. Returns the answer for anybody else.

    who: a key of ROLES. Aborts with 403 for somebody whose role is not among them.
    """
    g.staff = sessions.session_from(runtime(), request.cookies.get(STAFF_COOKIE, ""), _by_itself())
    if g.staff is None:
        there = url_for("sign_in.ask", lost=None if request.method in READERS else 1)
        return (
            Response(status=204, headers={"HX-Redirect": there})
            if _by_itself()
            else redirect(there, 303)
        )
    if g.staff.role not in ROLES[who]:
        abort(403)
    return None


def _by_itself() -> bool:
    """Whether a page that keeps itself up to date is asking, and nobody pressed anything."""
    return "X-By-Itself" in request.headers
