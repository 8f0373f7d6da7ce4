"""Questions about today, asked again on arrival: signed as an addendum, read with the record.

The record is never touched. Signing needs no key: the addendum holds the client's new answers, and
what these alone raise. Once a therapist is signed in, the new answers stand in place of the old
ones and all flags are evaluated again, with the rules of the moment of signing; what was decided
about a flag that looks at today's answers has to be decided again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from intake_app.core.runtime import Runtime
from intake_app.intake import consents, drafts
from intake_app.intake.draft_parts import DayOfVisitReference, SentDayOfVisit
from intake_app.intake.draft_state import DraftState
from intake_app.intake.open_draft import OpenDraft
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.pdf.addendum_document import AddendumEntry
from intake_app.pdf.safety_card import LabelledText
from intake_app.practice import profile
from intake_app.questionnaire import Journey, rules_of, summarise
from intake_app.records import addenda, consent_words, day_of_visit
from intake_app.records.addenda import Content, RecordReference, Signer
from intake_app.records.cautions import sealed_flags
from intake_app.records.cautions.sealed_flags import SealedFlag
from intake_app.records.sealed.addendum import DayOfVisitAnswers
from intake_app.records.sealed.evidence import Signature

TITLE = "Questions about today, asked again"
LEAD = (
    "The answers about the day were more than 24 hours old, so the client answered them again. "
    "Prompts below are those that these answers raise by themselves; with the form they belong to "
    "there may be more or fewer."
)
INTENT = "By typing my name and pressing the button I confirm my answers about today."
REMEMBERED = timedelta(minutes=10)  # a second press finds that the first one counted


class DayOfVisitNotReady(Exception):
    """A question is still open, or somebody who has to sign did not."""


class RecordGone(Exception):
    """The record was erased meanwhile."""


def sign(runtime: Runtime, draft: OpenDraft, signatures: Sequence[Signature]) -> None:
    """Sign the answers as an addendum and forget the short form. Doing it twice is once.

    Raises DayOfVisitNotReady, RecordGone, or DraftChanged when another tab saved meanwhile.
    """
    reference = draft.state.day_of_visit
    if reference is None or draft.state.is_signed:
        return
    journey = draft.journey(profile.today(runtime))
    if not journey.complete() or not consents.signatures_complete(journey, signatures):
        raise DayOfVisitNotReady
    about = _record_reference(draft, reference)
    signer = Signer("client", signatures[-1].name, "signer")
    with transaction(runtime.engine, write=True) as session:
        record = session.get(Record, about.record_id, with_for_update=True)
        if record is None:
            raise RecordGone
        content = _content(draft, journey, signatures)
        signed = addenda.store_signed(session, runtime, about, signer, day_of_visit.KIND, content)
        record.opened_at = None  # news: it waits for a therapist again
        state = _emptied(draft.state, signed.addendum_id)
        until = runtime.clock() + REMEMBERED
        drafts.save_state_in(session.connection(), runtime, draft, state, expires_at=until)
    addenda.complete(runtime, signed)


def _emptied(state: DraftState, addendum_id: str) -> DraftState:
    """What stays of the short form for a while: that it was signed, and no answer."""
    return DraftState(
        birth_date=state.birth_date,
        day_of_visit=state.day_of_visit,
        sent=SentDayOfVisit(addendum_id),
    )


def _record_reference(draft: OpenDraft, reference: DayOfVisitReference) -> RecordReference:
    return RecordReference(
        reference.record_id,
        reference.signed_at,
        reference.client_name,
        draft.state.birth_date or "",
        draft.questionnaire.language,
    )


def _content(draft: OpenDraft, journey: Journey, signatures: Sequence[Signature]) -> Content:
    asked = {item.link_id for step in journey.steps for item in journey.items(step)}
    rules = rules_of(journey.questionnaire.sha256)
    flags = sealed_flags.evaluate_flags(rules, journey)
    raised_here = tuple(flag for flag in flags.raised if asked & set(flag.raised_by))
    raised = sealed_flags.read_flags(replace(flags, raised=raised_here), journey) or ()
    data = DayOfVisitAnswers(
        questionnaire_sha256=draft.questionnaire.sha256,
        asked=tuple(sorted(asked)),
        answers={key: value for key, value in journey.live().items() if key in asked},
        rules_sha256=rules.sha256,
        advised_rules=draft.state.advised_rules,
    ).to_json()
    entries = [*_answered(journey), *map(_raised, raised), _signed_by(signatures)]
    return Content(TITLE, LEAD, entries, data, signatures[-1].name, INTENT)


def _answered(journey: Journey) -> Iterable[AddendumEntry]:
    for section in summarise(journey):
        rows = tuple(LabelledText(row.label, row.text) for row in section.rows)
        yield AddendumEntry(section.title, "", rows, ())


def _raised(flag: SealedFlag) -> AddendumEntry:
    lines = (LabelledText("Suggested", flag.action), LabelledText("Rule", flag.code))
    return AddendumEntry(flag.title, flag.tag, flag.quotes, lines)


def _signed_by(signatures: Sequence[Signature]) -> AddendumEntry:
    lines = tuple(
        LabelledText(consent_words.CAPACITIES[signature.role], _signer_name(signature))
        for signature in signatures
    )
    return AddendumEntry("Confirmed by", "", (), lines)


def _signer_name(signature: Signature) -> str:
    if not signature.relationship:
        return signature.name
    return f"{signature.name} ({signature.relationship})"
