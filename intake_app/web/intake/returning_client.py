"""A returning client: each part as it was last time, on one page, to say “same” or “changed”."""

from flask import Blueprint, redirect, render_template, request, url_for

from intake_app.intake import returning_client
from intake_app.intake.open_draft import OpenDraft
from intake_app.questionnaire import Journey, Progress, Section
from intake_app.records import previous_record
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.draft_access import retry_on_change, with_draft
from intake_app.web.intake.steps import next_url, previous_url, redirect_to_first_open
from intake_app.web.practice import today
from intake_app.web.replies import Page, invalid

bp = Blueprint("returning_client", __name__, url_prefix="/intake")

SAME = "same"
CHANGED = "changed"


@bp.get("/again/<section_id>")
@audience("client")
@with_draft
def part(draft: OpenDraft, section_id: str) -> Page:
    """The last answers to this part."""
    journey = draft.journey(today())
    section = _reached(draft, journey, section_id)
    return _page(draft, journey, section) if section else redirect_to_first_open(draft, journey)


@bp.post("/again/<section_id>")
@audience("client")
@with_draft
@retry_on_change
def choose(draft: OpenDraft, section_id: str) -> Page:
    """“Same” takes the part as it is; “changed” opens its pages with the last answers in them."""
    journey = draft.journey(today())
    section = _reached(draft, journey, section_id)
    if section is None:
        return redirect_to_first_open(draft, journey)
    choice = request.form.get("now")
    if choice == SAME:
        draft = returning_client.confirm_section(runtime(), draft, section, today())
        return redirect(next_url(draft, draft.journey(today()).first_open()), 303)
    if choice == CHANGED:
        draft = returning_client.reopen_section(runtime(), draft, section)
        return redirect_to_first_open(draft, draft.journey(today()))
    return invalid(_page(draft, journey, section, "Choose one of the two buttons"))


def _reached(draft: OpenDraft, journey: Journey, section_id: str) -> Section | None:
    """The part, when it was answered last time and the walk has come to it."""
    sections = {section.id: section for section in draft.questionnaire.sections}
    section = sections.get(section_id)
    if section is None or not returning_client.rows(draft, section, today()):
        return None
    if section_id in draft.state.reviewed:
        return section
    step = journey.first_open()
    return section if step and step.section_id == section_id else None


def _page(draft: OpenDraft, journey: Journey, section: Section, error: str = "") -> str:
    previous = draft.state.previous
    if previous is None:
        raise LookupError("this form holds nothing of a record before it")
    parts = len(draft.questionnaire.parts) + 1
    first = next(
        (step for step in journey.steps if step.section_id == section.id), section.steps[0]
    )
    return render_template(
        "intake/returning_section.html",
        section=section,
        progress=Progress(journey.progress(first.id).part, parts, 0, 1),
        rows=returning_client.rows(draft, section, today()),
        apart=previous.therapist_only or (),
        told_on=previous_record.signed_on(previous.evidence),
        back_url=previous_url(draft, journey, journey.before(first.id)),
        action_url=url_for("returning_client.choose", section_id=section.id),
        error=error,
    )
