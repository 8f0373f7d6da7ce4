"""The cookie of the people who work here, and their browser in words."""

import re

from flask import request
from werkzeug.wrappers import Response

from intake_app.accounts.passkeys import RelyingParty
from intake_app.web.access import STAFF_COOKIE

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def staff_cookie() -> str:
    """The cookie that came with this request; empty without one."""
    return request.cookies.get(STAFF_COOKIE, "")


def relying_party() -> RelyingParty:
    """This server as the browser sees it, for passkeys."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return RelyingParty(host, request.host_url.rstrip("/"))


def set_staff_cookie(response: Response, cookie: str) -> Response:
    """Give the browser its cookie: until it closes, this host only, never readable by a script."""
    response.set_cookie(
        STAFF_COOKIE, cookie, secure=True, httponly=True, samesite="Strict", path="/"
    )
    return response


def browser_words(agent: str) -> str:
    """A browser as people call it: "Chrome on Windows"."""
    name = next((words for sign, words in BROWSERS if re.search(sign, agent)), "A browser")
    system = next((words for sign, words in SYSTEMS if sign in agent), "")
    return f"{name} on {system}" if system else name
