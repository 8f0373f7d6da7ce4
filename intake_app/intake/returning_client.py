"""A client who was here before: her new form, and the parts of it that one tap takes over from the last time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake_app.accounts.sessions import SignedIn
from intake_app.core import audit
from intake_app.core.runtime import House
from intake_app.intake import drafts
from intake_app.intake.draft_state import ENGLISH, State
from intake_app.intake.drafts import OpenDraft
from intake_app.models.engine import transaction
from intake_app.practice import profile
from intake_app.questionnaire import Answers, Section, Step, SummaryRow, latest, of_section, reusable, settled, told
from intake_app.records import (
    addenda,
    authenticity,
    completion,
    day_of_visit,
    previous_record,
    therapist_only,
)


@dataclass(frozen=True, slots=True)
class Again:
    """A personal link that carries her last answers. The token is shown once, and kept nowhere."""

    token: str
    first_name: str


def invite(house: House, signed_in: SignedIn, record_id: str) -> Again:
    """Make a personal link to a form that holds the answers of this record. Raises what `carry` does."""
    return begin(house, *carry(house, signed_in, record_id), signed_in.practitioner_id)


def carry(house: House, signed_in: SignedIn, record_id: str) -> tuple[Mapping[str, Any], str]:
    """Open this record for a new form: its evidence, with the newest answers and what is for the therapist only, and
    its PDF's hash. The look is written down.

    Raises proof.NoSuchRecord, proof.NotAuthentic, or proof.PaperNotReady: the new record names the old PDF's hash.
    """
    found, _ = authenticity.record(house, signed_in, record_id)
    words = therapist_only.opened(house, signed_in, found)
    asked = addenda.of_record(house, signed_in, record_id)
    me = signed_in.practitioner_id
    completion.finish_evidence(house, found, me, "printed-later")
    with transaction(house.engine, write=True) as session:
        pdf = authenticity.paper_sha256(session, house, record_id)
        if pdf is None:
            raise authenticity.PaperNotReady
        audit.append(session, house.keys, "record.carried", me, record_id, now=house.clock())
    return day_of_visit.joined({**found, "answers": {**found["answers"], **words}}, asked), pdf


def begin(house: House, found: Mapping[str, Any], pdf_sha256: str, by: str) -> Again:
    """A new form that holds what this evidence says, with the words in it that were kept apart."""
    state, name = filled(house, found, pdf_sha256), found["answers"]["id.first_name"]
    return Again(drafts.invite(house, name, date.fromisoformat(found["answers"]["id.dob"]), by, state), name)


def filled(house: House, found: Mapping[str, Any], pdf_sha256: str) -> State:
    """What is in such a form. It opens only for somebody who knows the date of birth of this evidence."""
    last, answers = previous_record.carried(found, pdf_sha256, profile.today(house)), found["answers"]
    prefilled = reusable(latest(drafts.NAME), answers) if last["full"] else {}
    kept_apart = [key for key in last["apart"] if key in prefilled]
    language = shown if drafts.offers(shown := found.get("shown_in", ENGLISH)) else ENGLISH
    return State(previous=last, answers=prefilled, language=language, apart=kept_apart, birth_date=answers["id.dob"])


def last_time(draft: OpenDraft, section: Section) -> dict[str, object]:
    """Her last answers to this part that may be used again, {} for a new client or when the full form is due."""
    previous = draft.state.previous
    if previous is None or previous["full"]:
        return {}
    return of_section(section, reusable(draft.questionnaire, previous["evidence"]["answers"]))


def rows(draft: OpenDraft, section: Section, today: date) -> tuple[SummaryRow, ...]:
    """What she said about this part last time, in words, as far as it still fits; () when there is nothing to show."""
    last = last_time(draft, section)
    return told(draft.journey_with(_with(draft, section, last), today), section, last) if last else ()


def awaits(draft: OpenDraft, step: Step, today: date) -> bool:
    """Whether the part of this step is first shown as a whole, to say “same” or “changed”."""
    return step.section_id not in draft.state.reviewed and bool(
        rows(draft, draft.questionnaire.section(step.section_id), today)
    )


def was_taken(draft: OpenDraft, step: Step) -> bool:
    """Whether this step was taken over with its part, so that she never saw it as a page."""
    return step.id in draft.state.reviewed.get(step.section_id, ())


def same(house: House, draft: OpenDraft, section: Section, today: date) -> OpenDraft:
    """Take the last answers to this part as hers, now. What is of the day, new, or no longer fits is still asked.

    Raises DraftChanged when another tab saved first.
    """
    last = last_time(draft, section)
    answers = _with(draft, section, last)
    taken = settled(draft.journey_with(answers, today), section)
    own = {*last, *of_section(section, reusable(draft.questionnaire, draft.state.answers))}
    kept_apart = [*(key for key in draft.state.apart if key not in own), *_apart_last_time(draft, last)]
    return _store(house, draft, section, answers, taken, kept_apart)


def changed(house: House, draft: OpenDraft, section: Section) -> OpenDraft:
    """Fill the pages of this part with the last answers, to look at one by one. Raises DraftChanged."""
    last = {key: value for key, value in last_time(draft, section).items() if key not in draft.state.answers}
    kept_apart = [*draft.state.apart, *_apart_last_time(draft, last)]
    return _store(house, draft, section, {**last, **draft.state.answers}, [], kept_apart)


def _apart_last_time(draft: OpenDraft, last: Answers) -> list[str]:
    """Those of her last answers that were for her therapist only: they stay so, until she takes the tick away."""
    previous = draft.state.previous or {}
    return [key for key in previous.get("apart", []) if key in last]


def _with(draft: OpenDraft, section: Section, last: Answers) -> dict[str, object]:
    """Her answers, with those to this part as they were last time; answers of the day stay."""
    own = of_section(section, reusable(draft.questionnaire, draft.state.answers))
    return {**{key: value for key, value in draft.state.answers.items() if key not in own}, **last}


def _store(
    house: House, draft: OpenDraft, section: Section, answers: Answers, taken: list[str], kept_apart: list[str]
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
    return drafts.store(house, draft, state, part=drafts.part_of(draft, section.id))
