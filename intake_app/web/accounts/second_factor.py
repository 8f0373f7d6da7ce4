"""The second page of signing in: the second factor, and setting it up the first time."""

from dataclasses import dataclass

import segno
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import passkeys, second_factor, sessions
from intake_app.accounts.sessions import PendingSignIn
from intake_app.core.throttle import TooManyTries
from intake_app.web.access import audience
from intake_app.web.accounts.cookie import relying_party, set_staff_cookie, staff_cookie
from intake_app.web.accounts.forms import EnrolForm, FactorForm
from intake_app.web.errors import too_many_tries
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice
from intake_app.web.replies import Page, invalid, too_many

bp = Blueprint("second_factor", __name__, url_prefix="/sign-in")

WRONG = (
    "This code is not right. Codes change every 30 seconds, and each works once. "
    "Please try the next one."
)
WRONG_FIRST = (
    "This is not the code that belongs to the picture. Type the 6 numbers your app shows now."
)
WRONG_KEY = "This passkey did not work here. Please try again, or use a code."


@bp.get("/code")
@audience("public")
def ask() -> Page:
    """Ask for the second factor; whoever has none yet sets one up."""
    pending = _pending("factor")
    if isinstance(pending, Response):
        return pending
    return _ask_page(pending, FactorForm(formdata=None))


@bp.post("/code")
@audience("public")
def answer() -> Page:
    """The right code, or the right passkey, opens the session, under a new cookie."""
    pending = _pending("factor")
    form = FactorForm()
    if isinstance(pending, Response):
        return pending
    passkey_answer = request.form.get("answer", "")
    if not passkey_answer and not form.validate_on_submit():
        return invalid(_ask_page(pending, form))
    try:
        cookie = _verify(pending, passkey_answer, text_of(form.code))
    except passkeys.WrongPasskey:
        form.code.errors = [WRONG_KEY]
        return invalid(_ask_page(pending, form))
    except second_factor.WrongFactorCode:
        form.code.errors = [WRONG]
        return invalid(_ask_page(pending, form))
    except TooManyTries as error:
        form.code.errors = [too_many_tries(error)]
        return too_many(_ask_page(pending, form), error)
    return set_staff_cookie(redirect(url_for("sign_in.home"), 303), cookie)


def _verify(pending: PendingSignIn, passkey_answer: str, code: str) -> str:
    """The cookie of the session that a passkey or a code opens.

    Raises WrongPasskey, WrongFactorCode or TooManyTries.
    """
    if passkey_answer:
        return passkeys.sign_in_with_passkey(runtime(), relying_party(), pending, passkey_answer)
    return second_factor.verify_code(runtime(), pending, code)


@bp.get("/second")
@audience("public")
def set_up() -> Page:
    """Show the picture for the authenticator app.

    A new one each time; it counts once its code is typed.
    """
    pending = _pending("enrol")
    if isinstance(pending, Response):
        return pending
    return _set_up_page(pending, second_factor.new_seed(), EnrolForm(formdata=None))


@bp.post("/second")
@audience("public")
def enrol() -> Page:
    """Keep the app as second factor, open the session, and show the recovery codes once."""
    pending = _pending("enrol")
    form = EnrolForm()
    if isinstance(pending, Response):
        return pending
    seed = second_factor.unpack_seed(runtime(), pending.practitioner_id, text_of(form.seed))
    if seed is None:
        return redirect(url_for("second_factor.set_up"), 303)
    if not form.validate_on_submit():
        return invalid(_set_up_page(pending, seed, form))
    try:
        cookie, codes = second_factor.enrol(runtime(), pending, seed, text_of(form.code))
    except second_factor.WrongFactorCode:
        form.code.errors = [WRONG_FIRST]
        return invalid(_set_up_page(pending, seed, form))
    except TooManyTries as error:
        form.code.errors = [too_many_tries(error)]
        return too_many(_set_up_page(pending, seed, form), error)
    return _welcome(cookie, codes)


@bp.post("/second/passkey")
@audience("public")
def enrol_passkey() -> Page:
    """The same with a passkey."""
    pending = _pending("enrol")
    if isinstance(pending, Response):
        return pending
    passkey_answer = request.form.get("answer", "")
    try:
        cookie, codes = passkeys.enrol(runtime(), relying_party(), pending, passkey_answer)
    except passkeys.WrongPasskey:
        form = EnrolForm(formdata=None)
        form.code.errors = [WRONG_KEY]
        return invalid(_set_up_page(pending, second_factor.new_seed(), form))
    return _welcome(cookie, codes)


@dataclass(frozen=True, slots=True)
class AppEnrolment:
    """What an authenticator app needs: a picture to scan, and the same as groups to type."""

    picture: str
    groups: tuple[str, ...]


def app_enrolment(practitioner_id: str, name: str, seed: str, form: EnrolForm) -> AppEnrolment:
    """What accounts/_authenticator_app.html shows. Puts the seed, encrypted, into the form."""
    profile = practice()
    uri = second_factor.otpauth_uri(name, profile.name if profile else "Client intake", seed)
    form.seed.data = second_factor.pack_seed(runtime(), practitioner_id, seed)
    picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=4)
    groups = tuple(seed[at : at + 4] for at in range(0, len(seed), 4))
    return AppEnrolment(picture, groups)


def registration_options(practitioner_id: str, name: str, cookie: str) -> str:
    """What the browser needs to make a passkey (JSON); empty where it cannot have one here."""
    party = relying_party()
    if not party.can_have_passkeys:
        return ""
    return passkeys.registration_options(runtime(), party, (practitioner_id, name), cookie)


def _pending(stage: str) -> PendingSignIn | Response:
    """Who stands between the two pages, at this stage; otherwise the way to where they belong."""
    pending = sessions.pending_sign_in(runtime(), staff_cookie())
    if pending is None:
        return redirect(url_for("sign_in.ask"), 303)
    if pending.stage == stage:
        return pending
    endpoint = "second_factor.set_up" if pending.stage == "enrol" else "second_factor.ask"
    return redirect(url_for(endpoint), 303)


def _welcome(cookie: str, codes: tuple[str, ...]) -> Response:
    html = render_template("accounts/sign_in/recovery_codes.html", codes=codes)
    return set_staff_cookie(make_response(html), cookie)


def _ask_page(pending: PendingSignIn, form: FactorForm) -> str:
    options = passkeys.authentication_options(runtime(), relying_party(), pending)
    return render_template("accounts/sign_in/second_factor.html", form=form, passkey=options)


def _set_up_page(pending: PendingSignIn, seed: str, form: EnrolForm) -> str:
    enrolment = app_enrolment(pending.practitioner_id, pending.name, seed, form)
    return render_template(
        "accounts/sign_in/second_factor_setup.html",
        form=form,
        passkey=registration_options(pending.practitioner_id, pending.name, pending.cookie),
        picture=enrolment.picture,
        groups=enrolment.groups,
    )
