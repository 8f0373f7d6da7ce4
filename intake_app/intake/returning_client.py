"""A client who was here before: her new form, and the parts of it that one tap takes over from the last time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.intake.draft_state import ENGLISH, DraftState, offers
from intake_app.intake.drafts import OpenDraft
from intake_app.models.engine import transaction
from intake_app.practice import profile
from intake_app.questionnaire import (
    Answers,
    Section,
    Step,
    SummaryRow,
    completed_steps,
    latest,
    reusable,
    section_answers,
    section_rows,
)
from intake_app.records import (
    addenda,
    authenticity,
    completion,
    day_of_visit,
    previous_record,
    therapist_only,
)


@dataclass(frozen=True, slots=True)
class PrefilledLink:
    """A personal link that carries her last answers. The token is shown once, and kept nowhere."""

    token: str
    first_name: str


def invite(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> PrefilledLink:
    """Make a personal link to a form that holds the answers of this record. Raises what `carry` does."""
    return begin_for_visit(
        runtime, *open_for_reuse(runtime, signed_in, record_id), signed_in.practitioner_id
    )


def open_for_reuse(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str
) -> tuple[Mapping[str, Any], str]:
    """Open this record for a new form: its evidence, with the newest answers and what is for the therapist only, and
    its PDF's hash. The look is written down.

    Raises proof.NoSuchRecord, proof.NotAuthentic, or proof.PaperNotReady: the new record names the old PDF's hash.
    """
    found, _ = authenticity.load_verified(runtime, signed_in, record_id)
    words = therapist_only.decrypt(runtime, signed_in, found)
    asked = addenda.for_record(runtime, signed_in, record_id)
    me = signed_in.practitioner_id
    completion.complete_record(runtime, found, me, "printed-later")
    with transaction(runtime.engine, write=True) as session:
        pdf = authenticity.document_sha256(session, runtime, record_id)
        if pdf is None:
            raise authenticity.DocumentNotReady
        audit.append(session, runtime.keys, "record.carried", me, record_id, now=runtime.clock())
    return day_of_visit.with_day_of_visit_answers(
        {**found, "answers": {**found["answers"], **words}}, asked
    ), pdf


def begin_for_visit(
    runtime: Runtime, found: Mapping[str, Any], pdf_sha256: str, by: str
) -> PrefilledLink:
    """A new form that holds what this evidence says, with the words in it that were kept apart."""
    state, name = prefilled_state(runtime, found, pdf_sha256), found["answers"]["id.first_name"]
    return PrefilledLink(
        drafts.create_invited(
            runtime, name, date.fromisoformat(found["answers"]["id.dob"]), by, state
        ),
        name,
    )


def prefilled_state(runtime: Runtime, found: Mapping[str, Any], pdf_sha256: str) -> DraftState:
    """What is in such a form. It opens only for somebody who knows the date of birth of this evidence."""
    last, answers = (
        previous_record.snapshot_for_next_form(found, pdf_sha256, profile.today(runtime)),
        found["answers"],
    )
    prefilled = reusable(latest(drafts.NAME), answers) if last["full"] else {}
    kept_apart = [key for key in last["apart"] if key in prefilled]
    language = shown if offers(shown := found.get("shown_in", ENGLISH)) else ENGLISH
    return DraftState(
        previous=last,
        answers=prefilled,
        language=language,
        apart=kept_apart,
        birth_date=answers["id.dob"],
    )


def last_time(draft: OpenDraft, section: Section) -> dict[str, object]:
    """Her last answers to this part that may be used again, {} for a new client or when the full form is due."""
    previous = draft.state.previous
    if previous is None or previous["full"]:
        return {}
    return section_answers(section, reusable(draft.questionnaire, previous["evidence"]["answers"]))


def rows(draft: OpenDraft, section: Section, today: date) -> tuple[SummaryRow, ...]:
    """What she said about this part last time, in words, as far as it still fits; () when there is nothing to show."""
    last = last_time(draft, section)
    return (
        section_rows(draft.journey_with(_with(draft, section, last), today), section, last)
        if last
        else ()
    )


def awaits_confirmation(draft: OpenDraft, step: Step, today: date) -> bool:
    """Whether the part of this step is first shown as a whole, to say “same” or “changed”."""
    return step.section_id not in draft.state.reviewed and bool(
        rows(draft, draft.questionnaire.section(step.section_id), today)
    )


def was_confirmed(draft: OpenDraft, step: Step) -> bool:
    """Whether this step was taken over with its part, so that she never saw it as a page."""
    return step.id in draft.state.reviewed.get(step.section_id, ())


def confirm_section(runtime: Runtime, draft: OpenDraft, section: Section, today: date) -> OpenDraft:
    """Take the last answers to this part as hers, now. What is of the day, new, or no longer fits is still asked.

    Raises DraftChanged when another tab saved first.
    """
    last = last_time(draft, section)
    answers = _with(draft, section, last)
    taken = completed_steps(draft.journey_with(answers, today), section)
    own = {*last, *section_answers(section, reusable(draft.questionnaire, draft.state.answers))}
    kept_apart = [
        *(key for key in draft.state.apart if key not in own),
        *_apart_last_time(draft, last),
    ]
    return _store(runtime, draft, section, answers, taken, kept_apart)


def reopen_section(runtime: Runtime, draft: OpenDraft, section: Section) -> OpenDraft:
    """Fill the pages of this part with the last answers, to look at one by one. Raises DraftChanged."""
    last = {
        key: value
        for key, value in last_time(draft, section).items()
        if key not in draft.state.answers
    }
    kept_apart = [*draft.state.apart, *_apart_last_time(draft, last)]
    return _store(runtime, draft, section, {**last, **draft.state.answers}, [], kept_apart)


def _apart_last_time(draft: OpenDraft, last: Answers) -> list[str]:
    """Those of her last answers that were for her therapist only: they stay so, until she takes the tick away."""
    previous = draft.state.previous or {}
    return [key for key in previous.get("apart", []) if key in last]


def _with(draft: OpenDraft, section: Section, last: Answers) -> dict[str, object]:
    """Her answers, with those to this part as they were last time; answers of the day stay."""
    own = section_answers(section, reusable(draft.questionnaire, draft.state.answers))
    return {**{key: value for key, value in draft.state.answers.items() if key not in own}, **last}


def _store(
    runtime: Runtime,
    draft: OpenDraft,
    section: Section,
    answers: Answers,
    taken: list[str],
    kept_apart: list[str],
) -> OpenDraft:
    old, own = draft.state, {step.id for step in section.steps}
    state = replace(
        old,
        answers=dict(answers),
        apart=list(dict.fromkeys(kept_apart)),
        typed={step: typed for step, typed in old.typed.items() if step not in own},
        done=[*(step for step in old.done if step not in own), *taken],
        reviewed={**old.reviewed, section.id: taken},
    )
    return drafts.save_state(runtime, draft, state, part=drafts.part_of(draft, section.id))
