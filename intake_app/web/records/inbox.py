"""The inbox: signed intakes, and what waits for a therapist."""

from flask import Blueprint, abort, render_template, request

from intake_app.client_portal import requests
from intake_app.front_desk import previous_answers
from intake_app.operations import doctor
from intake_app.records.inbox import load_inbox
from intake_app.web.access import audience, signed_in
from intake_app.web.extensions import runtime
from intake_app.web.replies import Page

bp = Blueprint("inbox", __name__, url_prefix="/records")

LAST_PAGE = 10_000


@bp.get("")
@audience("therapist")
def show() -> Page:
    """Signed intakes, new first."""
    return render_template(
        "records/inbox/page.html",
        inbox=load_inbox(runtime(), signed_in(), _page_number()),
        no_backup_days=doctor.backup_overdue(runtime()),
        waiting=requests.open_requests(runtime()),
        titles=requests.TITLES,
        asked=previous_answers.open_requests(runtime()),
    )


def _page_number() -> int:
    """The page that the address names; 404 for what is no page."""
    text = request.args.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) <= 5 else 0
    return number if 1 <= number <= LAST_PAGE else abort(404)
