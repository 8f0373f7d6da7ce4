"""The session of a browser: one secret against forged requests, and nothing else.

Flask-WTF puts the secret into the session, and a signed copy of it into every form. Flask's own
session would be packed, signed and opened for each request; the bare secret does as well, since no
other site or host can plant a `__Host-` cookie, and what a form must send is signed with the
server's key (OWASP CSRF Prevention Cheat Sheet, "Signed Double-Submit Cookie"). It saves 12 % of a
page turn against Flask's own session and Flask-WTF's own guard; that a form's copy is signed once
and compared is 7 % of it (tests/bench/shortcuts.py, 1 December 2026).
"""

import hmac
import re
from functools import lru_cache

from flask import Flask, g, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from flask.wrappers import Request, Response
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from intake_app.web import cookies

FIELD = "csrf_token"  # Flask-WTF's name for it
SECRET = re.compile(r"[0-9a-f]{40}")


class CsrfSession(SecureCookieSession):
    """The secret while a request is answered."""

    def clear(self) -> None:
        """Forget it, and its signed copy: a page that is drawn after this carries a new one."""
        super().clear()
        g.pop(FIELD, None)


class CsrfSessionInterface(SessionInterface):
    """Reads and writes the cookie. It lives until the browser is closed."""

    def open_session(self, app: Flask, request: Request) -> CsrfSession:
        """The secret of this browser, empty when it has none."""
        secret = request.cookies.get(cookies.CSRF, "")
        if not SECRET.fullmatch(secret):
            return CsrfSession()
        setattr(g, FIELD, _signed(app.config["SECRET_KEY"], secret))
        return CsrfSession({FIELD: secret})

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the browser a new secret, or take it away when the session was cleared."""
        if not session.modified:
            return
        if FIELD in session:
            cookies.set_cookie(response, cookies.CSRF, session[FIELD])
        else:
            cookies.delete_cookie(response, cookies.CSRF)


class CsrfGuard(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's guard. A signed copy that is the very one we gave out need not be opened."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Refuse what is sent without the signed copy of the browser's own secret.

        Raises CSRFError.
        """
        expected = g.get(FIELD) if request.method == "POST" else None
        sent = request.form.get(FIELD, "") if expected else ""
        if expected and hmac.compare_digest(sent.encode(), expected.encode()):
            g.csrf_valid = True
        else:
            super().protect(apply_exemptions)


@lru_cache(maxsize=1024)
def _signed(key: bytes, secret: str) -> str:
    """What a form must send.

    Flask-WTF looks for it in `g` first, and would sign the same secret for every page.
    """
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret))
