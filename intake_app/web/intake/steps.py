"""The walk: one step a page, the same address with and without JavaScript. POST, 303, GET."""

from dataclasses import replace
from functools import partial

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.intake import drafts, returning_client, save_step
from intake_app.intake.draft_parts import Typed
from intake_app.intake.merge import Merge
from intake_app.intake.open_draft import OpenDraft
from intake_app.intake.save_step import (
    AdviceDue,
    Autosave,
    ChildSaidNo,
    Conflict,
    GoOn,
    KeptForLater,
    NotReached,
    NotRight,
    RowsChanged,
    Submission,
)
from intake_app.questionnaire import Journey, Progress, Step
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.draft_access import retry_on_change, with_draft
from intake_app.web.practice import today
from intake_app.web.replies import Page, invalid
from intake_app.web.step_forms import StepForm, form_for
from intake_app.web.step_forms.repeat import row_change

bp = Blueprint("steps", __name__, url_prefix="/intake")

CHECK = "check"


@bp.get("")
@audience("client")
@with_draft
def resume(draft: OpenDraft) -> Page:
    """Where the client goes on."""
    return redirect_to_first_open(draft, draft.journey(today()))


@bp.get("/step/<step_id>")
@audience("client")
@with_draft
def step(draft: OpenDraft, step_id: str) -> Page:
    """One step, with everything typed so far still in it."""
    journey = draft.journey(today())
    if not journey.may_visit(step_id):
        return redirect_to_first_open(draft, journey)
    one = draft.questionnaire.step(step_id)
    if returning_client.awaits_confirmation(draft, one, today()):
        return redirect(next_url(draft, one), 303)
    typed = draft.state.typed.get(step_id)
    form = form_for(one, journey, typed=typed, therapist_only=draft.state.therapist_only)
    return page(draft, journey, one, form)


@bp.post("/step/<step_id>")
@audience("client")
@with_draft
@retry_on_change
def save(draft: OpenDraft, step_id: str) -> Page:
    """Continue. A step that is not right yet comes back with 422 and everything still in it."""
    match save_step.save_step(runtime(), draft, _submission(step_id)):
        case NotReached(journey):
            return redirect_to_first_open(draft, journey)
        case Conflict(journey, merged):
            return conflict(draft, journey, draft.questionnaire.step(step_id), merged)
        case KeptForLater():
            return redirect(url_for("steps.later"), 303)
        case RowsChanged():
            return redirect(address("steps.step", step_id, return_target()), 303)
        case NotRight(kept, journey, form):
            html = page(kept, journey, kept.questionnaire.step(step_id), form)
            return invalid(html)
        case ChildSaidNo():
            return redirect(url_for("check_and_sign.child_said_no"), 303)
        case AdviceDue():
            return redirect(
                url_for("urgent_advice.show", step_id=step_id, next=return_target()), 303
            )
        case GoOn(saved, following):
            return redirect_to(saved, following)


@bp.post("/step/<step_id>/autosave")
@audience("client")
@with_draft
@retry_on_change
def autosave(draft: OpenDraft, step_id: str) -> Page:
    """Keep what is typed. 204 when kept, 409 when another tab changed the same field."""
    outcome = save_step.autosave(runtime(), draft, _submission(step_id))
    return "", 409 if outcome is Autosave.REFUSED else 204


def _submission(step_id: str) -> Submission[StepForm]:
    """What the page of this step sent."""
    button = row_change(request.form.to_dict(flat=False))
    return Submission(
        step_id=step_id,
        page_id=page_id(),
        base_rev=_count("base_rev"),
        seq=save_sequence(),
        today=today(),
        read=partial(_read, step_id),
        later="later" in request.form,
        change_rows=None if button is None else lambda form: form.change_rows(button),
        from_check=return_target() is not None,
    )


def _read(step_id: str, draft: OpenDraft, journey: Journey, typed: Typed | None) -> StepForm:
    """The boxes of this step as they were sent, or filled with what is typed."""
    step = draft.questionnaire.step(step_id)
    if typed is None:
        return form_for(step, journey, formdata=request.form)
    return form_for(step, journey, typed=typed, therapist_only=draft.state.therapist_only)


@bp.get("/later")
@audience("client")
@with_draft
def later(draft: OpenDraft) -> Page:
    """Save and finish later: the personal link, shown to the one who holds it."""
    link = url_for("start.enter", _external=True) + "#" + draft.token
    return render_template(
        "intake/saved_for_later.html",
        link=link,
        code=draft.token,
        expires_at=draft.expires_at,
    )


def page_id() -> str:
    """Which open page (tab) is speaking: made by the server for each page it shows."""
    return request.form.get("page_id", "")[:32]


def save_sequence() -> int:
    """The page's own counter of saves."""
    return _count("seq")


def _count(field: str) -> int:
    """What a hidden field counts, 0 when it holds no number that a page of ours could have."""
    text = request.form.get(field, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def return_target() -> str | None:
    """Where a Change came from: the check page, or nowhere."""
    return CHECK if request.args.get("next") == CHECK else None


def address(endpoint: str, step_id: str, came: str | None = None) -> str:
    """url_for of a page of a step. came: where it leads back to, as `return_target` says."""
    return url_for(endpoint, step_id=step_id, next=came)


def redirect_after(draft: OpenDraft, journey: Journey, step_id: str) -> Response:
    """To what is asked after this step."""
    following = save_step.next_step(draft, journey, step_id, return_target() is not None)
    return redirect_to(draft, following)


def redirect_to(draft: OpenDraft, following: Step | None) -> Response:
    """To this step, or to the last pages."""
    return redirect(next_url(draft, following), 303)


def redirect_to_first_open(draft: OpenDraft, journey: Journey) -> Response:
    """An address that is not (or no longer) part of this walk leads to where the walk goes on."""
    return redirect(next_url(draft, journey.first_open()), 303)


def next_url(draft: OpenDraft, step: Step | None) -> str:
    """The address of a step. None: of the last pages.

    A part that was answered last time is first shown as a whole.
    """
    if step is None:
        return url_for(
            "day_of_visit.confirm" if draft.state.day_of_visit else "check_and_sign.check"
        )
    if returning_client.awaits_confirmation(draft, step, today()):
        return url_for("returning_client.part", section_id=step.section_id, next=return_target())
    return address("steps.step", step.id, return_target())


def previous_url(draft: OpenDraft, journey: Journey, step: Step | None) -> str:
    """Back to this step; from steps that were taken over as a whole, to their part.

    None: the start page.
    """
    while step and returning_client.was_confirmed(draft, step):
        before = journey.before(step.id)
        if before is None or before.section_id != step.section_id:
            return url_for("returning_client.part", section_id=step.section_id)
        step = before
    first = "kiosk.away" if "tablet" in g else "start.home"
    return address("steps.step", step.id) if step else url_for(first)


def page(draft: OpenDraft, journey: Journey, one: Step, form: StepForm) -> str:
    """The page of one step."""
    before = journey.before(one.id)
    first = before is None or before.section_id != one.section_id
    aside = one.more or return_target() is not None
    if first and one.section_id in draft.state.reviewed:
        back = url_for("returning_client.part", section_id=one.section_id)
    else:
        back = previous_url(draft, journey, before)
    return render_template(
        "intake/step.html",
        step=one,
        section=draft.questionnaire.section(one.section_id),
        progress=None if one.more else _progress(journey, one),
        form=form,
        back_url=next_url(draft, None) if aside else back,
        action_url=address("steps.step", one.id, return_target()),
        save_url=address("steps.autosave", one.id),
        page_id=drafts.new_browser(),
        base_rev=draft.rev,
        seq=0,
    )


def _progress(journey: Journey, one: Step) -> Progress:
    """The agreement, which is no questionnaire, is the last part."""
    found = journey.progress(one.id)
    return replace(found, parts=found.parts + 1)


def conflict(draft: OpenDraft, journey: Journey, one: Step, merged: Merge) -> Page:
    """Two tabs say different things: show both, next to each other, and let the client choose."""
    stored = {name: now for name, (now, _) in merged.conflicts.items()}
    theirs = form_for(
        one, journey, typed=merged.typed | stored, therapist_only=draft.state.therapist_only
    )
    mine = form_for(one, journey, typed=merged.typed, therapist_only=draft.state.therapist_only)
    html = render_template(
        "intake/conflict.html",
        step=one,
        names=sorted(merged.conflicts),
        stored=theirs,
        mine=mine,
        action_url=address("steps.step", one.id, return_target()),
        page_id=drafts.new_browser(),
        base_rev=draft.rev,
        seq=0,
    )
    return html, 409
