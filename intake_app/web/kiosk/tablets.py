"""The tablets as the staff sees them.

Pair, send a client, answer a call, unpair, choose the PIN.
"""

from flask import Blueprint, redirect, render_template, request, url_for

from intake_app.accounts import sessions
from intake_app.kiosk import pin, tablets
from intake_app.kiosk.tablets import TabletNameTaken
from intake_app.visits import visits
from intake_app.web.access import audience, signed_in
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.front_desk.board import back_to_board, shown_day
from intake_app.web.kiosk import gate
from intake_app.web.kiosk.forms import NewPinForm, TabletForm
from intake_app.web.replies import Page, invalid

bp = Blueprint("tablets", __name__, url_prefix="/tablets")

TABLET = "/<string(length=32):tablet_id>"
NAME_TAKEN = "There is a tablet of this name already. Choose another, or unpair that one first."


@bp.get("")
@audience("staff")
def list_all() -> Page:
    """All tablets, and how to pair this device."""
    return _page()


@bp.post("/pair")
@audience("staff")
def pair() -> Page:
    """This very device becomes a tablet of the practice.

    Whoever pairs it is signed out in the same answer.
    """
    form = TabletForm()
    if not form.validate_on_submit():
        return invalid(_page(form=form))
    old_cookie = gate.tablet_cookie()
    try:
        cookie = tablets.pair(runtime(), text_of(form.name), old_cookie, _staff_id())
    except TabletNameTaken:
        form.name.errors = [NAME_TAKEN]
        return invalid(_page(form=form))
    sessions.sign_out(runtime(), signed_in().cookie)
    response = gate.leave_staff(redirect(url_for("kiosk.welcome"), 303))
    return gate.set_tablet_cookie(response, cookie)


@bp.post(f"{TABLET}/unpair")
@audience("staff")
def unpair(tablet_id: str) -> Page:
    """The tablet shows nothing of the practice any more."""
    tablets.unpair(runtime(), tablet_id, _staff_id())
    return redirect(url_for("tablets.list_all"), 303)


@bp.post(f"{TABLET}/answered")
@audience("desk")
def answer_call(tablet_id: str) -> Page:
    """Somebody went to the client who called."""
    day = shown_day()
    tablets.answered(runtime(), tablet_id, _staff_id())
    return back_to_board(day)


@bp.post("/send/<string(length=32):visit_id>")
@audience("desk")
def send(visit_id: str) -> Page:
    """Let a tablet greet this client; with several tablets, ask which."""
    paired = tablets.list_tablets(runtime())
    only_one = paired[0].id if len(paired) == 1 else ""
    tablet_id = request.form.get("tablet") or only_one
    if not tablet_id:
        _, person = visits.get(runtime(), visit_id)
        return render_template(
            "kiosk/staff/choose_tablet.html", tablets=paired, person=person, visit_id=visit_id
        )
    day = shown_day()
    tablets.send(runtime(), visit_id, tablet_id, _staff_id())
    return back_to_board(day, visit_id)


@bp.post("/pin")
@audience("owner")
@recently_authenticated
def choose_pin() -> Page:
    """The PIN that opens the staff's sign-in on every tablet."""
    form = NewPinForm()
    if not form.validate_on_submit():
        return invalid(_page(pin_form=form))
    pin.choose(runtime(), text_of(form.pin), _staff_id())
    return redirect(url_for("tablets.list_all"), 303)


@bp.get("/lock-down")
@audience("staff")
def lock_down() -> Page:
    """How to keep a tablet in this one page: iPad, Android, Chromium."""
    return render_template("kiosk/staff/lock_down.html")


def _page(form: TabletForm | None = None, pin_form: NewPinForm | None = None) -> str:
    return render_template(
        "kiosk/staff/tablets.html",
        tablets=tablets.list_tablets(runtime()),
        form=form or TabletForm(formdata=None),
        pin=pin_form or NewPinForm(formdata=None),
        has_pin=pin.is_chosen(runtime()),
    )


def _staff_id() -> str:
    return signed_in().practitioner_id
