"""What a client asked for on the client portal, for the therapist: read it, answer it."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake_app.client_portal import requests
from intake_app.web.access import audience, signed_in
from intake_app.web.client_portal.forms import AnswerForm
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.records.record import RECORD
from intake_app.web.replies import Page, invalid

bp = Blueprint("staff_requests", __name__, url_prefix="/records")

REQUESTS = f"{RECORD}/wishes"
REQUEST = f"{REQUESTS}/<string(length=32):request_id>"


@bp.get(REQUESTS)
@audience("therapist")
def show(record_id: str) -> Page:
    """Everything the client asked for; one form for each request that waits."""
    return _page(record_id, AnswerForm(formdata=None))


@bp.post(f"{REQUEST}/seen")
@audience("therapist")
def mark_read(record_id: str, request_id: str) -> Page:
    """Say that a therapist has read which agreement was taken back."""
    requests.mark_read(runtime(), signed_in(), record_id, request_id)
    return _back_to_requests(record_id)


@bp.post(REQUEST)
@audience("therapist")
def answer(record_id: str, request_id: str) -> Page:
    """Done, or not done and why; the client reads it on their page."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return invalid(_page(record_id, form, invalid_request=request_id))
    requests.answer(
        runtime(),
        signed_in(),
        record_id,
        request_id,
        form.done.data == "yes",
        text_of(form.reason),
        text_of(form.name),
    )
    return _back_to_requests(record_id)


def _back_to_requests(record_id: str) -> Response:
    return redirect(url_for("staff_requests.show", record_id=record_id), 303)


def _page(record_id: str, form: AnswerForm, invalid_request: str = "") -> str:
    return render_template(
        "client_portal/staff_requests.html",
        record_id=record_id,
        requests=requests.for_record(runtime(), signed_in(), record_id),
        titles=requests.TITLES,
        wrong=invalid_request,
        form=form,
        empty=AnswerForm(formdata=None),
    )
