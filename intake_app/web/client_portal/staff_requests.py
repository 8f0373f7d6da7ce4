"""What a client asked for on her own page, for the therapist: read it, answer it."""

from functools import partial

from flask import Blueprint, abort, g, redirect, render_template, url_for

from intake_app.client_portal import requests
from intake_app.client_portal.requests import AnsweredRequest
from intake_app.web.access import audience
from intake_app.web.client_portal.forms import AnswerForm
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice
from intake_app.web.records.record import RECORD, Page, asked

bp = Blueprint("staff_requests", __name__, url_prefix="/records")
WISH = f"{RECORD}/wishes"


@bp.get(WISH)
@audience("therapist")
def show(record_id: str) -> Page:
    """Everything the client asked for; one form for each that waits."""
    return _page(record_id, "", AnswerForm(formdata=None))


@bp.post(f"{WISH}/<string(length=32):wish_id>/seen")
@audience("therapist")
def mark_read(record_id: str, wish_id: str) -> Page:
    """Say that she has read which agreement was taken back."""
    return _do(record_id, partial(requests.mark_read, runtime(), g.staff, record_id, wish_id))


@bp.post(f"{WISH}/<string(length=32):wish_id>")
@audience("therapist")
def answer(record_id: str, wish_id: str) -> Page:
    """Done, or not done and why; the client reads it on her page."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(record_id, wish_id, form), 422
    words = (form.done.data == "yes", text_of(form.reason), text_of(form.name))
    return _do(record_id, partial(requests.answer, runtime(), g.staff, record_id, wish_id, *words))


def _do(record_id: str, act: "partial[None]") -> Page:
    try:
        asked(lambda *_: act(), record_id)
    except requests.NoSuchRequest:
        abort(404)
    return redirect(url_for("staff_requests.show", record_id=record_id), 303)


def _page(record_id: str, wish_id: str, form: AnswerForm) -> str:
    found: tuple[AnsweredRequest, ...] = asked(requests.for_record, record_id)
    return render_template(
        "client_portal/staff_requests.html",
        practice=practice(),
        record_id=record_id,
        wishes=found,
        titles=requests.TITLES,
        wrong=wish_id,
        form=form,
        empty=AnswerForm(formdata=None),
    )
