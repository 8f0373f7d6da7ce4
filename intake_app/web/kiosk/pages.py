"""The tablet in the waiting room: greet, hand over, put away, forget."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import (
    Blueprint,
    Response,
    abort,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from intake_app.core import throttle
from intake_app.core.throttle import TooManyTries
from intake_app.intake import drafts
from intake_app.intake.draft_state import offers
from intake_app.kiosk import device_transfer, pin, sessions, tablets
from intake_app.kiosk.sessions import FormAlreadySigned, GreetedClient, NobodySent, OpenedElsewhere
from intake_app.web.access import audience
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.intake.birth_date_form import BirthDateForm
from intake_app.web.intake.draft_access import credentials, set_client_cookie
from intake_app.web.kiosk import gate
from intake_app.web.kiosk.forms import MoveForm, PinForm
from intake_app.web.practice import practice

bp = Blueprint("kiosk", __name__, url_prefix="/kiosk")

Page = str | AnyResponse | tuple[Any, ...]
NOT_FOUND = (
    "We do not find this date of birth for today. Please check it, or tell the person at the desk."
)
SAME_TWICE = "Two visits today fit. Please tell the person at the desk: your form will be sent to this tablet."


@bp.get("")
@audience("kiosk")
def welcome() -> Page:
    """A calm first page; it greets whoever was sent here by her first name only.

    Opened anew, from the home screen or in a new tab, it goes on with nobody's form: somebody else may hold the tablet.
    """
    token, browser = credentials()
    if token:
        same_page = request.headers.get("Sec-Fetch-Site") != "none"
        draft = (
            drafts.open_draft(runtime(), token, browser) if g.tablet.in_use and same_page else None
        )
        goes_on = draft is not None and draft.state.evidence is None
        return redirect(url_for("steps.resume" if goes_on else "kiosk.away"), 303)
    return _welcome(BirthDateForm(formdata=None))


@bp.post("/start")
@audience("kiosk")
def start() -> Page:
    """The client who was sent here taps to start."""
    if request.form.get("guest") != g.tablet.visit_id:
        return redirect(url_for("kiosk.welcome"), 303)  # the page greeted somebody else
    browser = drafts.new_browser()
    try:
        token = sessions.start(runtime(), g.tablet, request.cookies.get(gate.COOKIE, ""), browser)
    except NobodySent:
        return redirect(url_for("kiosk.welcome"), 303)
    except FormAlreadySigned:
        raise PageError(
            409, "Your form is done", "You have signed it already. Please hand the tablet back."
        ) from None
    except OpenedElsewhere:
        return _page("code", form=MoveForm(formdata=None), begun=True), 409
    return _seated(token, browser)


@bp.post("/not-me")
@audience("kiosk")
def not_me() -> Page:
    """The wrong name is greeted: forget it, and call a member of staff."""
    if request.form.get("guest") == g.tablet.visit_id:
        sessions.reject_greeting(runtime(), g.tablet.id)
    return redirect(url_for("kiosk.welcome"), 303)


@bp.post("/birth")
@audience("kiosk")
def birth() -> Page:
    """Nobody was sent here: the client says her date of birth. Five tries in ten minutes."""
    form = BirthDateForm()
    if not form.validate_on_submit():
        return _welcome(form), 422
    try:
        throttle.consume(runtime(), "kiosk-birth", g.tablet.id)
    except TooManyTries:
        form.refuse("That was tried too often. Please tell the person at the desk.")
        return _welcome(form), 429
    found = sessions.find_by_birth_date(runtime(), form.value())
    picked = request.form.get("initials")
    if len(found) > 1 and picked:
        found = tuple(one for one in found if one.initials == picked)
    if len(found) == 1:
        return _greet(found[0])
    if not found or picked or len({one.initials for one in found}) < len(found):
        form.refuse(SAME_TWICE if found else NOT_FOUND)
        return _welcome(form), 422
    return _page("initials", form=form, initials=sorted(one.initials for one in found))


@bp.route("/code", methods=["GET", "POST"])
@audience("kiosk")
def code() -> Page:
    """A form comes from the client's own phone, by the short code that the phone shows."""
    form = MoveForm()
    if not form.is_submitted():
        return _page("code", form=form, begun=False)
    if not form.validate():
        return _page("code", form=form, begun=False), 422
    browser = drafts.new_browser()
    try:
        token = device_transfer.redeem_short_code(runtime(), g.tablet, text_of(form.code), browser)
    except device_transfer.WrongTransferCode as error:
        form.code.errors = [_wrong(error.left)]
        return _page("code", form=form, begun=False), 422
    return _seated(token, browser)


@bp.get("/phone")
@audience("kiosk")
def phone() -> Page:
    """A picture to scan: the form goes to the client's own phone, and this tablet goes blank."""
    token, browser = credentials()
    draft = drafts.open_draft(runtime(), token, browser) if token and g.tablet.in_use else None
    if draft is None or not draft.same_browser:
        return redirect(url_for("kiosk.welcome"), 303)
    if draft.state.evidence is not None:
        return _page("copy", **_picture(token))
    sessions.touch(runtime(), g.tablet)
    return _page("phone", **_picture(device_transfer.create_qr_code(runtime(), draft)))


@bp.get("/copy")
@audience("kiosk")
def copy() -> Page:
    """A picture to scan after signing: the client's own copy, on her own phone."""
    token, _ = credentials()
    if not token or not g.tablet.in_use:
        return redirect(url_for("kiosk.welcome"), 303)
    return _page("copy", **_picture(token))


@bp.post("/help")
@audience("kiosk")
def call() -> Page:
    """“I need help”: the board shows it."""
    tablets.call(runtime(), g.tablet.id)
    return _page("called")


@bp.post("/comfort/<any(large,contrast,aloud,low,left,spanish,full):choice>")
@audience("kiosk")
def comfort(choice: str) -> Page:
    """Larger text, Spanish and so on, until this person is done."""
    if choice != "spanish" or offers("es"):
        tablets.toggle(runtime(), g.tablet.id, choice)
    return redirect(url_for("kiosk.welcome"), 303)


@bp.get("/away")
@audience("kiosk")
def away() -> Page:
    """Put the form away: nothing of it stays here. The page then looks whether that is so."""
    sessions.end(runtime(), g.tablet.id)
    g.tablet = tablets.from_cookie(runtime(), request.cookies.get(gate.COOKIE, ""))
    response = gate.wipe(
        Response(mimetype="text/html")
    )  # first the wipe, then the page with its new CSRF token
    response.set_data(_page("away", cleared_at=g.tablet.cleared_at))
    return response


@bp.post("/checked")
@audience("kiosk")
def record_wipe_check() -> Page:
    """What the page found in the browser after the wipe."""
    sessions.record_wipe_check(runtime(), g.tablet.id, request.form.get("clean") == "yes")
    return "", 204


@bp.get("/pulse")
@audience("kiosk")
def pulse() -> Page:
    """Asked every second by the page on the screen: is it still the right one?"""
    if "X-Here" in request.headers:
        sessions.touch(runtime(), g.tablet)
    return jsonify(state=gate.view_state(g.tablet), help=g.tablet.help)


@bp.route("/leave", methods=["GET", "POST"])
@audience("kiosk")
def leave() -> Page:
    """Staff want the device back: the PIN first, then the whole sign-in."""
    form = PinForm()
    if not form.is_submitted():
        return _page("leave", form=form)
    try:
        if form.validate():
            pin.unlock(runtime(), g.tablet.id, text_of(form.pin))
            return gate.wipe(redirect(url_for("sign_in.ask"), 303))
    except pin.WrongPin:
        form.pin.errors = ["This is not the PIN. The owner chooses it under Settings, Tablets."]
    except TooManyTries as error:
        form.pin.errors = [f"Too many tries. Please wait {error.seconds} seconds, then try again."]
        return _page("leave", form=form), 429
    return _page("leave", form=form), 422


@bp.get("/manifest.webmanifest")
@audience("public")
def manifest() -> Page:
    """Lets the tablet keep the kiosk on its home screen, without the browser's own buttons."""
    card = practice()
    return jsonify(
        name=card.name if card else "Client intake",
        short_name="Intake",
        start_url=url_for("kiosk.welcome"),
        scope="/",
        display="fullscreen",
        background_color="#F2ECDF",
        theme_color="#F2ECDF",
        icons=[
            {
                "src": url_for("static", filename="img/stones.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
            }
        ],
    )


@bp.app_template_global("practice_time")
def practice_time(at: datetime) -> str:
    """A time by the practice's clock, like 10:42 AM."""
    card = practice()
    return at.astimezone(ZoneInfo(card.timezone if card else "UTC")).strftime("%-I:%M %p")


@bp.errorhandler(tablets.NoSuchTablet)
def _gone(_: tablets.NoSuchTablet) -> AnyResponse:
    return redirect(url_for("kiosk.welcome"), 303)


def _greet(guest: GreetedClient) -> AnyResponse:
    sessions.choose(runtime(), g.tablet.id, guest.visit_id)
    throttle.reset(runtime(), "kiosk-birth", g.tablet.id)
    return redirect(url_for("kiosk.welcome"), 303)


def _seated(token: str, browser: str) -> AnyResponse:
    sessions.apply_language(runtime(), g.tablet, token, browser)
    return set_client_cookie(redirect(url_for("steps.resume"), 303), token, browser)


def _welcome(form: BirthDateForm) -> str:
    return _page("welcome", form=form, guest=sessions.greeted_client(runtime(), g.tablet))


def _page(name: str, **more: object) -> str:
    return render_template(f"kiosk/{name}.html", practice=practice() or abort(404), **more)


def _picture(token: str) -> dict[str, str]:
    """A link as a picture and in letters, for somebody without a camera or without eyes for it."""
    address = url_for("start.enter", _external=True) + "#" + token
    return {
        "picture": segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4),
        "address": address,
    }


def _wrong(left: int) -> str:
    if left == 0:
        return "That was wrong five times. Ask your phone for a new code, and type that one. Nothing is lost."
    return (
        f"This code does not fit. Please check it. {left} more {'try' if left == 1 else 'tries'}."
    )
