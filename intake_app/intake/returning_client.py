"""A client who was here before: the new form, and parts that one tap takes over from the last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.intake.draft_state import ENGLISH, DraftState, offers
from intake_app.intake.open_draft import OpenDraft
from intake_app.models.engine import transaction
from intake_app.practice import profile
from intake_app.questionnaire import (
    Answer,
    Answers,
    Questionnaire,
    Section,
    Step,
    SummaryRow,
    completed_steps,
    reusable,
    section_answers,
    section_rows,
)
from intake_app.questionnaire.context import as_text
from intake_app.records import (
    addenda,
    authenticity,
    completion,
    day_of_visit,
    previous_record,
    therapist_only,
)
from intake_app.records.sealed.evidence import PreviousAnswers, RecordOnTheDay


@dataclass(frozen=True, slots=True)
class PrefilledLink:
    """A personal link that carries the last answers. The token is shown once, and kept nowhere."""

    token: str
    first_name: str


def invite(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> PrefilledLink:
    """Make a personal link to a form that holds the answers of this record.

    Raises what `open_for_reuse` does.
    """
    record, pdf_sha256 = open_for_reuse(runtime, signed_in, record_id)
    return begin_for_visit(runtime, record, pdf_sha256, signed_in.practitioner_id)


def open_for_reuse(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str
) -> tuple[RecordOnTheDay, str]:
    """Open this record for a new form. The look is written down.

    Returns the record, with the newest answers and the words for the therapist only, and the hash
    of its PDF. Raises authenticity.NoSuchRecord, NotAuthentic, or DocumentNotReady: the new record
    names the old PDF's hash.
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
    whole = replace(found, answers={**found.answers, **words})
    return day_of_visit.with_day_of_visit_answers(whole, asked), pdf


def begin_for_visit(
    runtime: Runtime, record: RecordOnTheDay, pdf_sha256: str, by: str
) -> PrefilledLink:
    """A new form that holds what this record says, with the words for the therapist only."""
    state = prefilled_state(runtime, record, pdf_sha256)
    name = as_text(record.evidence.answers["id.first_name"])
    birth_date = date.fromisoformat(as_text(record.evidence.answers["id.dob"]))
    return PrefilledLink(drafts.create_invited(runtime, name, birth_date, by, state), name)


def prefilled_state(runtime: Runtime, record: RecordOnTheDay, pdf_sha256: str) -> DraftState:
    """What is in such a form.

    It opens only for somebody who knows the date of birth of this record.
    """
    today = profile.today(runtime)
    form = profile.form_of(profile.load_profile(runtime))
    previous = previous_record.snapshot_for_next_form(record, pdf_sha256, today)
    answers = record.evidence.answers
    last = reusable(form, answers, record.evidence.questionnaire.version)
    prefilled = last if previous.full_form_due else _told_more(form, last)
    language = record.evidence.shown_in
    return DraftState(
        previous=previous,
        answers=prefilled,
        language=language if offers(language) else ENGLISH,
        therapist_only=tuple(_therapist_only_last_time(previous, prefilled)),
        birth_date=as_text(answers["id.dob"]),
    )


def _told_more(form: Questionnaire, last: Answers) -> dict[str, Answer]:
    """What was told behind the door “Tell us more”: nobody comes by there again, so it is kept."""
    more = {item.link_id for step in form.steps if step.more for item in step.items}
    return {link_id: answer for link_id, answer in last.items() if link_id in more}


def last_time(draft: OpenDraft, section: Section) -> Answers:
    """The last answers to this part that may be used again.

    {} for a new client, or when the full form is due.
    """
    previous = draft.state.previous
    if previous is None or previous.full_form_due:
        return {}
    signed = previous.evidence
    last = reusable(draft.questionnaire, signed.answers, signed.questionnaire.version)
    return section_answers(section, last)


def rows(draft: OpenDraft, section: Section, today: date) -> tuple[SummaryRow, ...]:
    """The last answers to this part in words, as far as they still fit; () when there are none."""
    last = last_time(draft, section)
    if not last:
        return ()
    journey = draft.journey_with(_with(draft, section, last), today)
    return section_rows(journey, section, last)


def awaits_confirmation(draft: OpenDraft, step: Step, today: date) -> bool:
    """Whether the part of this step is first shown as a whole, to say “same” or “changed”."""
    if step.more or step.section_id in draft.state.reviewed:
        return False
    return bool(rows(draft, draft.questionnaire.section(step.section_id), today))


def was_confirmed(draft: OpenDraft, step: Step) -> bool:
    """Whether this step was taken over with its part, so that it was never shown as a page."""
    return step.id in draft.state.reviewed.get(step.section_id, ())


def confirm_section(runtime: Runtime, draft: OpenDraft, section: Section, today: date) -> OpenDraft:
    """Take the last answers to this part over. What is of the day, new, or no longer fits is asked.

    Raises DraftChanged when another tab saved first.
    """
    last = last_time(draft, section)
    answers = _with(draft, section, last)
    taken = completed_steps(draft.journey_with(answers, today), section)
    replaced = section_answers(section, reusable(draft.questionnaire, draft.state.answers))
    therapist_only = [
        *(key for key in draft.state.therapist_only if key not in {*last, *replaced}),
        *_therapist_only_last_time(draft.state.previous, last),
    ]
    return _store(runtime, draft, section, Review(answers, taken, therapist_only))


def reopen_section(runtime: Runtime, draft: OpenDraft, section: Section) -> OpenDraft:
    """Fill the pages of this part with the last answers, to look at one by one.

    Raises DraftChanged.
    """
    last = {
        key: value
        for key, value in last_time(draft, section).items()
        if key not in draft.state.answers
    }
    therapist_only = [
        *draft.state.therapist_only,
        *_therapist_only_last_time(draft.state.previous, last),
    ]
    answers = {**last, **draft.state.answers}
    return _store(runtime, draft, section, Review(answers, [], therapist_only))


def _therapist_only_last_time(previous: PreviousAnswers | None, last: Answers) -> list[str]:
    """Those of the last answers that were for the therapist only.

    They stay so, until the client takes the tick away.
    """
    if previous is None:
        return []
    return [key for key in previous.therapist_only or () if key in last]


def _with(draft: OpenDraft, section: Section, last: Answers) -> Answers:
    """The answers, with those to this part as they were last time; answers of the day stay."""
    answers = draft.state.answers
    replaced = section_answers(section, reusable(draft.questionnaire, answers))
    others = {key: value for key, value in answers.items() if key not in replaced}
    return {**others, **last}


@dataclass(frozen=True, slots=True)
class Review:
    """What a returning client's choice makes of a part.

    steps: those taken over as they were. therapist_only: all questions of the form whose words are
    for the therapist only.
    """

    answers: Answers
    steps: Sequence[str]
    therapist_only: Sequence[str]


def _store(runtime: Runtime, draft: OpenDraft, section: Section, review: Review) -> OpenDraft:
    before = draft.state
    steps = {step.id for step in section.steps}
    state = replace(
        before,
        answers=review.answers,
        therapist_only=tuple(dict.fromkeys(review.therapist_only)),
        typed={step: typed for step, typed in before.typed.items() if step not in steps},
        done=(*(step for step in before.done if step not in steps), *review.steps),
        reviewed={**before.reviewed, section.id: tuple(review.steps)},
    )
    return drafts.save_state(runtime, draft, state, part=drafts.part_of(draft, section.id))
