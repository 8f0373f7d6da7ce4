"""The cookie of the people who work here, and their browser in words."""

import re

from flask import request
from werkzeug.wrappers import Response

from intake_app.accounts.passkeys import RelyingParty
from intake_app.web import cookies
from intake_app.web.security import host_without_port

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
    return cookies.read_cookie(cookies.STAFF)


def set_staff_cookie(response: Response, cookie: str) -> Response:
    """Give the browser its cookie: until it closes."""
    cookies.set_cookie(response, cookies.STAFF, cookie)
    return response


def relying_party() -> RelyingParty:
    """This server as the browser sees it, for passkeys."""
    return RelyingParty(host_without_port(), request.host_url.rstrip("/"))


def browser_words(agent: str) -> str:
    """A browser as people call it: "Chrome on Windows"."""
    name = next((words for mark, words in BROWSERS if re.search(mark, agent)), "A browser")
    system = next((words for mark, words in SYSTEMS if mark in agent), "")
    return f"{name} on {system}" if system else name
