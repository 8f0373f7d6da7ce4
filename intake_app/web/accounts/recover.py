"""Two ways to a new passphrase without the old one.

A one-time code from a colleague, also for somebody who is new here; or the recovery sheet.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from intake_app.accounts import credentials, members
from intake_app.accounts.members import Invited
from intake_app.core.throttle import TooManyTries
from intake_app.web.access import audience
from intake_app.web.accounts.forms import ComeBackForm, JoinForm, SheetForm
from intake_app.web.errors import too_many_tries
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice
from intake_app.web.practice_setup.forms import CodeForm
from intake_app.web.replies import Page, invalid, too_many

bp = Blueprint("recover", __name__)

WRONG_CODE = "This code is not right, or it was used, or its 24 hours are over. Ask for a new one."
NAME_TAKEN = "Somebody here signs in with this name already. Choose another."
WRONG_SHEET = (
    "The sign-in name or the key is not right. Compare the sheet sign by sign, and type all groups."
)


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
        return invalid(_page("join_code", form))
    code = text_of(form.code).strip()
    try:
        person = members.invited(runtime(), code, _address())
    except members.WrongInvitation:
        form.code.errors = [WRONG_CODE]
        return invalid(_page("join_code", form))
    except TooManyTries as error:
        form.code.errors = [too_many_tries(error)]
        return too_many(_page("join_code", form), error)
    next_form = _form_for(person, empty=True)
    next_form.code.data = code
    return _page("join", next_form, person)


@bp.post("/join/finish")
@audience("public")
def finish() -> Page:
    """Name and passphrase are good: the code is used up, and the person can sign in."""
    try:
        person = members.invited(runtime(), request.form.get("code", ""), _address())
        form = _form_for(person)
        if not form.validate_on_submit():
            return invalid(_page("join", form, person))
        sign_in_name = text_of(form.sign_in_name) if person.is_new else ""
        members.join(
            runtime(), text_of(form.code), sign_in_name, text_of(form.passphrase), _address()
        )
    except members.SignInNameTaken:
        form.sign_in_name.errors = [NAME_TAKEN]
        return invalid(_page("join", form, person))
    except (members.WrongInvitation, credentials.NoSuchPerson):
        code_form = CodeForm(formdata=None)
        code_form.code.errors = [WRONG_CODE]
        return invalid(_page("join_code", code_form))
    return redirect(url_for("sign_in.ask", ready=2), 303)


@bp.get("/sign-in/sheet")
@audience("public")
def ask_sheet() -> Page:
    """For a therapist who forgot the passphrase and has the recovery sheet."""
    return _page("recovery_sheet", SheetForm(formdata=None))


@bp.post("/sign-in/sheet")
@audience("public")
def use_sheet() -> Page:
    """The key from the sheet is right: the new passphrase counts.

    The second step is asked as always.
    """
    form = SheetForm(known=_practice_names())
    if not form.validate_on_submit():
        return invalid(_page("recovery_sheet", form))
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
        return invalid(_page("recovery_sheet", form))
    except TooManyTries as error:
        form.paper.errors = [too_many_tries(error)]
        return too_many(_page("recovery_sheet", form), error)
    return redirect(url_for("sign_in.ask", ready=2), 303)


def _form_for(person: Invited, empty: bool = False) -> JoinForm | ComeBackForm:
    kind = JoinForm if person.is_new else ComeBackForm
    names = (*_practice_names(), person.name)
    return kind(formdata=None, known=names) if empty else kind(known=names)


def _practice_names() -> tuple[str, ...]:
    """What must not be somebody's passphrase."""
    profile = practice()
    return (profile.name,) if profile else ()


def _address() -> str:
    return request.remote_addr or ""


def _page(name: str, form: FlaskForm, person: Invited | None = None) -> str:
    return render_template(f"accounts/sign_in/{name}.html", form=form, who=person)
