"""A returning client: each part as she told it last time, on one page, to say “same” or “changed”."""

from flask import Blueprint, redirect, render_template, request, url_for

from intake_app.intake import returning_client
from intake_app.intake.drafts import DraftChanged, OpenDraft
from intake_app.questionnaire import Journey, Progress, Section
from intake_app.records import previous_record
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.draft_access import reopened, with_draft
from intake_app.web.intake.steps import RACES, next_url, previous_url, redirect_to_first_open
from intake_app.web.practice import today
from intake_app.web.replies import Page

bp = Blueprint("returning_client", __name__, url_prefix="/intake")

SAME, CHANGED = "same", "changed"


@bp.get("/again/<section_id>")
@audience("client")
@with_draft
def part(draft: OpenDraft, section_id: str) -> Page:
    """What she told us last time about this part."""
    journey = draft.journey(today())
    section = _reached(draft, journey, section_id)
    return _page(draft, journey, section) if section else redirect_to_first_open(draft, journey)


@bp.post("/again/<section_id>")
@audience("client")
@with_draft
def choose(draft: OpenDraft, section_id: str) -> Page:
    """“Same” takes the part as it is and goes on; “changed” opens its pages with the last answers in them."""
    for _ in range(RACES):
        try:
            return _choose(draft, section_id)
        except DraftChanged:
            draft = reopened(draft)
    raise DraftChanged


def _choose(draft: OpenDraft, section_id: str) -> Page:
    journey = draft.journey(today())
    section = _reached(draft, journey, section_id)
    if section is None:
        return redirect_to_first_open(draft, journey)
    said = request.form.get("now")
    if said == SAME:
        draft = returning_client.confirm_section(runtime(), draft, section, today())
        return redirect(next_url(draft, draft.journey(today()).first_open()), 303)
    if said == CHANGED:
        draft = returning_client.reopen_section(runtime(), draft, section)
        return redirect_to_first_open(draft, draft.journey(today()))
    return (
        _page(draft, journey, section, "Choose one of the two buttons"),
        422,
        {"HX-Push-Url": "false"},
    )


def _reached(draft: OpenDraft, journey: Journey, section_id: str) -> Section | None:
    """The part, when it was told last time and the walk has come to it."""
    section = next((one for one in draft.questionnaire.sections if one.id == section_id), None)
    if section is None or not returning_client.rows(draft, section, today()):
        return None
    step = journey.first_open()
    return (
        section
        if section_id in draft.state.reviewed or (step and step.section_id == section_id)
        else None
    )


def _page(draft: OpenDraft, journey: Journey, section: Section, error: str = "") -> str:
    parts = len(draft.questionnaire.sections) + 1
    first = next(
        (step for step in journey.steps if step.section_id == section.id), section.steps[0]
    )
    return render_template(
        "intake/returning_section.html",
        section=section,
        progress=Progress(journey.progress(first.id).part, parts, 0, 1),
        rows=returning_client.rows(draft, section, today()),
        apart=(draft.state.previous or {}).get("apart", ()),
        told_on=previous_record.signed_on((draft.state.previous or {})["evidence"]),
        back_url=previous_url(draft, journey, journey.before(first.id)),
        action_url=url_for("returning_client.choose", section_id=section.id),
        error=error,
    )
