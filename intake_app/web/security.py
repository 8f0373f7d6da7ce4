"""What every answer of the server carries, and who may ask.

Sources: OWASP ASVS 5.0 (3.3 cookies, 3.4 headers, 3.5 request forgery, 8.2 deny by default).
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import IO, TYPE_CHECKING

from flask import Flask, abort, request
from htmx_flask import HtmxAwareRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from intake_app.web.access import READERS, refuse_undeclared
from intake_app.web.errors import NotSecure

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}
OVER_HTTP = {"static", "trust.page", "trust.root"}  # how to get to https, and how that page looks
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


class Request(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose file parts stay in memory.

    Werkzeug would write big ones to a temporary file, in clear.
    """

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()


def init_app(app: Flask) -> None:
    """Put the guards before every request and the headers on every answer."""
    hops = app.extensions["runtime"].settings.proxies
    if hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.wsgi_app = _with_headers(app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.before_request(_only_https_or_localhost)
    app.before_request(_only_own_pages_may_post)
    app.before_request(refuse_undeclared)
    app.after_request(_set_page_headers)


def host_without_port() -> str:
    """The host that the browser asked, an IPv6 address in its brackets."""
    host = request.host
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


def _with_headers(serve: "WSGIApplication") -> "WSGIApplication":
    """Put HEADERS on whatever is answered, as they are.

    No page changes them, and each page would pay for a check.
    """
    headers = list(HEADERS.items())

    def serve_with_headers(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(
            status: str, page_headers: list[tuple[str, str]], error: "OptExcInfo | None" = None, /
        ) -> Callable[[bytes], object]:
            return start_response(status, page_headers + headers, error)

        return serve(environ, start)

    return serve_with_headers


def _only_https_or_localhost() -> None:
    is_local = host_without_port() in LOCAL_HOSTS
    if not request.is_secure and not is_local and request.endpoint not in OVER_HTTP:
        raise NotSecure


def _only_own_pages_may_post() -> None:
    """Fetch metadata first, Origin second.

    A client that sends neither still needs the form's CSRF token.
    """
    if request.method in READERS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site not in {"same-origin", "none"}:
        abort(403)
    if site is None and origin not in (None, request.host_url.rstrip("/")):
        abort(403)


def _set_page_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and request.args.get("v"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "HX-Request")
    return response
