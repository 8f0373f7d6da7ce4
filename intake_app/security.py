"""What every answer of the server carries, and who may ask.

Sources: OWASP ASVS 5.0 (3.3 cookies, 3.4 headers, 3.5 request forgery, 8.2 deny by default).
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Literal, TypeVar, get_args

from flask import Flask, abort, current_app, g, redirect, request, url_for
from htmx_flask import HtmxAwareRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from intake_app.errors import NotSecure
from intake_app.extensions import house
from intake_app.services import staff

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Audience = Literal["public", "client", "setup", "owner", "therapist", "desk", "staff", "kiosk"]
View = TypeVar("View", bound=Callable[..., Any])

STAFF_COOKIE = "__Host-staff"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
PDF_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"  # a file to keep, never a page that runs
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}
READERS = {"GET", "HEAD", "OPTIONS"}
OVER_HTTP = {"static", "trust.page", "trust.root"}  # how to get to https, and how that page looks
WORDS_IN_ADDRESS = {"next"}  # of the client's pages: where to go on, a fixed word
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
ROLES: dict[str, tuple[str, ...]] = {
    "owner": ("owner",),
    "therapist": ("owner", "therapist"),  # the owner is a therapist too
    "desk": ("owner", "therapist", "desk"),  # the day's board, which everybody who works here may use
    "staff": ("owner", "therapist", "desk"),  # one's own account
}


class Request(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose file parts stay in memory: Werkzeug would write big ones to a temporary file, in clear."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()


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


def init_app(app: Flask) -> None:
    """Put the guards before every request and the headers on every answer."""
    hops = app.extensions["house"].settings.proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.wsgi_app = _always(app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.before_request(_only_https_or_localhost)
    app.before_request(_only_own_pages_may_post)
    app.before_request(_only_the_declared_audience)
    app.after_request(_headers)


def _always(serve: "WSGIApplication") -> "WSGIApplication":
    """Put HEADERS on whatever is answered, as they are: no page changes them, and each page pays for a check."""
    headers = list(HEADERS.items())

    def served(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, own: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, own + headers, *error)

        return serve(environ, start)

    return served


def _only_https_or_localhost() -> None:
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if not request.is_secure and host not in LOCAL_HOSTS and request.endpoint not in OVER_HTTP:
        raise NotSecure


def _only_own_pages_may_post() -> None:
    """Fetch metadata first, Origin second; a client that sends neither still needs the form's CSRF token."""
    if request.method in READERS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in {"same-origin", "none"}:
        abort(403)
    if site is None and origin not in (None, request.host_url.rstrip("/")):
        abort(403)


def _only_the_declared_audience() -> Response | None:
    if request.endpoint is None:
        return None
    who = audience_of(current_app, request.endpoint)
    if who is None or (who == "kiosk" and "tablet" not in g):
        abort(403)
    takes_file = getattr(current_app.view_functions[request.endpoint], "takes_file", False)
    if request.mimetype == "multipart/form-data" and not takes_file:
        abort(415)
    if who == "client" and request.method in {"GET", "HEAD"} and set(request.args) - WORDS_IN_ADDRESS:
        abort(400)  # an address is kept in histories and logs; what a client types never stands in one
    return admit(who) if who in ROLES else None


def admit(who: str) -> Response | None:
    """Let only these people of the practice in, signed in, as `g.staff`. Returns the answer for anybody else.

    who: a key of ROLES. Aborts with 403 for somebody whose role is not among them.
    """
    g.staff = staff.session_from(house(), request.cookies.get(STAFF_COOKIE, ""), _by_itself())
    if g.staff is None:
        there = url_for("staff.sign_in", lost=None if request.method in READERS else 1)
        return Response(status=204, headers={"HX-Redirect": there}) if _by_itself() else redirect(there, 303)
    if g.staff.role not in ROLES[who]:
        abort(403)
    return None


def _by_itself() -> bool:
    """Whether a page that keeps itself up to date is asking, and nobody pressed anything."""
    return "X-By-Itself" in request.headers


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and request.args.get("v"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "HX-Request")
    return response
