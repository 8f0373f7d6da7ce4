"""The caution sheet of a record, its 30-second card to print, and the addenda that were signed."""

from functools import partial

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.records import addenda, open_record
from intake_app.records.cautions import decisions
from intake_app.records.open_record import OpenRecord
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.practice import practice
from intake_app.web.records.decisions_form import DecisionsForm, decisions_form
from intake_app.web.records.record import RECORD, Page, asked
from intake_app.web.security import PDF_POLICY

bp = Blueprint("cautions", __name__, url_prefix="/records")


@bp.get(f"{RECORD}/card")
@audience("therapist")
def card(record_id: str) -> Page:
    """The 30-second card alone, for a phone or for a sheet of A6."""
    found = asked(open_record.open_record, record_id)
    return render_template(
        "records/cautions/safety_card.html",
        practice=practice(),
        record=found,
        card=found.paper.card,
    )


@bp.get(f"{RECORD}/caution")
@audience("therapist")
def sheet(record_id: str) -> Page:
    """Every flag with her own words, and the decision about it."""
    found = _with_flags(record_id)
    saved = decisions.load_draft(runtime(), g.staff, record_id)
    return _sheet(found, decisions_form(found.cautions or (), saved), bool(saved))


@bp.post(f"{RECORD}/caution")
@audience("therapist")
def decide(record_id: str) -> Page:
    """Keep a draft, or sign: the signature makes an addendum."""
    found = _with_flags(record_id)
    flags = found.cautions or ()
    form = decisions_form(flags, {})
    if request.form.get("do") == "sign":
        if form.may_be_signed():
            name = str(form.name.data)
            signing = partial(decisions.sign, cautions=flags, decisions=form.decisions(), name=name)
            asked(lambda here, me, one: signing(here, me, one), record_id)
            return redirect(url_for("record.show", record_id=record_id) + "#addenda", 303)
    elif form.may_be_saved():
        decisions.save_draft(runtime(), g.staff, record_id, form.written())
        return redirect(url_for("cautions.sheet", record_id=record_id), 303)
    return _sheet(found, form, saved=False), 422


@bp.get(f"{RECORD}/addenda/<string(length=32):addendum_id>")
@audience("therapist")
def addendum(record_id: str, addendum_id: str) -> Page:
    """The sealed PDF of an addendum, to keep."""
    data = asked(lambda here, me, one: addenda.pdf(here, me, one, addendum_id), record_id)
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="addendum-{addendum_id[:8]}.pdf"'
    )
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response


def _with_flags(record_id: str) -> OpenRecord:
    found = asked(open_record.open_record, record_id)
    if not found.cautions:
        abort(404)
    return found


def _sheet(found: OpenRecord, form: DecisionsForm, saved: bool) -> str:
    return render_template(
        "records/cautions/page.html",
        practice=practice(),
        record=found,
        form=form,
        cautions=found.cautions,
        saved=saved,
    )
