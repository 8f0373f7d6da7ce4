"""The app's cookies: their names, and the one way in which each is given and taken away.

Every cookie goes over TLS only, to this host only and to no other site, and no script reads it
(OWASP ASVS 5.0, 3.3).
"""

from flask import request
from werkzeug.wrappers import Response

CLIENT = "__Host-intake"
STAFF = "__Host-staff"
TABLET = "__Host-kiosk"
CSRF = "__Host-session"


def read_cookie(name: str) -> str:
    """The cookie that came with this request; empty without one."""
    return request.cookies.get(name, "")


def set_cookie(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Give the browser a cookie. seconds: how long it lives; None: until the browser is closed."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Strict"
    )


def delete_cookie(response: Response, name: str) -> None:
    """Take a cookie from the browser."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="Strict")
