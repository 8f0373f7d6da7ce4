"""One's own account: sessions, passphrase, second step, recovery codes."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import credentials, passkeys, second_factor, session_list
from intake_app.core.throttle import TooManyTries
from intake_app.core.version import __version__
from intake_app.web.access import audience
from intake_app.web.accounts.cookie import relying_party, set_staff_cookie
from intake_app.web.accounts.forms import ChangeForm, EnrolForm
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.accounts.second_factor import WRONG_FIRST, WRONG_KEY, phone_card, wait
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice

bp = Blueprint("account", __name__, url_prefix="/account")

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
WRONG = "This is not the passphrase you have now."


@bp.get("")
@audience("staff")
def home() -> Page:
    """Settings: one's own account first, then what the role may do."""
    return render_template(
        "accounts/own/home.html",
        practice=practice(),
        version=__version__,
        sessions=session_list.list_sessions(runtime(), g.staff),
        factors=second_factor.list_factors(runtime(), g.staff.practitioner_id),
    )


@bp.get("/left")
@audience("staff")
def left() -> Page:
    """How many seconds the session lasts if nothing more is done. A page that asks by itself extends nothing."""
    seconds = int((g.staff.until - runtime().clock()).total_seconds())
    return Response(str(seconds), mimetype="text/plain")


@bp.post("/sessions/<string(length=64):session_id>/end")
@audience("staff")
def end_session(session_id: str) -> Page:
    """End one of one's own sessions."""
    session_list.end_session(runtime(), g.staff, session_id)
    return redirect(url_for("account.home"), 303)


@bp.get("/passphrase")
@audience("staff")
def ask_passphrase() -> Page:
    """The form for a new passphrase."""
    return _passphrase_page(ChangeForm(formdata=None), 200)


@bp.post("/passphrase")
@audience("staff")
def change_passphrase() -> Page:
    """The new one counts from now on; every other session ends."""
    card = practice()
    form = ChangeForm(known=(g.staff.name, card.name if card else ""))
    if not form.validate_on_submit():
        return _passphrase_page(form, 422)
    try:
        cookie = credentials.change_passphrase(
            runtime(), g.staff, text_of(form.now), text_of(form.passphrase)
        )
    except credentials.PassphraseNotConfirmed:
        form.now.errors = [WRONG]
        return _passphrase_page(form, 422)
    except TooManyTries as error:
        form.now.errors = [wait(error)]
        return _passphrase_page(form, 429)
    return set_staff_cookie(redirect(url_for("account.home"), 303), cookie)


@bp.post("/recovery-codes")
@audience("staff")
@recently_authenticated
def recovery_codes() -> Page:
    """Ten new codes, shown once; the old ones end."""
    codes = second_factor.renew_recovery_codes(runtime(), g.staff.practitioner_id)
    return render_template("accounts/sign_in/recovery_codes.html", practice=practice(), codes=codes)


@bp.get("/second-step")
@audience("staff")
def second_step() -> Page:
    """Add another phone or a passkey."""
    return _second_page(second_factor.new_seed(), EnrolForm(formdata=None), 200)


@bp.post("/phone")
@audience("staff")
@recently_authenticated
def add_phone() -> Page:
    """One more authenticator app, once it shows the right code."""
    form, me = EnrolForm(), g.staff
    seed = second_factor.unpack_seed(runtime(), me.practitioner_id, text_of(form.seed))
    if seed is None:
        return redirect(url_for("account.second_step"), 303)
    if not form.validate_on_submit():
        return _second_page(seed, form, 422)
    try:
        second_factor.add_phone(runtime(), me.practitioner_id, seed, text_of(form.code))
    except second_factor.WrongFactorCode:
        form.code.errors = [WRONG_FIRST]
        return _second_page(seed, form, 422)
    except TooManyTries as error:
        form.code.errors = [wait(error)]
        return _second_page(seed, form, 429)
    return redirect(url_for("account.home"), 303)


@bp.post("/passkey")
@audience("staff")
@recently_authenticated
def add_passkey() -> Page:
    """One more passkey."""
    try:
        passkeys.add_another(runtime(), relying_party(), g.staff, request.form.get("answer", ""))
    except passkeys.WrongPasskey:
        form = EnrolForm(formdata=None)
        form.code.errors = [WRONG_KEY]
        return _second_page(second_factor.new_seed(), form, 422)
    return redirect(url_for("account.home"), 303)


@bp.post("/second-step/<string(length=32):factor_id>/remove")
@audience("staff")
@recently_authenticated
def remove_factor(factor_id: str) -> Page:
    """Take one away; the last one stays."""
    second_factor.remove(runtime(), g.staff.practitioner_id, factor_id)
    return redirect(url_for("account.home"), 303)


def _passphrase_page(form: ChangeForm, status: int) -> Page:
    return render_template("accounts/own/passphrase.html", practice=practice(), form=form), status


def _second_page(seed: str, form: EnrolForm, status: int) -> Page:
    me = g.staff
    phone = phone_card(me.practitioner_id, me.name, seed, form)
    key = (
        passkeys.registration_options(
            runtime(), relying_party(), (me.practitioner_id, me.name), me.cookie
        )
        if relying_party().can_have_passkeys
        else ""
    )
    page = render_template(
        "accounts/own/second_factor.html", practice=practice(), form=form, passkey=key, **phone
    )
    return page, status
