"""The paper fallback: the blank form for anybody, the half-done one for the client who holds it."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from intake_app.errors import PageError
from intake_app.questionnaire import Context, Journey, latest
from intake_app.security import audience
from intake_app.services import agreement, apart
from intake_app.services.drafts import NAME, OpenDraft
from intake_app.services.paper_form import paper_form
from intake_app.views.client import practice, today, with_draft

bp = Blueprint("paper", __name__)

Page = str | Response


@bp.get("/paper")
@audience("public")
def blank() -> Page:
    """The newest form, with nothing in it."""
    if practice() is None:
        raise PageError(404, "This form is not open yet", "The practice is still setting it up.")
    empty = Journey(latest(NAME), {}, frozenset(), Context(today=today()))
    return _page(empty, blank=True, back_url=url_for("start.home"))


@bp.get("/intake/paper")
@audience("client")
@with_draft
def half_done(draft: OpenDraft) -> Page:
    """Her own form as it is now, without the words for her therapist only. Only her browser has the key to it."""
    answers = apart.without(draft.state.answers, draft.state.apart)
    return _page(draft.journey_with(answers, today()), blank=False, back_url=url_for("walk.later"))


def _page(journey: Journey, blank: bool, back_url: str) -> str:
    return render_template(
        "paper/form.html",
        practice=practice(),
        parts=paper_form(journey, blank),
        consents=agreement.offered(journey, agreement.values(practice(), journey)),
        version=journey.questionnaire.version,
        printed=today(),
        blank=blank,
        back_url=back_url,
    )
