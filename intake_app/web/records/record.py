"""A record on screen, its PDF, and what the client said for the therapist only."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, g, render_template
from werkzeug.wrappers import Response

from intake_app.accounts.sessions import StaffIdentity
from intake_app.client_portal import requests
from intake_app.core.runtime import Runtime
from intake_app.records import authenticity, open_record, therapist_only
from intake_app.web.access import audience
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.practice import practice
from intake_app.web.security import PDF_POLICY
from intake_app.web.step_forms import body_pictures

bp = Blueprint("record", __name__, url_prefix="/records")

Result = TypeVar("Result")
Page = str | Response | tuple[str, int]
RECORD = "/<string(length=32):record_id>"

NOT_AUTHENTIC = "This record is not authentic"
NOT_AUTHENTIC_TEXT = (
    "It does not match the log of what was signed here, so it is not shown: it was changed, or put in from "
    "outside. Do not rely on it. Ask the person who runs this app to restore it from a backup."
)
NOT_READY_TEXT = (
    "The answers are signed and safe. Making the PDF failed just now. Please try again soon."
)


@bp.get(RECORD)
@audience("therapist")
def show(record_id: str) -> Page:
    """One record, decrypted. The look is written to the log."""
    found = asked(open_record.open_record, record_id)
    return render_template(
        "records/record/page.html",
        practice=practice(),
        record=found,
        paper=found.paper,
        pictures=body_pictures(found.journey),
        wishes=requests.for_record(runtime(), g.staff, record_id),
        titles=requests.TITLES,
    )


@bp.get(f"{RECORD}/apart")
@audience("therapist")
def therapist_only_words(record_id: str) -> Page:
    """What the client said for the therapist only. The look is written to the log."""
    lines = asked(therapist_only.for_record, record_id)
    return render_template(
        "records/record/therapist_only.html", practice=practice(), record_id=record_id, lines=lines
    )


@bp.get(f"{RECORD}/pdf")
@audience("therapist")
def pdf(record_id: str) -> Page:
    """The sealed PDF, to keep. Browsers store it, and never run it."""
    data = asked(open_record.download_pdf, record_id)
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="intake-{record_id[:8]}.pdf"'
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response


def asked(service: Callable[[Runtime, StaffIdentity, str], Result], record_id: str) -> Result:
    """What a record service gives the person signed in, its refusals as pages."""
    me: StaffIdentity = g.staff
    try:
        return service(runtime(), me, record_id)
    except authenticity.NoSuchRecord:
        abort(404)
    except authenticity.NotAuthentic as error:
        raise PageError(409, NOT_AUTHENTIC, NOT_AUTHENTIC_TEXT) from error
    except authenticity.DocumentNotReady as error:
        raise PageError(503, "The PDF is not ready", NOT_READY_TEXT, retry_after=60) from error
