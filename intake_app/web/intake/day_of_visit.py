"""The last pages of the short form about today: check, confirm, done. Its questions are steps of the ordinary walk."""

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake_app.intake import day_of_visit_signing, urgent_advice
from intake_app.intake.drafts import DraftChanged, OpenDraft
from intake_app.questionnaire import Progress, summarise
from intake_app.records import consent_words
from intake_app.web.access import audience
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.intake.consent_and_signature_forms import signature_form
from intake_app.web.intake.draft_access import credentials, reopened, set_client_cookie, with_draft
from intake_app.web.intake.steps import previous_url
from intake_app.web.practice import today
from intake_app.web.replies import Page, invalid

bp = Blueprint("day_of_visit", __name__, url_prefix="/intake/today")

GONE = "The practice has deleted the form that these answers belong to. Please tell the person at the desk."


@bp.route("", methods=["GET", "POST"])
@audience("client")
@with_draft
def confirm(draft: OpenDraft) -> Page:
    """Every answer on one page, and her typed name. Sending twice counts once."""
    journey = draft.journey(today())
    if not draft.state.arrival or not journey.complete():
        return redirect(url_for("steps.resume"), 303)
    form = signature_form(consent_words.second_signer(journey))
    if form.validate_on_submit():
        return _confirmed(draft, form.signatures())
    html = render_template(
        "intake/day_of_visit.html",
        progress=Progress(2, 2, 1, 1),
        sections=summarise(journey),
        form=form,
        words=urgent_advice.urgent_words(journey),
        waiting=bool(urgent_advice.waiting_words(journey)),
        back_url=previous_url(draft, journey, journey.steps[-1]),
    )
    return invalid(html) if form.errors else html


@bp.get("/done")
@audience("client")
def done() -> Page:
    """It is sent. Nothing of her answers is on this page."""
    return render_template("intake/day_of_visit_done.html")


def _confirmed(draft: OpenDraft, signatures: list[dict[str, str]]) -> Response:
    """Sent; then back to her own page, when she came from there."""
    try:
        day_of_visit_signing.sign(runtime(), draft, signatures)
    except DraftChanged:
        day_of_visit_signing.sign(runtime(), reopened(draft), signatures)
    except day_of_visit_signing.RecordGone as error:
        raise PageError(410, "This form is gone", GONE) from error
    response = redirect(url_for("day_of_visit.done"), 303)
    back = (draft.state.arrival or {})["back"]
    if back and "tablet" not in g:
        set_client_cookie(response, back, credentials()[1])
    return response
