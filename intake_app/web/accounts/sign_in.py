"""Set-up, sign in, sign out."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from intake_app.accounts import sessions
from intake_app.core.throttle import TooManyTries
from intake_app.practice import first_run, setup_wizard
from intake_app.practice.setup_wizard import Wizard, WizardOver
from intake_app.web.access import STAFF_COOKIE, audience
from intake_app.web.accounts.cookie import browser_words, set_staff_cookie, staff_cookie
from intake_app.web.accounts.sign_in_form import SignInForm
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice
from intake_app.web.practice_setup.forms import CodeForm, PracticeForm, ProofForm, TherapistForm

bp = Blueprint("staff", __name__)

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
WRONG = "The sign-in name or the passphrase is not right. Please try again."
WRONG_CODE = (
    "This is not the code that the last start printed. Start the app again to get a new one."
)
WRONG_PROOF = "This is not what stands on the sheet. Compare sign by sign, or go back to the sheet."


def _address() -> str:
    return request.remote_addr or ""


def _wait(error: TooManyTries) -> str:
    return f"Too many tries. Please wait {error.seconds} seconds, then try again."


# Sign in and out


@bp.get("/sign-in")
@audience("public")
def sign_in() -> Page:
    """The sign-in page; whoever is signed in goes on, and before set-up there is nobody to sign in."""
    if practice() is None:
        return redirect(url_for("staff.enter"), 303)
    if sessions.session_from(runtime(), staff_cookie()):
        return redirect(url_for("staff.home"), 303)
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
    return set_staff_cookie(redirect(url_for("factor.ask"), 303), cookie)


@bp.get("/staff")
@audience("staff")
def home() -> Page:
    """Where everybody's work begins: the front desk at the day's board, therapists at the records."""
    return redirect(url_for("desk.board" if g.staff.role == "desk" else "records.inbox"), 303)


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
    response = redirect(url_for("staff.sign_in"), 303)
    response.delete_cookie(STAFF_COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _sign_in_page(form: SignInForm, status: int, headers: dict[str, str] | None = None) -> Page:
    return (
        render_template("accounts/sign_in/sign_in.html", practice=practice(), form=form),
        status,
        headers or {},
    )


# Set-up: each page posts the sealed state of those before it, and answers with the next page


@bp.get("/setup")
@audience("setup")
def enter() -> Page:
    """Where the printed link leads. Reading it changes nothing."""
    _only_before_set_up()
    return _page("code", CodeForm(formdata=None))


@bp.post("/setup")
@audience("setup")
def begin() -> Page:
    """Trade the one-time code for the first page."""
    _only_before_set_up()
    form = CodeForm()
    if not form.validate_on_submit():
        return _page("code", form), 422
    try:
        started = first_run.begin_set_up(runtime(), text_of(form.code), _address())
    except first_run.WrongSetUpCode:
        form.code.errors = [WRONG_CODE]
        return _page("code", form), 422
    except TooManyTries as error:
        form.code.errors = [_wait(error)]
        return _page("code", form), 429, {"Retry-After": str(error.seconds)}
    return _page("practice", PracticeForm(formdata=None), started)


@bp.get("/setup/<page>")
@audience("setup")
def restart(page: str) -> Page:
    """A set-up page opened by its address: it needs what the pages before it post."""
    _only_before_set_up()
    return redirect(url_for("staff.enter"), 303)


@bp.post("/setup/practice")
@audience("setup")
def practice_details() -> Page:
    """Page 1: the practice."""
    state = _state()
    form = PracticeForm()
    if not form.validate_on_submit():
        return _page("practice", form, state), 422
    state = replace(state, practice=form.details())
    return _page("therapist", TherapistForm(formdata=None), state)


@bp.post("/setup/therapist")
@audience("setup")
def therapist() -> Page:
    """Page 2: the first account. Makes the keys."""
    state = _state(with_practice=True)
    form = TherapistForm(known=(state.practice.name,) if state.practice else ())
    if not form.validate_on_submit():
        return _page("therapist", form, state), 422
    who, sign_in_name, passphrase = (
        text_of(form.name),
        text_of(form.sign_in_name),
        text_of(form.passphrase),
    )
    state = setup_wizard.with_therapist(runtime(), state, who, sign_in_name, passphrase)
    return _sheet_page(state)


@bp.post("/setup/sheet")
@audience("setup")
def sheet() -> Page:
    """Page 3, once more: back from the proof."""
    return _sheet_page(_state(with_sheet=True))


@bp.post("/setup/proof")
@audience("setup")
def proof() -> Page:
    """Page 4: asks for two groups of the printed sheet."""
    return _page("recovery_check", ProofForm(formdata=None), _state(with_sheet=True))


@bp.post("/setup/finish")
@audience("setup")
def finish() -> Page:
    """The proof is right: everything is stored at once. Wrong: asked again, nothing is lost."""
    state, form = _state(with_sheet=True), ProofForm()
    if not form.validate_on_submit():
        return _page("recovery_check", form, state), 422
    try:
        first_run.finish_set_up(runtime(), state, (text_of(form.first), text_of(form.second)))
    except first_run.SheetNotProven:
        form.first.errors = [WRONG_PROOF]
        return _page("recovery_check", form, state), 422
    return redirect(url_for("staff.sign_in", ready=1), 303)


def _only_before_set_up() -> None:
    if not first_run.setup_needed(runtime()):
        abort(404)


def _state(with_practice: bool = False, with_sheet: bool = False) -> Wizard:
    """The pages before this one, unsealed. A page that was reached without them starts the set-up again."""
    _only_before_set_up()
    try:
        state = setup_wizard.unpack(
            runtime(), request.form.get("state", ""), first_run.link_in_force(runtime())
        )
    except WizardOver:
        state = None
    if state is None or (with_practice and not state.practice) or (with_sheet and not state.sheet):
        raise PageError(
            400,
            "Please start the set-up again",
            "Nothing was stored. Open the set-up link once more; if it no longer works, start the app again.",
        )
    return state


def _page(name: str, form: FlaskForm, state: Wizard | None = None) -> str:
    sealed = setup_wizard.pack(runtime(), state) if state else ""
    return render_template(
        f"practice_setup/{name}.html", practice=None, form=form, wizard=state, state=sealed
    )


def _sheet_page(state: Wizard) -> str:
    secret = state.sheet.secret if state.sheet else ""
    picture = segno.make(secret, error="m").svg_data_uri(scale=4, border=4)
    today = runtime().clock().date()
    sealed = setup_wizard.pack(runtime(), state)
    return render_template(
        "practice_setup/recovery_sheet.html",
        practice=None,
        wizard=state,
        state=sealed,
        prefix=setup_wizard.RECOVERY_PREFIX,
        picture=picture,
        today=today,
    )
