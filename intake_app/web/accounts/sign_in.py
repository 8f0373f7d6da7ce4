"""Sign in, sign out, and where everybody's work begins."""

from flask import Blueprint, redirect, render_template, request, url_for

from intake_app.accounts import sessions
from intake_app.core.throttle import TooManyTries
from intake_app.web import cookies
from intake_app.web.access import audience, signed_in
from intake_app.web.accounts.cookie import browser_words, set_staff_cookie, staff_cookie
from intake_app.web.accounts.sign_in_form import SignInForm
from intake_app.web.errors import too_many_tries
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice
from intake_app.web.replies import Page, invalid, too_many

bp = Blueprint("sign_in", __name__)

WRONG = "The sign-in name or the passphrase is not right. Please try again."


@bp.get("/sign-in")
@audience("public")
def ask() -> Page:
    """The sign-in page.

    Whoever is signed in goes on, and before set-up there is nobody to sign in.
    """
    if practice() is None:
        return redirect(url_for("practice_setup.enter"), 303)
    if sessions.session_from(runtime(), staff_cookie()):
        return redirect(url_for("sign_in.home"), 303)
    return _page(SignInForm(formdata=None))


@bp.post("/sign-in")
@audience("public")
def open_session() -> Page:
    """Check name and passphrase.

    A session that waits for the second factor replaces the one before.
    """
    form = SignInForm()
    if not form.validate_on_submit():
        return invalid(_page(form))
    try:
        cookie = sessions.sign_in(
            runtime(),
            text_of(form.sign_in_name),
            text_of(form.passphrase),
            request.remote_addr or "",
            browser_words(request.user_agent.string),
        )
    except sessions.WrongSignIn:
        form.refuse(WRONG)
        return invalid(_page(form))
    except TooManyTries as error:
        form.refuse(too_many_tries(error))
        return too_many(_page(form), error)
    sessions.sign_out(runtime(), staff_cookie())
    return set_staff_cookie(redirect(url_for("second_factor.ask"), 303), cookie)


@bp.get("/staff")
@audience("staff")
def home() -> Page:
    """The front desk begins at the day's board, therapists at the records."""
    is_desk = signed_in().role == "desk"
    return redirect(url_for("front_desk.board" if is_desk else "inbox.show"), 303)


@bp.post("/sign-out")
@audience("public")
def sign_out() -> Page:
    """End the session, here and in the database; the browser forgets the pages it saw."""
    sessions.sign_out(runtime(), staff_cookie())
    response = redirect(url_for("sign_in.ask"), 303)
    cookies.delete_cookie(response, cookies.STAFF)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _page(form: SignInForm) -> str:
    return render_template("accounts/sign_in/sign_in.html", form=form)
