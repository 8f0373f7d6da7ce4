"""The inbox: signed intakes, and what waits for a therapist."""

from flask import Blueprint, abort, g, render_template, request
from werkzeug.wrappers import Response

from intake_app.client_portal import requests
from intake_app.front_desk import previous_answers
from intake_app.operations import doctor
from intake_app.records import inbox as records
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.practice import practice

bp = Blueprint("inbox", __name__, url_prefix="/records")

Page = str | Response | tuple[str, int]


@bp.get("")
@audience("therapist")
def show() -> Page:
    """Signed intakes, new first."""
    number = request.args.get("page", "1")
    if not number.isdecimal() or len(number) > 5 or not 1 <= int(number) <= 10_000:
        abort(404)
    found = records.load_inbox(runtime(), g.staff, int(number))
    days = doctor.backup_overdue(runtime())
    return render_template(
        "records/inbox/page.html",
        practice=practice(),
        inbox=found,
        no_backup_days=days,
        waiting=requests.open_requests(runtime()),
        titles=requests.TITLES,
        asked=previous_answers.open_requests(runtime()),
    )
