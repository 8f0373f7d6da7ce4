"""How long a record is kept: its last day, a legal hold, erasing it, and the receipts."""

from typing import cast

from flask import Blueprint, redirect, render_template, url_for

from intake_app.records import retention
from intake_app.records.retention import Why
from intake_app.web.access import audience, signed_in
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.records.record import RECORD
from intake_app.web.records.retention_forms import EraseForm, HoldForm
from intake_app.web.replies import Page, invalid

bp = Blueprint("retention", __name__, url_prefix="/records")

HELD = "A legal hold keeps this record. End the hold first."
EARLY = "Its time is not over. Tick this when the law of your state allows it all the same."


@bp.get(f"{RECORD}/keeping")
@audience("therapist")
def show(record_id: str) -> Page:
    """How long it is kept, and what can be done about it."""
    return _page(record_id)


@bp.post(f"{RECORD}/hold")
@audience("therapist")
def hold(record_id: str) -> Page:
    """Begin a legal hold, with its reason."""
    form = HoldForm()
    if not form.validate_on_submit():
        return invalid(_page(record_id, hold_form=form))
    retention.hold(runtime(), signed_in(), record_id, text_of(form.reason))
    return redirect(url_for("retention.show", record_id=record_id), 303)


@bp.post(f"{RECORD}/release")
@audience("therapist")
def release(record_id: str) -> Page:
    """End a legal hold."""
    retention.release(runtime(), signed_in(), record_id)
    return redirect(url_for("retention.show", record_id=record_id), 303)


@bp.post(f"{RECORD}/erase")
@audience("owner")
@recently_authenticated
def erase(record_id: str) -> Page:
    """Erase it for good; a receipt is all that stays."""
    form = EraseForm()
    if not form.validate_on_submit():
        return invalid(_page(record_id, erase_form=form))
    reason = cast(Why, text_of(form.why))
    try:
        retention.erase(runtime(), signed_in(), record_id, reason, bool(form.sure.data))
    except retention.OnHold:
        form.why.errors = [HELD]
    except retention.TooEarly:
        form.sure.errors = [EARLY]
    else:
        return redirect(url_for("retention.receipt", record_id=record_id), 303)
    return invalid(_page(record_id, erase_form=form))


@bp.get("/erased")
@audience("therapist")
def receipts() -> Page:
    """Every record that was erased, by number."""
    return render_template(
        "records/retention/erasures.html", receipts=retention.receipts(runtime())
    )


@bp.get(f"/erased{RECORD}")
@audience("therapist")
def receipt(record_id: str) -> Page:
    """One receipt, to print. It names no client and no health."""
    return render_template(
        "records/retention/receipt.html", receipt=retention.receipt(runtime(), record_id)
    )


def _page(
    record_id: str, hold_form: HoldForm | None = None, erase_form: EraseForm | None = None
) -> str:
    return render_template(
        "records/retention/page.html",
        record_id=record_id,
        keeping=retention.for_record(runtime(), signed_in(), record_id),
        hold_form=hold_form or HoldForm(formdata=None),
        erase_form=erase_form or EraseForm(formdata=None),
        may_erase=signed_in().role == "owner",
    )
