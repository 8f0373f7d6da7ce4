"""A record on screen, its PDF, and what the client said for the therapist only."""

from flask import Blueprint, render_template

from intake_app.client_portal import requests
from intake_app.records import open_record, therapist_only
from intake_app.web.access import audience, signed_in
from intake_app.web.extensions import runtime
from intake_app.web.replies import Page, pdf_download
from intake_app.web.step_forms import body_pictures

bp = Blueprint("record", __name__, url_prefix="/records")

RECORD = "/<string(length=32):record_id>"


@bp.get(RECORD)
@audience("therapist")
def show(record_id: str) -> Page:
    """One record, decrypted. The look is written to the log."""
    record = open_record.open_record(runtime(), signed_in(), record_id)
    return render_template(
        "records/record/page.html",
        record=record,
        paper=record.paper,
        pictures=body_pictures(record.journey),
        wishes=requests.for_record(runtime(), signed_in(), record_id),
        titles=requests.TITLES,
    )


@bp.get(f"{RECORD}/apart")
@audience("therapist")
def therapist_only_words(record_id: str) -> Page:
    """What the client said for the therapist only. The look is written to the log."""
    lines = therapist_only.for_record(runtime(), signed_in(), record_id)
    return render_template("records/record/therapist_only.html", record_id=record_id, lines=lines)


@bp.get(f"{RECORD}/pdf")
@audience("therapist")
def pdf(record_id: str) -> Page:
    """The signed PDF, to keep."""
    data = open_record.download_pdf(runtime(), signed_in(), record_id)
    return pdf_download(data, f"intake-{record_id[:8]}.pdf")
