"""Signing and finishing an intake: two commits (docs/decisions, 1).

Commit 1 is the evidence: sealed answers and signature, audit entry, nothing rendered yet. Commit 2
is the document: the sealed PDF, the client's own copy, and the end of the draft. Between them no
transaction is open. Every step can be repeated: killed anywhere, nothing is lost, and there is
exactly one record and one PDF.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, auto
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from intake_app.core import audit, canonical_json
from intake_app.core.runtime import Runtime
from intake_app.crypto import age, client_copy, token_box
from intake_app.crypto.server_keys import encrypt_directory
from intake_app.intake import consents, drafts, transcription
from intake_app.intake.consents import ConsentRecord
from intake_app.intake.draft_parts import TranscribedForm
from intake_app.intake.open_draft import OpenDraft
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Record, TherapistOnlyWords
from intake_app.questionnaire import Journey, rules_of
from intake_app.questionnaire.context import as_text
from intake_app.records import (
    consent_words,
    day_of_visit,
    evidence,
    previous_record,
    retention,
    therapist_only,
)
from intake_app.records.cautions import sealed_flags
from intake_app.records.completion import complete_record
from intake_app.records.sealed.beside_evidence import DirectoryEntry
from intake_app.records.sealed.evidence import (
    ClientCopyKeys,
    Evidence,
    PaperOrigin,
    Signature,
    SigningOrigin,
    TimelineEvent,
)
from intake_app.records.sealed.flags import EvaluatedFlags
from intake_app.visits import visits


class NotReadyToSign(Exception):
    """Nothing may be signed: an answer, agreement or signature is missing, or a child said no."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What the client does on the last page, and from where."""

    signatures: Sequence[Signature]
    consents: Sequence[ConsentRecord]
    address: str
    browser: str
    device: str = "own device"


def sign(runtime: Runtime, draft: OpenDraft, signing: Signing) -> OpenDraft:
    """Commit 1: encrypt the evidence to the practice and the recovery sheet.

    Signing twice gives the first result. Raises NotReadyToSign, DraftChanged when another tab saved
    meanwhile, or transcription.UsedNumber when the paper form that this was typed from became a
    record meanwhile.
    """
    if draft.state.is_signed:
        return draft
    practice = draft.practice
    if draft.state.day_of_visit is not None or practice is None:
        raise NotReadyToSign
    now = runtime.clock()
    today = now.astimezone(ZoneInfo(practice.timezone)).date()
    journey = draft.journey(today)
    if not consents.may_be_signed(journey, signing.consents, signing.signatures):
        raise NotReadyToSign
    record_id = uuid4().hex
    words = therapist_only.collect(record_id, journey.live(), draft.state.therapist_only)
    signed = therapist_only.name_in_evidence(
        _evidence(runtime, draft, practice, journey, signing, record_id), words
    )
    birth_date = date.fromisoformat(as_text(signed.answers["id.dob"]))
    until = retention.keep_until(practice.retention_years, birth_date, today)
    record = _record(runtime, signed, now, until)
    return _store(runtime, draft, signed, record, therapist_only.encrypt(runtime, words))


def _store(
    runtime: Runtime,
    draft: OpenDraft,
    signed: Evidence,
    record: Record,
    encrypted_words: TherapistOnlyWords | None,
) -> OpenDraft:
    """Commit 1 itself. All is ready: others wait for the write lock only while it is stored.

    Raises DraftChanged or transcription.UsedNumber.
    """
    now = runtime.clock()
    hashes = {
        "sealed": record.sealed_sha256,
        "status": hashlib.sha256(record.sealed_status or b"").hexdigest(),
    }
    actor = _actor(draft)
    with transaction(runtime.engine, write=True) as session:
        session.add(record)
        hashes |= therapist_only.store(session, encrypted_words)
        audit.append(session, runtime.keys, "record.signed", actor, record.id, now=now, **hashes)
        _link(session, runtime, draft, record.id)
        state = replace(draft.state, evidence=signed)
        return drafts.save_state_in(session.connection(), runtime, draft, state)


def _record(runtime: Runtime, signed: Evidence, now: datetime, until: date) -> Record:
    """The evidence as the database keeps it."""
    plain = canonical_json.canonical(signed.to_json())
    ask_today = day_of_visit.never_asked(signed)
    blob = age.encrypt_to(plain, recipients.pinned_recipients(runtime))
    return Record(
        id=signed.record_id,
        status="sealed",
        sealed=blob,
        sealed_sha256=hashlib.sha256(blob).hexdigest(),
        sealed_status=sealed_flags.encrypt_stop_note(
            runtime, signed.record_id, signed.flags, ask_today=ask_today
        ),
        definition_sha256=signed.questionnaire.sha256,
        directory=_directory(runtime, signed),
        signed_at=evidence.answered_at(signed) if signed.from_paper else now,
        keep_until=until,
        day_asked=not ask_today,
    )


def _link(session: Session, runtime: Runtime, draft: OpenDraft, record_id: str) -> None:
    """Name the record where the form came from: its visit, or its sheet of paper."""
    if draft.state.transcription:
        transcription.note_record(session, runtime, draft.state.transcription, record_id)
    else:
        visits.link_record(session, draft.id, record_id)


def _evidence(
    runtime: Runtime,
    draft: OpenDraft,
    practice: Practice,
    journey: Journey,
    signing: Signing,
    record_id: str,
) -> Evidence:
    state = draft.state
    questionnaire = draft.questionnaire
    now = runtime.clock().isoformat(timespec="seconds")
    answers = therapist_only.mask(journey.live(), state.therapist_only)
    return Evidence(
        version=evidence.VERSION,
        role="intake",
        record_id=record_id,
        questionnaire=evidence.questionnaire_reference(questionnaire),
        language=questionnaire.language,
        shown_in=draft.language,
        practice=evidence.practice_reference(practice),
        context=evidence.previous_visits(journey.context),
        previous=previous_record.changes_since(state.previous, journey, state.therapist_only),
        answers=answers,
        answers_sha256=canonical_json.sha256(answers),
        flags=_flags(journey, signing),
        consents=tuple(consent.signed for consent in signing.consents),
        signatures=tuple(signing.signatures),
        intent=evidence.ON_PAPER if state.transcription else evidence.INTENT,
        events=(*state.events, *_last_events(draft, now)),
        signed_at=now,
        origin=SigningOrigin(signing.address, signing.browser[:300], signing.device),
        copy=_client_copy(runtime, draft, record_id),
        from_paper=_paper_form(state.transcription),
    )


def _flags(journey: Journey, signing: Signing) -> EvaluatedFlags:
    agreements = [consent.signed for consent in signing.consents]
    signed = consent_words.with_consents(journey, agreements, signing.signatures)
    return sealed_flags.evaluate_flags(rules_of(journey.questionnaire.sha256), signed)


def _client_copy(runtime: Runtime, draft: OpenDraft, record_id: str) -> ClientCopyKeys:
    key = client_copy.copy_key(draft.token, runtime.keys.pepper, record_id)
    return ClientCopyKeys(
        key=base64.b64encode(key).decode(),
        token_hash=token_box.token_hash(draft.token).hex(),
        draft_id=draft.id,
        browsers=draft.state.browsers,
        taken_over_at=draft.taken_over_at.isoformat() if draft.state.browsers else "",
    )


def _paper_form(form: TranscribedForm | None) -> PaperOrigin | None:
    if form is None:
        return None
    return PaperOrigin(form.therapist_name, form.signed_on, form.number)


def _last_events(draft: OpenDraft, now: str) -> list[TimelineEvent]:
    last = TimelineEvent(now, "typed" if draft.state.transcription else "signed")
    return [TimelineEvent(now, "spanish"), last] if draft.language == "es" else [last]


def _actor(draft: OpenDraft) -> str:
    """Who acts, for the log: the client, or the therapist who types the paper form."""
    form = draft.state.transcription
    return form.therapist_id if form else "client"


def _directory(runtime: Runtime, signed: Evidence) -> bytes:
    entry = DirectoryEntry(
        name=evidence.full_name(signed.answers),
        birth_date=as_text(signed.answers["id.dob"]),
        returning=signed.context.returning,
    )
    about = f"record:{signed.record_id}"
    return encrypt_directory(runtime.keys, about, json.dumps(entry.to_json()).encode())


def complete(runtime: Runtime, draft: OpenDraft) -> bool:
    """Commit 2 from the client's side.

    False when the document cannot be made now; it is made later, nothing is lost.
    """
    if draft.state.evidence is None:
        return False
    return complete_record(runtime, draft.state.evidence, actor=_actor(draft), event="printed")


@dataclass(frozen=True, slots=True)
class SignedForm:
    """The form is signed.

    record_id: of the record; transcribed: a therapist typed it from paper.
    """

    record_id: str
    transcribed: bool


def sign_and_complete(runtime: Runtime, draft: OpenDraft, signing: Signing) -> SignedForm:
    """Both commits. The document may still be missing afterwards: it is made later.

    Raises what `sign` does.
    """
    signed = sign(runtime, draft, signing)
    complete(runtime, signed)
    form = signed_form(signed)
    if form is None:
        raise NotReadyToSign
    return form


def signed_form(draft: OpenDraft) -> SignedForm | None:
    """What this draft became, None while it is not signed, or for a short form about today."""
    signed = draft.state.evidence
    if signed is None:
        return None
    return SignedForm(signed.record_id, draft.state.transcription is not None)


class ToSettle(Enum):
    """What stands between a form and its signature."""

    CONSENTS = auto()
    CHILD_SAID_NO = auto()


def to_settle(journey: Journey, asked: Iterable[ConsentRecord]) -> ToSettle | None:
    """What has to be settled before the page to sign, None when it may be shown."""
    if not journey.complete() or consents.any_missing(asked):
        return ToSettle.CONSENTS
    return ToSettle.CHILD_SAID_NO if consents.child_said_no(journey) else None
