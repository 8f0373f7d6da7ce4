"""An answer that calls for help is met at once: plain words, and the choice to go on or to stop."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.intake import urgent_advice
from intake_app.intake.drafts import DraftChanged, OpenDraft
from intake_app.web.access import audience
from intake_app.web.extensions import house
from intake_app.web.intake.draft_access import reopened, with_draft
from intake_app.web.intake.steps import RACES, came_from, onward, resume_at
from intake_app.web.practice import practice, today

bp = Blueprint("alert", __name__, url_prefix="/intake")

Page = str | Response | tuple[Any, ...]
STOP = "stop"


@bp.get("/step/<step_id>/now")
@audience("client")
@with_draft
def show(draft: OpenDraft, step_id: str) -> Page:
    """What the client should do now, before she goes on. Without news it leads back to the walk."""
    journey = draft.journey(today())
    rules = urgent_advice.unread(draft, journey)
    if not rules or not journey.may_visit(step_id):
        return resume_at(draft, journey)
    return render_template(
        "intake/urgent_advice.html",
        practice=practice(),
        words=urgent_advice.words(rules),
        action_url=url_for("alert.read", step_id=step_id, next=came_from()),
        change_url=url_for("walk.step", step_id=step_id, next=came_from()),
    )


@bp.post("/step/<step_id>/now")
@audience("client")
@with_draft
def read(draft: OpenDraft, step_id: str) -> Page:
    """She read it, and goes on or stops here. Either is noted, and she is not told the same again."""
    stopped = request.form.get("then") == STOP
    for _ in range(RACES):
        try:
            journey = draft.journey(today())
            if not journey.may_visit(step_id):
                return resume_at(draft, journey)
            urgent_advice.told(house(), draft, urgent_advice.unread(draft, journey), stopped=stopped)
            return redirect(url_for("alert.stopped"), 303) if stopped else onward(draft, journey, step_id)
        except DraftChanged:
            draft = reopened(draft)
    raise DraftChanged


@bp.get("/stopped")
@audience("client")
@with_draft
def stopped(draft: OpenDraft) -> Page:
    """She stopped: what is saved, what was not sent, what to do next."""
    words = urgent_advice.urgent_words(draft.journey(today()))
    return render_template("intake/stopped.html", practice=practice(), words=words, expires_at=draft.expires_at)
