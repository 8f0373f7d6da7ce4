"""The last pages of the short form about today: check, confirm, done.

Its questions are steps of the ordinary walk.
"""

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake_app.intake import day_of_visit_signing, urgent_advice
from intake_app.intake.open_draft import OpenDraft
from intake_app.questionnaire import Progress, summarise
from intake_app.records import consent_words
from intake_app.records.sealed.evidence import Signature
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.consent_and_signature_forms import signature_form
from intake_app.web.intake.draft_access import (
    credentials,
    retry_on_change,
    set_client_cookie,
    with_draft,
)
from intake_app.web.intake.steps import previous_url
from intake_app.web.practice import practice_name, today
from intake_app.web.replies import Page, invalid

bp = Blueprint("day_of_visit", __name__, url_prefix="/intake/today")


@bp.route("", methods=["GET", "POST"])
@audience("client")
@with_draft
def confirm(draft: OpenDraft) -> Page:
    """Every answer on one page, and the typed name. Sending twice counts once."""
    journey = draft.journey(today())
    if not draft.state.day_of_visit or not journey.complete():
        return redirect(url_for("steps.resume"), 303)
    form = signature_form(consent_words.second_signer(journey))
    if form.validate_on_submit():
        return _confirmed(draft, form.signatures())
    html = render_template(
        "intake/day_of_visit.html",
        progress=Progress(2, 2, 1, 1),
        sections=summarise(journey),
        form=form,
        words=urgent_advice.urgent_words(journey, practice_name()),
        waiting=bool(urgent_advice.waiting_words(journey, practice_name())),
        back_url=previous_url(draft, journey, journey.steps[-1]),
    )
    return invalid(html) if form.errors else html


@bp.get("/done")
@audience("client")
def done() -> Page:
    """It is sent. No answer is on this page."""
    return render_template("intake/day_of_visit_done.html")


@retry_on_change
def _confirmed(draft: OpenDraft, signatures: list[Signature]) -> Response:
    """Sent; then back to the client's own page, when they came from there."""
    day_of_visit_signing.sign(runtime(), draft, signatures)
    response = redirect(url_for("day_of_visit.done"), 303)
    reference = draft.state.day_of_visit
    if reference and reference.client_page_token and "tablet" not in g:
        set_client_cookie(response, reference.client_page_token, credentials()[1])
    return response
