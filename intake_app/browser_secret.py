"""The session of a browser: one secret against forged requests, and nothing else.

Flask-WTF puts the secret into the session, and a signed copy of it into every form. Flask's own session would be
packed, signed and opened for each request; the bare secret does as well, since no other site or host can plant a
`__Host-` cookie, and what a form must send is signed with the server's key (OWASP CSRF Prevention Cheat Sheet,
"Signed Double-Submit Cookie").
"""

import re

from flask import Flask
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from flask.wrappers import Request, Response

COOKIE = "__Host-session"
FIELD = "csrf_token"  # Flask-WTF's name for it
SECRET = re.compile(r"[0-9a-f]{40}")


class BrowserSecret(SessionInterface):
    """Reads and writes the cookie. It lives until the browser is closed."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """The secret of this browser, empty when it has none."""
        said = request.cookies.get(COOKIE, "")
        return SecureCookieSession({FIELD: said} if SECRET.fullmatch(said) else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the browser a new secret, or take it away when the session was cleared."""
        if not session.modified:
            return
        if FIELD in session:
            response.set_cookie(COOKIE, session[FIELD], secure=True, httponly=True, samesite="Strict")
        else:
            response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict")
