"""Signing and finishing an intake: two commits (docs/decisions, 1).

Commit 1 is the evidence: sealed answers and signature, audit entry, nothing rendered yet. Commit 2 is the paper:
the sealed PDF, the client's own copy, and the end of the draft. Between them no transaction is open. Every step can
be repeated: killed anywhere, nothing is lost, and there is exactly one record and one PDF.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from intake_app.core import audit, canonical_json
from intake_app.core.runtime import Runtime
from intake_app.crypto import age, client_copy, token_box
from intake_app.crypto.server_keys import encrypt_directory
from intake_app.intake import consents as agreement
from intake_app.intake import drafts, transcription
from intake_app.intake.drafts import OpenDraft
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Record
from intake_app.questionnaire import Journey, flag_rules
from intake_app.records import consent_words, evidence, previous_record, retention, therapist_only
from intake_app.records.cautions import sealed_flags
from intake_app.records.completion import complete_record
from intake_app.visits import visits


class NotReadyToSign(Exception):
    """The walk is not finished, an agreement or a signature is missing, or a child said no: nothing may be signed."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What the client does on the last page. drawing: {"strokes": [[[x, y, pressure, ms]…]…], "width", "height"}."""

    signatures: Sequence[Mapping[str, Any]]
    consents: Sequence[Mapping[str, Any]]
    address: str
    browser: str
    device: str = "own device"


def sign(runtime: Runtime, draft: OpenDraft, signing: Signing) -> OpenDraft:
    """Commit 1: seal the evidence to the practice and the recovery sheet. Signing twice gives the first result.

    Raises NotReady, DraftChanged when another tab saved meanwhile; keying.UsedNumber when the paper form that this was
    typed from became a record meanwhile.
    """
    if draft.state.evidence is not None:
        return draft
    if draft.state.arrival is not None or draft.practice is None:
        raise NotReadyToSign
    now, practice = runtime.clock(), draft.practice
    today = now.astimezone(ZoneInfo(practice.timezone)).date()
    journey = draft.journey(today)
    if not agreement.may_be_signed(journey, signing.consents, signing.signatures):
        raise NotReadyToSign
    record_id = uuid4().hex
    words = therapist_only.collect(record_id, journey.live(), draft.state.apart)
    proof = _evidence(
        runtime, draft, practice, journey, signing, record_id
    ) | therapist_only.evidence_fields(words)
    until = retention.keep_until(
        practice.retention_years, date.fromisoformat(proof["answers"]["id.dob"]), today
    )
    record, own = _sealed(runtime, proof, now, until), therapist_only.encrypt(runtime, words)
    told = {
        "sealed": record.sealed_sha256,
        "status": hashlib.sha256(record.sealed_status or b"").hexdigest(),
    }
    with transaction(
        runtime.engine, write=True
    ) as session:  # all is ready: others wait at the door only for this
        session.add(record)
        told |= therapist_only.store(session, own)
        audit.append(
            session, runtime.keys, "record.signed", _who(draft), record_id, now=now, **told
        )
        _tell_the_visit(session, runtime, draft, record_id)
        return drafts.save_state_in(
            session.connection(), runtime, draft, replace(draft.state, evidence=proof)
        )


def _sealed(runtime: Runtime, proof: Mapping[str, Any], now: datetime, until: date) -> Record:
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
    )


def _tell_the_visit(session: Session, runtime: Runtime, draft: OpenDraft, record_id: str) -> None:
    if draft.state.paper:
        transcription.note_record(session, runtime, draft.state.paper, record_id)
    else:
        visits.link_record(session, draft.id, record_id)


def _evidence(
    runtime: Runtime,
    draft: OpenDraft,
    practice: Practice,
    journey: Journey,
    signing: Signing,
    record_id: str,
) -> dict[str, Any]:
    now, paper = runtime.clock().isoformat(timespec="seconds"), draft.state.paper
    answers = therapist_only.mask(journey.live(), draft.state.apart)
    signed = consent_words.with_consents(journey, signing.consents, signing.signatures)
    key = client_copy.copy_key(draft.token, runtime.keys.pepper, record_id)
    return {
        "v": evidence.VERSION,
        "role": "intake",
        "record_id": record_id,
        "questionnaire": evidence.questionnaire_reference(draft.questionnaire),
        "language": draft.questionnaire.language,
        "shown_in": draft.language,
        "practice": evidence.practice_reference(practice),
        "context": evidence.context_reference(journey.context),
        "previous": previous_record.changes_since(draft.state.previous, journey, draft.state.apart),
        "answers": answers,
        "answers_sha256": canonical_json.sha256(answers),
        "flags": sealed_flags.evaluate_flags(flag_rules(), signed),
        "consents": [{k: v for k, v in c.items() if k != "required"} for c in signing.consents],
        "signatures": [dict(s) for s in signing.signatures],
        "intent": evidence.ON_PAPER if paper else evidence.INTENT,
        "events": [*draft.state.events, *_at_the_end(draft, now)],
        "signed_at": now,
        "from": {
            "address": signing.address,
            "browser": signing.browser[:300],
            "device": signing.device,
        },
        "copy": {
            "key": base64.b64encode(key).decode(),
            "token_hash": token_box.token_hash(draft.token).hex(),
            "draft_id": draft.id,
            "browsers": draft.state.browsers,
            "taken_over_at": draft.taken_over_at.isoformat() if draft.state.browsers else "",
        },
    } | (
        {"from_paper": {"typed_by": paper["name"], "of": paper["of"], "number": paper["number"]}}
        if paper
        else {}
    )


def _at_the_end(draft: OpenDraft, now: str) -> list[list[str]]:
    spanish = [[now, "spanish"]] if draft.language == "es" else []
    return [*spanish, [now, "typed" if draft.state.paper else "signed"]]


def _who(draft: OpenDraft) -> str:
    """Who acts, for the log: the client, or the therapist who types her paper form."""
    return draft.state.paper["by"] if draft.state.paper else "client"


def _directory(runtime: Runtime, proof: Mapping[str, Any]) -> bytes:
    answers, returning = proof["answers"], proof["context"]["returning"]
    card = {
        "name": evidence.full_name(answers),
        "birth_date": answers["id.dob"],
        "returning": returning,
    }
    return encrypt_directory(
        runtime.keys, f"record:{proof['record_id']}", json.dumps(card).encode()
    )


def complete(runtime: Runtime, draft: OpenDraft) -> bool:
    """Commit 2 from the client's side. False when the paper cannot be made now; it is made later, nothing is lost."""
    if draft.state.evidence is None:
        return False
    return complete_record(runtime, draft.state.evidence, actor=_who(draft), event="printed")
