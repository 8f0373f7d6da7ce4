"""The second page of signing in: the second factor, and setting it up the first time."""

from typing import Any

import segno
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import passkeys, second_factor, sessions
from intake_app.accounts.sessions import PendingSignIn
from intake_app.core.throttle import TooManyTries
from intake_app.web.access import audience
from intake_app.web.accounts.cookie import relying_party, set_staff_cookie, staff_cookie
from intake_app.web.accounts.forms import EnrolForm, FactorForm
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice

bp = Blueprint("second_factor", __name__, url_prefix="/sign-in")

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
WRONG = "This code is not right. Codes change every 30 seconds, and each works once. Please try the next one."
WRONG_FIRST = (
    "This is not the code that belongs to the picture. Type the 6 numbers your app shows now."
)
WRONG_KEY = "This passkey did not work here. Please try again, or use a code."


@bp.get("/code")
@audience("public")
def ask() -> Page:
    """Ask for the second factor; whoever has none yet sets one up."""
    waiting = _waiting("factor")
    return (
        waiting
        if isinstance(waiting, Response)
        else _ask_page(waiting, FactorForm(formdata=None), 200)
    )


@bp.post("/code")
@audience("public")
def answer() -> Page:
    """The right code, or the right passkey, opens the session, under a new cookie."""
    waiting, form = _waiting("factor"), FactorForm()
    if isinstance(waiting, Response):
        return waiting
    key = request.form.get("answer", "")
    if not key and not form.validate_on_submit():
        return _ask_page(waiting, form, 422)
    try:
        cookie = (
            passkeys.sign_in_with_passkey(runtime(), relying_party(), waiting, key)
            if key
            else second_factor.verify_code(runtime(), waiting, text_of(form.code))
        )
    except (second_factor.WrongFactorCode, passkeys.WrongPasskey):
        form.code.errors = [WRONG_KEY if key else WRONG]
        return _ask_page(waiting, form, 422)
    except TooManyTries as error:
        form.code.errors = [wait(error)]
        return _ask_page(waiting, form, 429, {"Retry-After": str(error.seconds)})
    return set_staff_cookie(redirect(url_for("sign_in.home"), 303), cookie)


@bp.get("/second")
@audience("public")
def set_up() -> Page:
    """Show the picture for the authenticator app. A new one each time; it counts once its code is typed."""
    waiting = _waiting("enrol")
    if isinstance(waiting, Response):
        return waiting
    return _set_up_page(waiting, second_factor.new_seed(), EnrolForm(formdata=None), 200)


@bp.post("/second")
@audience("public")
def enrol() -> Page:
    """Keep the app as second factor, open the session, and show the recovery codes once."""
    waiting, form = _waiting("enrol"), EnrolForm()
    if isinstance(waiting, Response):
        return waiting
    seed = second_factor.unpack_seed(runtime(), waiting.practitioner_id, text_of(form.seed))
    if seed is None:
        return redirect(url_for("second_factor.set_up"), 303)
    if not form.validate_on_submit():
        return _set_up_page(waiting, seed, form, 422)
    try:
        return _welcome(*second_factor.enrol(runtime(), waiting, seed, text_of(form.code)))
    except second_factor.WrongFactorCode:
        form.code.errors = [WRONG_FIRST]
        return _set_up_page(waiting, seed, form, 422)
    except TooManyTries as error:
        form.code.errors = [wait(error)]
        return _set_up_page(waiting, seed, form, 429)


@bp.post("/second/passkey")
@audience("public")
def enrol_passkey() -> Page:
    """The same with a passkey."""
    waiting = _waiting("enrol")
    if isinstance(waiting, Response):
        return waiting
    try:
        return _welcome(
            *passkeys.enrol(runtime(), relying_party(), waiting, request.form.get("answer", ""))
        )
    except passkeys.WrongPasskey:
        form = EnrolForm(formdata=None)
        form.code.errors = [WRONG_KEY]
        return _set_up_page(waiting, second_factor.new_seed(), form, 422)


def wait(error: TooManyTries) -> str:
    """How long to wait, in words."""
    return f"Too many tries. Please wait {error.seconds} seconds, then try again."


def phone_card(practitioner_id: str, name: str, seed: str, form: EnrolForm) -> dict[str, Any]:
    """What accounts/_authenticator_app.html shows: the picture for the app, and the same as groups to type."""
    card = practice()
    words = second_factor.otpauth_uri(name, card.name if card else "Client intake", seed)
    form.seed.data = second_factor.pack_seed(runtime(), practitioner_id, seed)
    picture = segno.make(words, error="m").svg_data_uri(scale=4, border=4)
    return {"picture": picture, "groups": [seed[at : at + 4] for at in range(0, len(seed), 4)]}


def _waiting(stage: str) -> PendingSignIn | Response:
    """Who stands between the two pages, at this stage; otherwise the way to where she belongs."""
    found = sessions.pending_sign_in(runtime(), staff_cookie())
    if found is None:
        return redirect(url_for("sign_in.ask"), 303)
    if found.stage != stage:
        return redirect(
            url_for("second_factor.set_up" if found.stage == "enrol" else "second_factor.ask"), 303
        )
    return found


def _welcome(cookie: str, codes: tuple[str, ...]) -> Response:
    page = render_template("accounts/sign_in/recovery_codes.html", practice=practice(), codes=codes)
    return set_staff_cookie(make_response(page), cookie)


def _ask_page(
    waiting: PendingSignIn, form: FactorForm, status: int, headers: dict[str, str] | None = None
) -> Page:
    key = passkeys.authentication_options(runtime(), relying_party(), waiting)
    page = render_template(
        "accounts/sign_in/second_factor.html", practice=practice(), form=form, passkey=key
    )
    return page, status, headers or {}


def _set_up_page(waiting: PendingSignIn, seed: str, form: EnrolForm, status: int) -> Page:
    phone = phone_card(waiting.practitioner_id, waiting.name, seed, form)
    person = (waiting.practitioner_id, waiting.name)
    key = (
        passkeys.registration_options(runtime(), relying_party(), person, waiting.cookie)
        if relying_party().can_have_passkeys
        else ""
    )
    page = render_template(
        "accounts/sign_in/second_factor_setup.html",
        practice=practice(),
        form=form,
        passkey=key,
        **phone,
    )
    return page, status
