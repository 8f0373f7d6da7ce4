"""The flag rules, to read without a client."""

from flask import Blueprint, render_template, request

from intake_app.records.cautions import rulebook
from intake_app.web.access import audience
from intake_app.web.replies import Page

bp = Blueprint("rules", __name__, url_prefix="/rules")

LONGEST = 100


@bp.get("")
@audience("therapist")
def show() -> Page:
    """All rules, or those in which every word of the search stands."""
    words = request.args.get("q", "")[:LONGEST].strip()
    return render_template(
        "records/rules/page.html",
        words=words,
        entries=rulebook.search(words),
        version=rulebook.rules_version(),
    )
