"""The caution sheet of a record, its 30-second card to print, and the signed addenda."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from intake_app.records import addenda, open_record
from intake_app.records.cautions import decisions, pressure_limits
from intake_app.records.cautions.sealed_flags import SealedFlag
from intake_app.records.open_record import OpenRecord
from intake_app.web.access import audience, signed_in
from intake_app.web.extensions import runtime
from intake_app.web.records.decisions_form import DecisionsForm, decisions_form
from intake_app.web.records.record import RECORD
from intake_app.web.replies import Page, invalid, pdf_download

bp = Blueprint("cautions", __name__, url_prefix="/records")


@bp.get(f"{RECORD}/card")
@audience("therapist")
def card(record_id: str) -> Page:
    """The 30-second card alone, for a phone or for a sheet of A6."""
    record = open_record.open_record(runtime(), signed_in(), record_id)
    return render_template(
        "records/cautions/safety_card.html", record=record, card=record.paper.card
    )


@bp.get(f"{RECORD}/caution")
@audience("therapist")
def sheet(record_id: str) -> Page:
    """Every flag with the client's own words, and the decision about it."""
    record = _with_flags(record_id)
    draft = decisions.load_draft(runtime(), signed_in(), record_id)
    form = decisions_form(_to_decide(record), draft)
    return _sheet_page(record, form, is_saved=bool(draft))


@bp.post(f"{RECORD}/caution")
@audience("therapist")
def decide(record_id: str) -> Page:
    """Keep a draft, or sign: the signature makes an addendum."""
    record = _with_flags(record_id)
    flags = _to_decide(record)
    form = decisions_form(flags, {})
    if request.form.get("do") == "sign":
        if form.may_be_signed():
            decisions.sign(
                runtime(),
                signed_in(),
                record_id,
                cautions=flags,
                decisions=form.decisions(),
                name=str(form.name.data),
            )
            return redirect(url_for("record.show", record_id=record_id) + "#addenda", 303)
    elif form.may_be_saved():
        decisions.save_draft(runtime(), signed_in(), record_id, form.written())
        return redirect(url_for("cautions.sheet", record_id=record_id), 303)
    return invalid(_sheet_page(record, form, is_saved=False))


@bp.get(f"{RECORD}/addenda/<string(length=32):addendum_id>")
@audience("therapist")
def addendum(record_id: str, addendum_id: str) -> Page:
    """The signed PDF of an addendum, to keep."""
    data = addenda.pdf(runtime(), signed_in(), record_id, addendum_id)
    return pdf_download(data, f"addendum-{addendum_id[:8]}.pdf")


def _with_flags(record_id: str) -> OpenRecord:
    """The record, opened; 404 for one without flags."""
    record = open_record.open_record(runtime(), signed_in(), record_id)
    if not record.cautions:
        abort(404)
    return record


def _to_decide(record: OpenRecord) -> tuple[SealedFlag, ...]:
    """The flags of the sheet: a client's own “do not touch” is no prompt to decide."""
    flags = record.cautions or ()
    return tuple(flag for flag in flags if not pressure_limits.is_client_choice(flag))


def _sheet_page(record: OpenRecord, form: DecisionsForm, is_saved: bool) -> str:
    return render_template(
        "records/cautions/page.html",
        record=record,
        form=form,
        cautions=_to_decide(record),
        saved=is_saved,
    )
