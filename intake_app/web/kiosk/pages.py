"""The tablet in the waiting room: greet, hand over, put away, forget."""

from datetime import datetime

import segno
from flask import (
    Blueprint,
    Response,
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
from intake_app.kiosk.sessions import GreetedClient, NobodySent, OpenedElsewhere
from intake_app.kiosk.tablets import NoSuchTablet, TabletView
from intake_app.web.access import audience
from intake_app.web.dates import clock
from intake_app.web.errors import too_many_tries
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.intake.birth_date_form import BirthDateForm
from intake_app.web.intake.draft_access import credentials, set_client_cookie
from intake_app.web.kiosk import gate
from intake_app.web.kiosk.forms import MoveForm, PinForm
from intake_app.web.practice import practice, to_local
from intake_app.web.replies import Page, invalid, too_many

bp = Blueprint("kiosk", __name__, url_prefix="/kiosk")

NOT_FOUND = (
    "We do not find this date of birth for today. Please check it, or tell the person at the desk."
)
SAME_TWICE = (
    "Two visits today fit. Please tell the person at the desk: "
    "your form will be sent to this tablet."
)
TOO_OFTEN = "That was tried too often. Please tell the person at the desk."
WRONG_PIN = "This is not the PIN. The owner chooses it under Settings, Tablets."
CODE_OVER = (
    "That was wrong five times. Ask your phone for a new code, and type that one. Nothing is lost."
)
PAPER_COLOUR = "#F2ECDF"


@bp.get("")
@audience("kiosk")
def welcome() -> Page:
    """A calm first page; it greets whoever was sent here by their first name only.

    Opened anew, from the home screen or in a new tab, it goes on with nobody's form: somebody else
    may hold the tablet.
    """
    token, browser = credentials()
    if not token:
        return _welcome_page(BirthDateForm(formdata=None))
    is_same_page = request.headers.get("Sec-Fetch-Site") != "none"
    draft = None
    if _tablet().in_use and is_same_page:
        draft = drafts.open_draft(runtime(), token, browser)
    goes_on = draft is not None and not draft.state.is_signed
    return redirect(url_for("steps.resume" if goes_on else "kiosk.away"), 303)


@bp.post("/start")
@audience("kiosk")
def start() -> Page:
    """The client who was sent here taps to start."""
    if request.form.get("guest") != _tablet().visit_id:
        return _back_to_welcome()  # the page greeted somebody else
    browser = drafts.new_browser()
    try:
        token = sessions.start(runtime(), _tablet(), gate.tablet_cookie(), browser)
    except NobodySent:
        return _back_to_welcome()
    except OpenedElsewhere:
        return _code_page(MoveForm(formdata=None), has_begun=True), 409
    return _begin(token, browser)


@bp.post("/not-me")
@audience("kiosk")
def not_me() -> Page:
    """The wrong name is greeted: forget it, and call a member of staff."""
    if request.form.get("guest") == _tablet().visit_id:
        sessions.reject_greeting(runtime(), _tablet().id)
    return _back_to_welcome()


@bp.post("/birth")
@audience("kiosk")
def birth() -> Page:
    """Nobody was sent here: the client says the date of birth. Five tries in ten minutes."""
    form = BirthDateForm()
    if not form.validate_on_submit():
        return invalid(_welcome_page(form))
    try:
        throttle.consume(runtime(), "kiosk-birth", _tablet().id)
    except TooManyTries as error:
        form.refuse(TOO_OFTEN)
        return too_many(_welcome_page(form), error)
    clients = sessions.find_by_birth_date(runtime(), form.value())
    if not clients:
        form.refuse(NOT_FOUND)
        return invalid(_welcome_page(form))
    return _greet_one_of(clients, form)


def _greet_one_of(clients: tuple[GreetedClient, ...], form: BirthDateForm) -> Page:
    """Greet the one client; ask for the initials when there are several with different ones."""
    initials = request.form.get("initials")
    if len(clients) > 1 and initials:
        matching = tuple(client for client in clients if client.initials == initials)
    else:
        matching = clients
    if len(matching) == 1:
        return _greet(matching[0])
    if not matching:
        form.refuse(NOT_FOUND)
        return invalid(_welcome_page(form))
    choices = {client.initials for client in matching}
    if initials or len(choices) < len(matching):
        form.refuse(SAME_TWICE)
        return invalid(_welcome_page(form))
    return render_template("kiosk/initials.html", form=form, initials=sorted(choices))


@bp.route("/code", methods=["GET", "POST"])
@audience("kiosk")
def code() -> Page:
    """A form comes from the client's own phone, by the short code that the phone shows."""
    form = MoveForm()
    if not form.is_submitted():
        return _code_page(form)
    if not form.validate():
        return invalid(_code_page(form))
    browser = drafts.new_browser()
    try:
        token = device_transfer.redeem_short_code(runtime(), _tablet(), text_of(form.code), browser)
    except device_transfer.WrongTransferCode as error:
        form.code.errors = [_wrong_code(error.left)]
        return invalid(_code_page(form))
    return _begin(token, browser)


@bp.get("/phone")
@audience("kiosk")
def phone() -> Page:
    """A picture to scan: the form goes to the client's own phone, and this tablet goes blank."""
    token, browser = credentials()
    draft = None
    if token and _tablet().in_use:
        draft = drafts.open_draft(runtime(), token, browser)
    if draft is None or not draft.same_browser:
        return _back_to_welcome()
    if draft.state.is_signed:
        return _picture_page("copy", token)
    sessions.touch(runtime(), _tablet())
    return _picture_page("phone", device_transfer.create_qr_code(runtime(), draft))


@bp.get("/copy")
@audience("kiosk")
def copy() -> Page:
    """A picture to scan after signing: the client's own copy, on their own phone."""
    token, _ = credentials()
    if not token or not _tablet().in_use:
        return _back_to_welcome()
    return _picture_page("copy", token)


@bp.post("/help")
@audience("kiosk")
def call() -> Page:
    """“I need help”: the board shows it."""
    tablets.call(runtime(), _tablet().id)
    return render_template("kiosk/called.html")


@bp.post("/comfort/<any(large,contrast,aloud,low,left,spanish,full):choice>")
@audience("kiosk")
def comfort(choice: str) -> Page:
    """Larger text, Spanish and so on, until this person is done."""
    if choice != "spanish" or offers("es"):
        tablets.toggle(runtime(), _tablet().id, choice)
    return _back_to_welcome()


@bp.get("/away")
@audience("kiosk")
def away() -> Page:
    """Put the form away: nothing of it stays here. The page then looks whether that is so.

    First the wipe, then the page: it carries a new CSRF token.
    """
    sessions.end(runtime(), _tablet().id)
    g.tablet = tablets.from_cookie(runtime(), gate.tablet_cookie())
    response = gate.wipe(Response(mimetype="text/html"))
    response.set_data(render_template("kiosk/away.html", cleared_at=_tablet().cleared_at))
    return response


@bp.post("/checked")
@audience("kiosk")
def record_wipe_check() -> Page:
    """What the page found in the browser after the wipe."""
    is_clean = request.form.get("clean") == "yes"
    sessions.record_wipe_check(runtime(), _tablet().id, is_clean)
    return "", 204


@bp.get("/pulse")
@audience("kiosk")
def pulse() -> Page:
    """Asked every second by the page on the screen: is it still the right one?"""
    if "X-Here" in request.headers:
        sessions.touch(runtime(), _tablet())
    return jsonify(state=gate.view_state(_tablet()), help=_tablet().help)


@bp.route("/leave", methods=["GET", "POST"])
@audience("kiosk")
def leave() -> Page:
    """Staff want the device back: the PIN first, then the whole sign-in."""
    form = PinForm()
    if not form.is_submitted():
        return _leave_page(form)
    if not form.validate():
        return invalid(_leave_page(form))
    try:
        pin.unlock(runtime(), _tablet().id, text_of(form.pin))
    except pin.WrongPin:
        form.pin.errors = [WRONG_PIN]
        return invalid(_leave_page(form))
    except TooManyTries as error:
        form.pin.errors = [too_many_tries(error)]
        return too_many(_leave_page(form), error)
    return gate.wipe(redirect(url_for("sign_in.ask"), 303))


@bp.get("/manifest.webmanifest")
@audience("public")
def manifest() -> Page:
    """Lets the tablet keep the kiosk on its home screen, without the browser's own buttons."""
    profile = practice()
    icon = {
        "src": url_for("static", filename="img/stones.svg"),
        "sizes": "any",
        "type": "image/svg+xml",
    }
    return jsonify(
        name=profile.name if profile else "Client intake",
        short_name="Intake",
        start_url=url_for("kiosk.welcome"),
        scope="/",
        display="fullscreen",
        background_color=PAPER_COLOUR,
        theme_color=PAPER_COLOUR,
        icons=[icon],
    )


@bp.app_template_global("practice_time")
def practice_time(at: datetime) -> str:
    """A time by the practice's clock, like 10:42 AM."""
    return clock(to_local(at))


@bp.errorhandler(NoSuchTablet)
def _no_tablet(_: NoSuchTablet) -> AnyResponse:
    """On the tablet itself: it was unpaired just now, and the welcome page knows what to do."""
    return _back_to_welcome()


def _tablet() -> TabletView:
    """The tablet that asks; the gate has recognised it."""
    tablet: TabletView = g.tablet
    return tablet


def _back_to_welcome() -> AnyResponse:
    return redirect(url_for("kiosk.welcome"), 303)


def _greet(client: GreetedClient) -> AnyResponse:
    sessions.choose(runtime(), _tablet().id, client.visit_id)
    throttle.reset(runtime(), "kiosk-birth", _tablet().id)
    return _back_to_welcome()


def _begin(token: str, browser: str) -> AnyResponse:
    """The client sits at this tablet, and goes on with the form."""
    sessions.apply_language(runtime(), _tablet(), token, browser)
    return set_client_cookie(redirect(url_for("steps.resume"), 303), token, browser)


def _welcome_page(form: BirthDateForm) -> str:
    client = sessions.greeted_client(runtime(), _tablet())
    return render_template("kiosk/welcome.html", form=form, guest=client)


def _code_page(form: MoveForm, has_begun: bool = False) -> str:
    return render_template("kiosk/code.html", form=form, begun=has_begun)


def _leave_page(form: PinForm) -> str:
    return render_template("kiosk/leave.html", form=form)


def _picture_page(name: str, token: str) -> str:
    """A link as a picture and in letters, for somebody without a camera or who cannot see it."""
    address = url_for("start.enter", _external=True) + "#" + token
    picture = segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4)
    return render_template(f"kiosk/{name}.html", picture=picture, address=address)


def _wrong_code(tries_left: int) -> str:
    if tries_left == 0:
        return CODE_OVER
    tries = "try" if tries_left == 1 else "tries"
    return f"This code does not fit. Please check it. {tries_left} more {tries}."
