"""The flag rules, to read without a client."""

from flask import Blueprint, render_template, request

from intake_app.practice.profile import form_of
from intake_app.questionnaire import rules_of
from intake_app.records.cautions import rulebook
from intake_app.web.access import audience
from intake_app.web.practice import practice
from intake_app.web.replies import Page

bp = Blueprint("rules", __name__, url_prefix="/rules")

LONGEST = 100


@bp.get("")
@audience("therapist")
def show() -> Page:
    """All rules, or those in which every word of the search stands."""
    form = form_of(practice())
    words = request.args.get("q", "")[:LONGEST].strip()
    return render_template(
        "records/rules/page.html",
        words=words,
        entries=rulebook.search(form, words),
        version=rules_of(form.sha256).version,
    )
