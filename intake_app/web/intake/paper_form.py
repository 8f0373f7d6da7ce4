"""The paper fallback: the blank form for anybody, the half-done one for the client who holds it."""

import segno
from flask import Blueprint, g, render_template, url_for

from intake_app.intake import consents, transcription
from intake_app.intake.open_draft import OpenDraft
from intake_app.intake.paper_form import printable_form
from intake_app.practice.profile import form_of
from intake_app.questionnaire import Answer, Context, Journey
from intake_app.records import evidence, therapist_only
from intake_app.web.access import audience
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.intake.draft_access import with_draft
from intake_app.web.practice import practice, today
from intake_app.web.replies import Page
from intake_app.web.step_forms import form_for

bp = Blueprint("paper_form", __name__)


@bp.get("/paper")
@audience("public")
def blank() -> Page:
    """The newest form, with nothing in it."""
    if practice() is None:
        raise PageError(404, "This form is not open yet", "The practice is still setting it up.")
    form = form_of(practice())
    empty = Journey(form, {}, frozenset(), Context(today=today()))
    return _page(
        empty, True, transcription.blank_number(runtime(), form), back_url=url_for("start.home")
    )


@bp.get("/intake/paper")
@audience("client")
@with_draft
def half_done(draft: OpenDraft) -> Page:
    """The client's form as it is now, without the words for the therapist only.

    Only the client's browser has the key to it. On a tablet too the client prints it and takes the
    sheet. The desk could print it only if its account could read it, and that account has no key.
    """
    journey = draft.journey_with(_as_typed(draft), today())
    back_url = url_for("steps.resume" if "tablet" in g else "steps.later")
    return _page(journey, False, transcription.half_done_number(runtime(), draft), back_url)


def _as_typed(draft: OpenDraft) -> dict[str, Answer]:
    """The answers, with what can be read on pages that were not yet left by Continue."""
    journey = draft.journey(today())
    answers = dict(draft.state.answers)
    private = set(draft.state.therapist_only)
    for step in journey.steps:
        if step.id in draft.state.typed:
            form = form_for(
                step,
                journey,
                typed=draft.state.typed[step.id],
                therapist_only=draft.state.therapist_only,
            )
            form.validate()
            kept = {key: value for key, value in answers.items() if key not in form.asked()}
            answers = kept | form.answers()
            private |= form.therapist_only()
    return therapist_only.mask(answers, private)


def _page(journey: Journey, blank: bool, number: str, back_url: str) -> str:
    return render_template(
        "intake/paper_form.html",
        parts=printable_form(journey, blank),
        consents=consents.consents_on_paper(practice(), journey, everybody=True),
        version=journey.questionnaire.version,
        printed=today(),
        blank=blank,
        back_url=back_url,
        number=evidence.in_groups(number),
        picture=segno.make(
            url_for("transcription.ask", _external=True) + "#" + number, error="m", micro=False
        ).svg_data_uri(scale=3, border=2),
    )
