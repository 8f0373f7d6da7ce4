"""The walk: one step a page, the same address with and without JavaScript. POST, 303, GET."""

from dataclasses import replace
from functools import lru_cache

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.intake import (
    consents,
    drafts,
    merge,
    returning_client,
    urgent_advice,
)
from intake_app.intake.drafts import DraftChanged, OpenDraft
from intake_app.intake.merge import Merge
from intake_app.questionnaire import Journey, Progress, Step
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.draft_access import reopened, with_draft
from intake_app.web.practice import today
from intake_app.web.replies import Page
from intake_app.web.step_forms import StepForm, form_for

bp = Blueprint("steps", __name__, url_prefix="/intake")

CHECK = "check"
CHILD = "child"
RACES = 5


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
    form = form_for(one, journey, typed=typed, apart=draft.state.apart)
    return page(draft, journey, one, form)


@bp.post("/step/<step_id>")
@audience("client")
@with_draft
def save(draft: OpenDraft, step_id: str) -> Page:
    """Continue. A step that is not right yet comes back with 422 and everything still in it."""
    for _ in range(RACES):
        try:
            return _save(draft, step_id)
        except DraftChanged:
            draft = reopened(draft)
    raise DraftChanged


def _save(draft: OpenDraft, step_id: str) -> Page:
    journey = draft.journey(today())
    if not journey.may_visit(step_id):
        return redirect_to_first_open(draft, journey)
    one = draft.questionnaire.step(step_id)
    sent = form_for(one, journey, formdata=request.form)
    merged = _merge(draft, step_id, sent)
    if merged.conflicts:
        return conflict(draft, journey, one, merged)
    form = (
        sent
        if merged.typed == sent.typed()
        else form_for(one, journey, typed=merged.typed, apart=draft.state.apart)
    )
    if "later" in request.form:
        drafts.save_typed(runtime(), draft, step_id, page_id(), merged.typed, drafts.CLOSED)
        return redirect(url_for("steps.later"), 303)
    if sent.row_change:
        drafts.save_typed(
            runtime(), draft, step_id, page_id(), form.change_rows(sent.row_change), drafts.CLOSED
        )
        return redirect(address("steps.step", step_id, return_target()), 303)
    if not form.validate():
        draft = drafts.save_typed(runtime(), draft, step_id, page_id(), merged.typed, drafts.CLOSED)
        return page(draft, journey, one, form), 422, {"HX-Push-Url": "false"}
    answers, asked, apart = form.answers(), form.asked(), form.apart()
    draft = drafts.save_step(
        runtime(), draft, step_id, page_id(), merged.typed, answers, asked, apart
    )
    journey = draft.journey(today())
    if step_id == CHILD and consents.child_said_no(journey):
        return redirect(url_for("check_and_sign.child_said_no"), 303)
    if urgent_advice.unacknowledged(draft, journey):
        return redirect(url_for("urgent_advice.show", step_id=step_id, next=return_target()), 303)
    return redirect_after(draft, journey, step_id)


@bp.post("/step/<step_id>/autosave")
@audience("client")
@with_draft
def autosave(draft: OpenDraft, step_id: str) -> Page:
    """Keep what is typed, while it is typed. 204 when kept, 409 when another tab changed the same field."""
    for _ in range(RACES):
        try:
            return _autosave(draft, step_id)
        except DraftChanged:
            draft = reopened(draft)
    raise DraftChanged


def _autosave(draft: OpenDraft, step_id: str) -> Page:
    journey = draft.journey(today())
    if not journey.may_visit(step_id):
        return "", 409
    if merge.is_late(draft, page_id(), save_sequence()):
        return "", 204
    sent = form_for(draft.questionnaire.step(step_id), journey, formdata=request.form)
    merged = _merge(draft, step_id, sent)
    if merged.conflicts:
        return "", 409
    drafts.save_typed(runtime(), draft, step_id, page_id(), merged.typed, save_sequence())
    return "", 204


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


def _merge(draft: OpenDraft, step_id: str, sent: StepForm) -> Merge:
    return merge.merge(draft, step_id, page_id(), _count("base_rev"), sent.typed())


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
    """url_for of a page of a step. Made once: a page turn needs five of them."""
    return _address(request.root_path, endpoint, step_id, came)


@lru_cache(maxsize=1024)
def _address(root: str, endpoint: str, step_id: str, came: str | None) -> str:
    return url_for(endpoint, step_id=step_id, next=came)


def redirect_after(draft: OpenDraft, journey: Journey, step_id: str) -> Response:
    """The next step; or back to the check page after a Change, unless the change opened new questions."""
    first_open = journey.first_open()
    if return_target() and first_open is None:
        return redirect(next_url(draft, None), 303)
    following = first_open if return_target() else journey.after(step_id)
    while following and returning_client.was_confirmed(draft, following):
        following = journey.after(following.id)
    return redirect(next_url(draft, following), 303)


def redirect_to_first_open(draft: OpenDraft, journey: Journey) -> Response:
    """An address that is not (or no longer) part of this walk leads to where the walk goes on."""
    return redirect(next_url(draft, journey.first_open()), 303)


def next_url(draft: OpenDraft, step: Step | None) -> str:
    """The address of a step; a part of which she told us last time is first shown as a whole. None: the last pages."""
    if step is None:
        return url_for("day_of_visit.confirm" if draft.state.arrival else "check_and_sign.check")
    if returning_client.awaits_confirmation(draft, step, today()):
        return url_for("returning_client.part", section_id=step.section_id, next=return_target())
    return address("steps.step", step.id, return_target())


def previous_url(draft: OpenDraft, journey: Journey, step: Step | None) -> str:
    """Back to this step; from steps that were taken over as a whole, to their part. None: the start page."""
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
    if first and one.section_id in draft.state.reviewed:
        back = url_for("returning_client.part", section_id=one.section_id)
    else:
        back = previous_url(draft, journey, before)
    return render_template(
        "intake/step.html",
        step=one,
        section=draft.questionnaire.section(one.section_id),
        progress=_progress(journey, one),
        form=form,
        back_url=next_url(draft, None) if return_target() else back,
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
    """Two tabs said different things: show both, next to each other, and let the client choose."""
    stored = {name: now for name, (now, _) in merged.conflicts.items()}
    theirs = form_for(one, journey, typed=merged.typed | stored, apart=draft.state.apart)
    mine = form_for(one, journey, typed=merged.typed, apart=draft.state.apart)
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
