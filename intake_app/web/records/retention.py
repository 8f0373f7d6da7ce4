"""How long a record is kept: its last day, a legal hold, erasing it, and the receipts."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for

from intake_app.records import retention
from intake_app.web.access import audience
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice
from intake_app.web.records.record import RECORD, Page, asked
from intake_app.web.records.retention_forms import EraseForm, HoldForm

bp = Blueprint("retention", __name__, url_prefix="/records")
HELD = "A legal hold keeps this record. End the hold first."
EARLY = "Its time is not over. Tick this when the law of your state allows it all the same."


@bp.get(f"{RECORD}/keeping")
@audience("therapist")
def show(record_id: str) -> Page:
    """How long it is kept, and what can be done about it."""
    return _page(record_id, HoldForm(formdata=None), EraseForm(formdata=None))


@bp.post(f"{RECORD}/hold")
@audience("therapist")
def hold(record_id: str) -> Page:
    """Begin a legal hold, with its reason."""
    form = HoldForm()
    if not form.validate_on_submit():
        return _page(record_id, form, EraseForm(formdata=None)), 422
    asked(lambda here, me, one: retention.hold(here, me, one, text_of(form.reason)), record_id)
    return redirect(url_for("retention.show", record_id=record_id), 303)


@bp.post(f"{RECORD}/release")
@audience("therapist")
def release(record_id: str) -> Page:
    """End a legal hold."""
    asked(retention.release, record_id)
    return redirect(url_for("retention.show", record_id=record_id), 303)


@bp.post(f"{RECORD}/erase")
@audience("owner")
@recently_authenticated
def erase(record_id: str) -> Page:
    """Erase it for good; a receipt is all that stays."""
    form = EraseForm()
    if form.validate_on_submit():
        why: Any = form.why.data
        try:
            asked(
                lambda here, me, one: retention.erase(here, me, one, why, bool(form.sure.data)),
                record_id,
            )
        except retention.OnHold:
            form.why.errors = [HELD]
        except retention.TooEarly:
            form.sure.errors = [EARLY]
        else:
            return redirect(url_for("retention.receipt", record_id=record_id), 303)
    return _page(record_id, HoldForm(formdata=None), form), 422


@bp.get("/erased")
@audience("therapist")
def receipts() -> Page:
    """Every record that was erased, by number."""
    return render_template(
        "records/retention/erasures.html",
        practice=practice(),
        receipts=retention.receipts(runtime()),
    )


@bp.get(f"/erased{RECORD}")
@audience("therapist")
def receipt(record_id: str) -> Page:
    """One receipt, to print. It names no client and no health."""
    found = asked(lambda here, _, one: retention.receipt(here, one), record_id)
    return render_template("records/retention/receipt.html", practice=practice(), receipt=found)


def _page(record_id: str, hold_form: HoldForm, erase_form: EraseForm) -> str:
    return render_template(
        "records/retention/page.html",
        practice=practice(),
        record_id=record_id,
        keeping=asked(retention.for_record, record_id),
        hold_form=hold_form,
        erase_form=erase_form,
        may_erase=g.staff.role == "owner",
    )
