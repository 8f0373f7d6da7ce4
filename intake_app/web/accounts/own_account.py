"""One's own account: sessions, passphrase, second step, recovery codes."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import credentials, passkeys, second_factor, session_list
from intake_app.core.throttle import TooManyTries
from intake_app.core.version import __version__
from intake_app.web.access import audience, signed_in
from intake_app.web.accounts.cookie import relying_party, set_staff_cookie
from intake_app.web.accounts.forms import ChangeForm, EnrolForm
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.accounts.second_factor import (
    WRONG_FIRST,
    WRONG_KEY,
    app_enrolment,
    registration_options,
)
from intake_app.web.errors import too_many_tries
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice
from intake_app.web.replies import Page, invalid, too_many

bp = Blueprint("own_account", __name__, url_prefix="/account")

WRONG = "This is not the passphrase you have now."


@bp.get("")
@audience("staff")
def home() -> Page:
    """Settings: one's own account first, then what the role may do."""
    return render_template(
        "accounts/own/home.html",
        version=__version__,
        sessions=session_list.list_sessions(runtime(), signed_in()),
        factors=second_factor.list_factors(runtime(), signed_in().practitioner_id),
    )


@bp.get("/left")
@audience("staff")
def seconds_left() -> Page:
    """How many seconds the session lasts if nothing more is done.

    A page that asks by itself extends nothing.
    """
    seconds = int((signed_in().until - runtime().clock()).total_seconds())
    return Response(str(seconds), mimetype="text/plain")


@bp.post("/sessions/<string(length=64):session_id>/end")
@audience("staff")
def end_session(session_id: str) -> Page:
    """End one of one's own sessions."""
    session_list.end_session(runtime(), signed_in(), session_id)
    return redirect(url_for("own_account.home"), 303)


@bp.get("/passphrase")
@audience("staff")
def ask_passphrase() -> Page:
    """The form for a new passphrase."""
    return _passphrase_page(ChangeForm(formdata=None))


@bp.post("/passphrase")
@audience("staff")
def change_passphrase() -> Page:
    """The new one counts from now on; every other session ends."""
    profile = practice()
    form = ChangeForm(known=(signed_in().name, profile.name if profile else ""))
    if not form.validate_on_submit():
        return invalid(_passphrase_page(form))
    try:
        cookie = credentials.change_passphrase(
            runtime(), signed_in(), text_of(form.now), text_of(form.passphrase)
        )
    except credentials.PassphraseNotConfirmed:
        form.now.errors = [WRONG]
        return invalid(_passphrase_page(form))
    except TooManyTries as error:
        form.now.errors = [too_many_tries(error)]
        return too_many(_passphrase_page(form), error)
    return set_staff_cookie(redirect(url_for("own_account.home"), 303), cookie)


@bp.post("/recovery-codes")
@audience("staff")
@recently_authenticated
def recovery_codes() -> Page:
    """Ten new codes, shown once; the old ones end."""
    codes = second_factor.renew_recovery_codes(runtime(), signed_in().practitioner_id)
    return render_template("accounts/sign_in/recovery_codes.html", codes=codes)


@bp.get("/second-step")
@audience("staff")
def second_step() -> Page:
    """Add another phone or a passkey."""
    return _second_page(second_factor.new_seed(), EnrolForm(formdata=None))


@bp.post("/phone")
@audience("staff")
@recently_authenticated
def add_phone() -> Page:
    """One more authenticator app, once it shows the right code."""
    form = EnrolForm()
    practitioner_id = signed_in().practitioner_id
    seed = second_factor.unpack_seed(runtime(), practitioner_id, text_of(form.seed))
    if seed is None:
        return redirect(url_for("own_account.second_step"), 303)
    if not form.validate_on_submit():
        return invalid(_second_page(seed, form))
    try:
        second_factor.add_phone(runtime(), practitioner_id, seed, text_of(form.code))
    except second_factor.WrongFactorCode:
        form.code.errors = [WRONG_FIRST]
        return invalid(_second_page(seed, form))
    except TooManyTries as error:
        form.code.errors = [too_many_tries(error)]
        return too_many(_second_page(seed, form), error)
    return redirect(url_for("own_account.home"), 303)


@bp.post("/passkey")
@audience("staff")
@recently_authenticated
def add_passkey() -> Page:
    """One more passkey."""
    passkey_answer = request.form.get("answer", "")
    try:
        passkeys.add_another(runtime(), relying_party(), signed_in(), passkey_answer)
    except passkeys.WrongPasskey:
        form = EnrolForm(formdata=None)
        form.code.errors = [WRONG_KEY]
        return invalid(_second_page(second_factor.new_seed(), form))
    return redirect(url_for("own_account.home"), 303)


@bp.post("/second-step/<string(length=32):factor_id>/remove")
@audience("staff")
@recently_authenticated
def remove_factor(factor_id: str) -> Page:
    """Take one away; the last one stays."""
    second_factor.remove(runtime(), signed_in().practitioner_id, factor_id)
    return redirect(url_for("own_account.home"), 303)


def _passphrase_page(form: ChangeForm) -> str:
    return render_template("accounts/own/passphrase.html", form=form)


def _second_page(seed: str, form: EnrolForm) -> str:
    person = signed_in()
    enrolment = app_enrolment(person.practitioner_id, person.name, seed, form)
    return render_template(
        "accounts/own/second_factor.html",
        form=form,
        passkey=registration_options(person.practitioner_id, person.name, person.cookie),
        picture=enrolment.picture,
        groups=enrolment.groups,
    )
