"""Sign in, sign out, and where everybody's work begins."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import sessions
from intake_app.core.throttle import TooManyTries
from intake_app.web.access import STAFF_COOKIE, audience
from intake_app.web.accounts.cookie import browser_words, set_staff_cookie, staff_cookie
from intake_app.web.accounts.sign_in_form import SignInForm
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice

bp = Blueprint("sign_in", __name__)

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
WRONG = "The sign-in name or the passphrase is not right. Please try again."


def _address() -> str:
    return request.remote_addr or ""


def _wait(error: TooManyTries) -> str:
    return f"Too many tries. Please wait {error.seconds} seconds, then try again."


@bp.get("/sign-in")
@audience("public")
def ask() -> Page:
    """The sign-in page; whoever is signed in goes on, and before set-up there is nobody to sign in."""
    if practice() is None:
        return redirect(url_for("practice_setup.enter"), 303)
    if sessions.session_from(runtime(), staff_cookie()):
        return redirect(url_for("sign_in.home"), 303)
    return _sign_in_page(SignInForm(formdata=None), 200)


@bp.post("/sign-in")
@audience("public")
def open_session() -> Page:
    """Check name and passphrase; a session that waits for the second factor replaces the one before."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 422)
    try:
        device = browser_words(request.user_agent.string)
        cookie = sessions.sign_in(
            runtime(), text_of(form.sign_in_name), text_of(form.passphrase), _address(), device
        )
    except sessions.WrongSignIn:
        form.refuse(WRONG)
        return _sign_in_page(form, 422)
    except TooManyTries as error:
        form.refuse(_wait(error))
        return _sign_in_page(form, 429, {"Retry-After": str(error.seconds)})
    sessions.sign_out(runtime(), staff_cookie())
    return set_staff_cookie(redirect(url_for("second_factor.ask"), 303), cookie)


@bp.get("/staff")
@audience("staff")
def home() -> Page:
    """Where everybody's work begins: the front desk at the day's board, therapists at the records."""
    return redirect(url_for("front_desk.board" if g.staff.role == "desk" else "inbox.show"), 303)


@bp.app_context_processor
def _clock() -> dict[str, Any]:
    """Every page behind the passphrase tells time by the practice's clock, and how long it stays unlocked."""
    me, card = g.get("staff"), practice()
    if me is None or card is None:
        return {}
    zone = ZoneInfo(card.timezone)
    left = int((me.until - runtime().clock()).total_seconds())
    return {
        "unlocked_until": me.until.astimezone(zone),
        "seconds_left": left,
        "local": lambda at: at.astimezone(zone),
    }


@bp.post("/sign-out")
@audience("public")
def sign_out() -> Page:
    """End the session, here and in the database, and let the browser forget the pages it saw."""
    sessions.sign_out(runtime(), staff_cookie())
    response = redirect(url_for("sign_in.ask"), 303)
    response.delete_cookie(STAFF_COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _sign_in_page(form: SignInForm, status: int, headers: dict[str, str] | None = None) -> Page:
    return (
        render_template("accounts/sign_in/sign_in.html", practice=practice(), form=form),
        status,
        headers or {},
    )
