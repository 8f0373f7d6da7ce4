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
from intake_app.intake.consents import ConsentRecord, Signature
from intake_app.intake.draft_parts import JsonObject, TranscribedForm
from intake_app.intake.draft_state import DraftState
from intake_app.intake.open_draft import OpenDraft
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Record, TherapistOnlyWords
from intake_app.questionnaire import Journey, rules_of
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
    if draft.state.evidence is not None:
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
    proof = _evidence(runtime, draft, practice, journey, signing, record_id)
    proof |= therapist_only.evidence_fields(words)
    birth_date = date.fromisoformat(proof["answers"]["id.dob"])
    until = retention.keep_until(practice.retention_years, birth_date, today)
    record = _record(runtime, proof, now, until)
    return _store(runtime, draft, proof, record, therapist_only.encrypt(runtime, words))


def _store(
    runtime: Runtime,
    draft: OpenDraft,
    proof: JsonObject,
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
        signed = replace(draft.state, evidence=proof)
        return drafts.save_state_in(session.connection(), runtime, draft, signed)


def _record(runtime: Runtime, proof: JsonObject, now: datetime, until: date) -> Record:
    """The evidence as the database keeps it."""
    blob = age.encrypt_to(canonical_json.canonical(proof), recipients.pinned_recipients(runtime))
    return Record(
        id=proof["record_id"],
        status="sealed",
        sealed=blob,
        sealed_sha256=hashlib.sha256(blob).hexdigest(),
        sealed_status=sealed_flags.encrypt_stop_summary(runtime, proof),
        definition_sha256=proof["questionnaire"]["sha256"],
        directory=_directory(runtime, proof),
        signed_at=evidence.answered_at(proof) if "from_paper" in proof else now,
        keep_until=until,
        day_asked=day_of_visit.was_asked(proof),
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
) -> JsonObject:
    state = draft.state
    questionnaire = draft.questionnaire
    now = runtime.clock().isoformat(timespec="seconds")
    answers = therapist_only.mask(journey.live(), state.therapist_only)
    return {
        "v": evidence.VERSION,
        "role": "intake",
        "record_id": record_id,
        "questionnaire": evidence.questionnaire_reference(questionnaire),
        "language": questionnaire.language,
        "shown_in": draft.language,
        "practice": evidence.practice_reference(practice),
        "context": evidence.context_reference(journey.context),
        "previous": _changes(state, journey),
        "answers": answers,
        "answers_sha256": canonical_json.sha256(answers),
        "flags": _flags(journey, signing),
        "consents": [_signed_consent(consent) for consent in signing.consents],
        "signatures": [dict(signature) for signature in signing.signatures],
        "intent": evidence.ON_PAPER if state.transcription else evidence.INTENT,
        "events": [*map(list, state.events), *_last_events(draft, now)],
        "signed_at": now,
        "from": _origin(signing),
        "copy": _client_copy(runtime, draft, record_id),
    } | _paper_form(state.transcription)


def _changes(state: DraftState, journey: Journey) -> JsonObject | None:
    """What is different from the record before, None at a first visit."""
    previous = state.previous.to_json() if state.previous else None
    return previous_record.changes_since(previous, journey, state.therapist_only)


def _flags(journey: Journey, signing: Signing) -> JsonObject:
    signed = consent_words.with_consents(journey, signing.consents, signing.signatures)
    return sealed_flags.evaluate_flags(rules_of(journey.questionnaire.sha256), signed)


def _signed_consent(consent: ConsentRecord) -> JsonObject:
    return {key: value for key, value in consent.items() if key != "required"}


def _origin(signing: Signing) -> JsonObject:
    return {
        "address": signing.address,
        "browser": signing.browser[:300],
        "device": signing.device,
    }


def _client_copy(runtime: Runtime, draft: OpenDraft, record_id: str) -> JsonObject:
    """What the copy for the client is made with, once the document is there."""
    key = client_copy.copy_key(draft.token, runtime.keys.pepper, record_id)
    return {
        "key": base64.b64encode(key).decode(),
        "token_hash": token_box.token_hash(draft.token).hex(),
        "draft_id": draft.id,
        "browsers": list(draft.state.browsers),
        "taken_over_at": draft.taken_over_at.isoformat() if draft.state.browsers else "",
    }


def _paper_form(form: TranscribedForm | None) -> JsonObject:
    if form is None:
        return {}
    origin = {"typed_by": form.therapist_name, "of": form.signed_on, "number": form.number}
    return {"from_paper": origin}


def _last_events(draft: OpenDraft, now: str) -> list[list[str]]:
    last = [now, "typed" if draft.state.transcription else "signed"]
    return [[now, "spanish"], last] if draft.language == "es" else [last]


def _actor(draft: OpenDraft) -> str:
    """Who acts, for the log: the client, or the therapist who types the paper form."""
    form = draft.state.transcription
    return form.therapist_id if form else "client"


def _directory(runtime: Runtime, proof: JsonObject) -> bytes:
    answers = proof["answers"]
    entry = {
        "name": evidence.full_name(answers),
        "birth_date": answers["id.dob"],
        "returning": proof["context"]["returning"],
    }
    about = f"record:{proof['record_id']}"
    return encrypt_directory(runtime.keys, about, json.dumps(entry).encode())


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
    proof = draft.state.evidence
    if proof is None or draft.state.day_of_visit is not None:
        return None
    return SignedForm(proof["record_id"], draft.state.transcription is not None)


class ToSettle(Enum):
    """What stands between a form and its signature."""

    CONSENTS = auto()
    CHILD_SAID_NO = auto()


def to_settle(journey: Journey, asked: Iterable[ConsentRecord]) -> ToSettle | None:
    """What has to be settled before the page to sign, None when it may be shown."""
    if not journey.complete() or consents.any_missing(asked):
        return ToSettle.CONSENTS
    return ToSettle.CHILD_SAID_NO if consents.child_said_no(journey) else None
