"""The set-up: each page posts the encrypted state of those before it, and gets the next page."""

from dataclasses import replace

import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from intake_app.core.throttle import TooManyTries
from intake_app.practice import first_run, setup_wizard
from intake_app.practice.setup_wizard import Wizard, WizardOver
from intake_app.web.access import audience
from intake_app.web.errors import PageError, too_many_tries
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice_setup.forms import (
    CodeForm,
    PracticeForm,
    RecoveryCheckForm,
    TherapistForm,
)
from intake_app.web.replies import Page, invalid, too_many

bp = Blueprint("practice_setup", __name__)

WRONG_CODE = (
    "This is not the code that the last start printed. Start the app again to get a new one."
)
WRONG_GROUPS = (
    "This is not what stands on the sheet. Compare sign by sign, or go back to the sheet."
)
START_AGAIN = (
    "Nothing was stored. Open the set-up link once more; "
    "if it no longer works, start the app again."
)


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
        return invalid(_page("code", form))
    try:
        state = first_run.begin_set_up(runtime(), text_of(form.code), request.remote_addr or "")
    except first_run.WrongSetUpCode:
        form.code.errors = [WRONG_CODE]
        return invalid(_page("code", form))
    except TooManyTries as error:
        form.code.errors = [too_many_tries(error)]
        return too_many(_page("code", form), error)
    return _page("practice", PracticeForm(formdata=None), state)


@bp.get("/setup/<page>")
@audience("setup")
def restart(page: str) -> Page:
    """A set-up page opened by its address: it needs what the pages before it post."""
    _only_before_set_up()
    return redirect(url_for("practice_setup.enter"), 303)


@bp.post("/setup/practice")
@audience("setup")
def practice_details() -> Page:
    """Page 1: the practice."""
    state = _state()
    form = PracticeForm()
    if not form.validate_on_submit():
        return invalid(_page("practice", form, state))
    state = replace(state, practice=form.details())
    return _page("therapist", TherapistForm(formdata=None), state)


@bp.post("/setup/therapist")
@audience("setup")
def therapist() -> Page:
    """Page 2: the first account. Makes the keys."""
    state = _state(with_practice=True)
    form = TherapistForm(known=(state.practice.name,) if state.practice else ())
    if not form.validate_on_submit():
        return invalid(_page("therapist", form, state))
    state = setup_wizard.with_therapist(
        runtime(),
        state,
        text_of(form.name),
        text_of(form.sign_in_name),
        text_of(form.passphrase),
    )
    return _sheet_page(state)


@bp.post("/setup/sheet")
@audience("setup")
def sheet() -> Page:
    """Page 3, once more: back from the check."""
    return _sheet_page(_state(with_sheet=True))


@bp.post("/setup/proof")
@audience("setup")
def recovery_check() -> Page:
    """Page 4: asks for two groups of the printed sheet."""
    state = _state(with_sheet=True)
    return _page("recovery_check", RecoveryCheckForm(formdata=None), state)


@bp.post("/setup/finish")
@audience("setup")
def finish() -> Page:
    """The groups are right: everything is stored at once. Wrong: asked again, nothing is lost."""
    state = _state(with_sheet=True)
    form = RecoveryCheckForm()
    if not form.validate_on_submit():
        return invalid(_page("recovery_check", form, state))
    groups = (text_of(form.first), text_of(form.second))
    try:
        first_run.finish_set_up(runtime(), state, groups)
    except first_run.SheetNotProven:
        form.first.errors = [WRONG_GROUPS]
        return invalid(_page("recovery_check", form, state))
    return redirect(url_for("sign_in.ask", ready=1), 303)


def _only_before_set_up() -> None:
    if not first_run.setup_needed(runtime()):
        abort(404)


def _state(with_practice: bool = False, with_sheet: bool = False) -> Wizard:
    """The pages before this one, decrypted.

    A page that was reached without them starts the set-up again: raises PageError.
    """
    _only_before_set_up()
    link = first_run.link_in_force(runtime())
    try:
        state = setup_wizard.unpack(runtime(), request.form.get("state", ""), link)
    except WizardOver:
        state = None
    if state is None or (with_practice and not state.practice) or (with_sheet and not state.sheet):
        raise PageError(400, "Please start the set-up again", START_AGAIN)
    return state


def _page(name: str, form: FlaskForm, state: Wizard | None = None) -> str:
    packed = setup_wizard.pack(runtime(), state) if state else ""
    return render_template(f"practice_setup/{name}.html", form=form, wizard=state, state=packed)


def _sheet_page(state: Wizard) -> str:
    secret = state.sheet.secret if state.sheet else ""
    return render_template(
        "practice_setup/recovery_sheet.html",
        wizard=state,
        state=setup_wizard.pack(runtime(), state),
        prefix=setup_wizard.RECOVERY_PREFIX,
        picture=segno.make(secret, error="m").svg_data_uri(scale=4, border=4),
        today=runtime().clock().date(),
    )
