"""An answer that calls for help is met at once: plain words, and the choice to go on or to stop."""

from flask import Blueprint, redirect, render_template, request, url_for

from intake_app.intake import urgent_advice
from intake_app.intake.open_draft import OpenDraft
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.draft_access import retry_on_change, with_draft
from intake_app.web.intake.steps import redirect_after, redirect_to_first_open, return_target
from intake_app.web.practice import practice_name, today
from intake_app.web.replies import Page

bp = Blueprint("urgent_advice", __name__, url_prefix="/intake")

STOP = "stop"


@bp.get("/step/<step_id>/now")
@audience("client")
@with_draft
def show(draft: OpenDraft, step_id: str) -> Page:
    """What the client should do now, before going on. Without news it leads back to the walk."""
    journey = draft.journey(today())
    rules = urgent_advice.unacknowledged(draft, journey)
    if not rules or not journey.may_visit(step_id):
        return redirect_to_first_open(draft, journey)
    return render_template(
        "intake/urgent_advice.html",
        words=urgent_advice.advice_texts(rules, journey, practice_name()),
        action_url=url_for("urgent_advice.read", step_id=step_id, next=return_target()),
        change_url=url_for("steps.step", step_id=step_id, next=return_target()),
    )


@bp.post("/step/<step_id>/now")
@audience("client")
@with_draft
@retry_on_change
def read(draft: OpenDraft, step_id: str) -> Page:
    """The client read it, and goes on or stops here.

    Either is noted; the same is not shown again.
    """
    stopped = request.form.get("then") == STOP
    journey = draft.journey(today())
    if not journey.may_visit(step_id):
        return redirect_to_first_open(draft, journey)
    rules = urgent_advice.unacknowledged(draft, journey)
    urgent_advice.acknowledge(runtime(), draft, rules, stopped=stopped)
    if stopped:
        return redirect(url_for("urgent_advice.stopped"), 303)
    return redirect_after(draft, journey, step_id)


@bp.get("/stopped")
@audience("client")
@with_draft
def stopped(draft: OpenDraft) -> Page:
    """The client stopped: what is saved, what was not sent, what to do next."""
    words = urgent_advice.urgent_words(draft.journey(today()), practice_name())
    return render_template("intake/stopped.html", words=words, expires_at=draft.expires_at)
