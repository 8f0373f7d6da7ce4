"""The tablets as the staff sees them: pair, send a client, answer a call, unpair, choose the PIN."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts import sessions
from intake_app.kiosk import pin as kiosk_pin
from intake_app.kiosk import tablets
from intake_app.kiosk.tablets import NoSuchTablet, TabletInUse, TabletNameTaken
from intake_app.visits import visits
from intake_app.visits.visits import NoSuchVisit
from intake_app.web.access import audience
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.errors import page as error_page
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.front_desk.board import back_to_board, shown_day
from intake_app.web.kiosk import gate
from intake_app.web.kiosk.forms import NewPinForm, TabletForm
from intake_app.web.practice import practice

bp = Blueprint("tablets", __name__, url_prefix="/tablets")

Page = str | Response | tuple[str, int]
TABLET = "/<string(length=32):tablet_id>"


@bp.get("")
@audience("staff")
def list_all() -> Page:
    """All tablets, and how to pair this device."""
    return _list(TabletForm(formdata=None), NewPinForm(formdata=None))


@bp.post("/pair")
@audience("staff")
def pair() -> Page:
    """This very device becomes a tablet of the practice. Whoever pairs it is signed out in the same answer."""
    form = TabletForm()
    if not form.validate_on_submit():
        return _list(form, NewPinForm(formdata=None)), 422
    try:
        cookie = tablets.pair(
            runtime(), text_of(form.name), request.cookies.get(gate.COOKIE, ""), _me()
        )
    except TabletNameTaken:
        form.name.errors = [
            "There is a tablet of this name already. Choose another, or unpair that one first."
        ]
        return _list(form, NewPinForm(formdata=None)), 422
    sessions.sign_out(runtime(), g.staff.cookie)
    return gate.set_tablet_cookie(gate.leave_staff(redirect(url_for("kiosk.welcome"), 303)), cookie)


@bp.post(f"{TABLET}/unpair")
@audience("staff")
def unpair(tablet_id: str) -> Page:
    """The tablet shows nothing of the practice any more."""
    tablets.unpair(runtime(), tablet_id, _me())
    return redirect(url_for("tablets.list_all"), 303)


@bp.post(f"{TABLET}/answered")
@audience("desk")
def answer_call(tablet_id: str) -> Page:
    """Somebody went to the client who called."""
    day = shown_day()
    tablets.answered(runtime(), tablet_id, _me())
    return back_to_board(day)


@bp.post("/send/<string(length=32):visit_id>")
@audience("desk")
def send(visit_id: str) -> Page:
    """Let a tablet greet this client; with several tablets, ask which."""
    found = tablets.list_tablets(runtime())
    chosen = request.form.get("tablet") or (found[0].id if len(found) == 1 else "")
    if not chosen:
        _, person = visits.get(runtime(), visit_id)
        return render_template(
            "kiosk/staff/choose_tablet.html",
            practice=practice(),
            tablets=found,
            person=person,
            visit_id=visit_id,
        )
    day = shown_day()
    tablets.send(runtime(), visit_id, chosen, _me())
    return back_to_board(day, visit_id)


@bp.post("/pin")
@audience("owner")
@recently_authenticated
def choose_pin() -> Page:
    """The PIN that opens the staff's sign-in on every tablet."""
    form = NewPinForm()
    if not form.validate_on_submit():
        return _list(TabletForm(formdata=None), form), 422
    kiosk_pin.choose(runtime(), text_of(form.pin), _me())
    return redirect(url_for("tablets.list_all"), 303)


@bp.get("/lock-down")
@audience("staff")
def lock_down() -> Page:
    """How to keep a tablet in this one page: iPad, Android, Chromium."""
    return render_template("kiosk/staff/lock_down.html", practice=practice())


@bp.errorhandler(NoSuchTablet)
def _gone(_: NoSuchTablet) -> tuple[str, int, dict[str, str]]:
    return error_page(
        404,
        "This tablet is not paired",
        "Pair it again: sign in on the tablet, then Settings, Tablets.",
    )


@bp.errorhandler(NoSuchVisit)
def _no_visit(_: NoSuchVisit) -> tuple[str, int, dict[str, str]]:
    return error_page(
        404,
        "This visit is not on the list",
        "Somebody may have taken it off. Go back to the board.",
    )


@bp.errorhandler(TabletInUse)
def _in_use(_: TabletInUse) -> tuple[str, int, dict[str, str]]:
    return error_page(
        409,
        "Somebody is at this tablet",
        "Wait until the tablet shows the welcome page, or send another tablet.",
    )


def _list(form: TabletForm, pin: NewPinForm) -> str:
    return render_template(
        "kiosk/staff/tablets.html",
        practice=practice(),
        tablets=tablets.list_tablets(runtime()),
        form=form,
        pin=pin,
        has_pin=kiosk_pin.is_chosen(runtime()),
    )


def _me() -> str:
    me: str = g.staff.practitioner_id
    return me
