"""Two ways to a new passphrase without the old one: a one-time code from a colleague, or the recovery sheet."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from intake_app.accounts import credentials, members
from intake_app.accounts.members import Invited
from intake_app.core.throttle import TooManyTries
from intake_app.web.access import audience
from intake_app.web.accounts.forms import ComeBackForm, JoinForm, SheetForm
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice
from intake_app.web.practice_setup.forms import CodeForm

bp = Blueprint("recover", __name__)

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
WRONG_CODE = "This code is not right, or it was used, or its 24 hours are over. Ask for a new one."
NAME_TAKEN = "Somebody here signs in with this name already. Choose another."
WRONG_SHEET = (
    "The sign-in name or the key is not right. Compare the sheet sign by sign, and type all groups."
)


def _wait(error: TooManyTries) -> str:
    return f"Too many tries. Please wait {error.seconds} seconds, then try again."


@bp.get("/join")
@audience("public")
def enter() -> Page:
    """Where the link leads. Reading it changes nothing."""
    return _page("join_code", CodeForm(formdata=None))


@bp.post("/join")
@audience("public")
def look() -> Page:
    """A right code is answered with the page that chooses name and passphrase."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _page("join_code", form), 422
    try:
        who = members.invited(runtime(), text_of(form.code).strip(), _address())
    except members.WrongInvitation:
        form.code.errors = [WRONG_CODE]
        return _page("join_code", form), 422
    except TooManyTries as error:
        form.code.errors = [_wait(error)]
        return _page("join_code", form), 429, {"Retry-After": str(error.seconds)}
    chosen = _form_for(who, empty=True)
    chosen.code.data = text_of(form.code).strip()
    return _page("join", chosen, who)


@bp.post("/join/finish")
@audience("public")
def finish() -> Page:
    """Name and passphrase are good: the code is used up, and she signs in."""
    try:
        who = members.invited(runtime(), request.form.get("code", ""), _address())
        form = _form_for(who)
        if not form.validate_on_submit():
            return _page("join", form, who), 422
        sign_in_name = text_of(form.sign_in_name) if who.is_new else ""
        members.join(
            runtime(), text_of(form.code), sign_in_name, text_of(form.passphrase), _address()
        )
    except members.SignInNameTaken:
        form.sign_in_name.errors = [NAME_TAKEN]
        return _page("join", form, who), 422
    except (members.WrongInvitation, credentials.NoSuchPerson):
        again = CodeForm(formdata=None)
        again.code.errors = [WRONG_CODE]
        return _page("join_code", again), 422
    return redirect(url_for("sign_in.ask", ready=2), 303)


@bp.get("/sign-in/sheet")
@audience("public")
def ask_sheet() -> Page:
    """For a therapist who forgot her passphrase and has the recovery sheet."""
    return _page("recovery_sheet", SheetForm(formdata=None))


@bp.post("/sign-in/sheet")
@audience("public")
def use_sheet() -> Page:
    """The key from the sheet is right: the new passphrase counts. The second step is asked as always."""
    form = SheetForm(known=_known())
    if not form.validate_on_submit():
        return _page("recovery_sheet", form), 422
    try:
        credentials.recover(
            runtime(),
            text_of(form.sign_in_name),
            text_of(form.paper),
            text_of(form.passphrase),
            _address(),
        )
    except credentials.WrongSheet:
        form.paper.errors = [WRONG_SHEET]
        return _page("recovery_sheet", form), 422
    except TooManyTries as error:
        form.paper.errors = [_wait(error)]
        return _page("recovery_sheet", form), 429, {"Retry-After": str(error.seconds)}
    return redirect(url_for("sign_in.ask", ready=2), 303)


def _form_for(who: Invited, empty: bool = False) -> JoinForm | ComeBackForm:
    kind = JoinForm if who.is_new else ComeBackForm
    known = (*_known(), who.name)
    return kind(formdata=None, known=known) if empty else kind(known=known)


def _known() -> tuple[str, ...]:
    card = practice()
    return (card.name,) if card else ()


def _address() -> str:
    return request.remote_addr or ""


def _page(name: str, form: FlaskForm, who: Invited | None = None) -> str:
    return render_template(f"accounts/sign_in/{name}.html", practice=practice(), form=form, who=who)
