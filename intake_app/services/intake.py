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
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from intake_app import audit
from intake_app.audit import AuditHead
from intake_app.house import House
from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import ClientCopy, Document, Record
from intake_app.questionnaire import Journey, flag_rules
from intake_app.record import verify
from intake_app.record.certificate import seal_fingerprint
from intake_app.record.pool import RenderFailed
from intake_app.services import (
    agreement,
    apart,
    card,
    caution,
    drafts,
    earlier,
    evidence,
    keying,
    recipients,
    retention,
    visits,
)
from intake_app.services.drafts import OpenDraft
from intake_app.vault import copies, seal
from intake_app.vault import drafts as vault_drafts
from intake_app.vault.keys import seal_directory

COPY_LIFETIME = timedelta(days=30)


class NotReady(Exception):
    """The walk is not finished, an agreement or a signature is missing, or a child said no: nothing may be signed."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What the client does on the last page. drawing: {"strokes": [[[x, y, pressure, ms]…]…], "width", "height"}."""

    signatures: Sequence[Mapping[str, Any]]
    consents: Sequence[Mapping[str, Any]]
    address: str
    browser: str
    device: str = "own device"


def sign(house: House, draft: OpenDraft, signing: Signing) -> OpenDraft:
    """Commit 1: seal the evidence to the practice and the recovery sheet. Signing twice gives the first result.

    Raises NotReady, DraftChanged when another tab saved meanwhile; keying.UsedNumber when the paper form that this was
    typed from became a record meanwhile.
    """
    if draft.state.evidence is not None:
        return draft
    if draft.state.arrival is not None or draft.practice is None:
        raise NotReady
    now, practice = house.clock(), draft.practice
    today = now.astimezone(ZoneInfo(practice.timezone)).date()
    journey = draft.journey(today)
    if not agreement.may_be_signed(journey, signing.consents, signing.signatures):
        raise NotReady
    record_id = uuid4().hex
    words = apart.words_of(record_id, journey.live(), draft.state.apart)
    proof = _evidence(house, draft, practice, journey, signing, record_id) | apart.pinned(words)
    until = retention.keep_until(practice.retention_years, date.fromisoformat(proof["answers"]["id.dob"]), today)
    record, own = _sealed(house, proof, now, until), apart.sealed(house, words)
    told = {"sealed": record.sealed_sha256, "status": hashlib.sha256(record.sealed_status or b"").hexdigest()}
    with transaction(house.engine, write=True) as session:  # all is ready: others wait at the door only for this
        session.add(record)
        told |= apart.put(session, own)
        audit.append(session, house.keys, "record.signed", _who(draft), record_id, now=now, **told)
        _tell_the_visit(session, house, draft, record_id)
        return drafts.write(session.connection(), house, draft, replace(draft.state, evidence=proof))


def _sealed(house: House, proof: Mapping[str, Any], now: datetime, until: date) -> Record:
    """The evidence as the database keeps it."""
    blob = seal.seal(evidence.canonical(proof), recipients.pinned(house))
    return Record(
        id=proof["record_id"],
        status="sealed",
        sealed=blob,
        sealed_sha256=hashlib.sha256(blob).hexdigest(),
        sealed_status=caution.note(house, proof),
        definition_sha256=proof["questionnaire"]["sha256"],
        directory=_directory(house, proof),
        signed_at=evidence.answered_at(proof) if "from_paper" in proof else now,
        keep_until=until,
    )


def _tell_the_visit(session: Session, house: House, draft: OpenDraft, record_id: str) -> None:
    if draft.state.paper:
        keying.note(session, house, draft.state.paper, record_id)
    else:
        visits.signed(session, draft.id, record_id)


def _evidence(
    house: House,
    draft: OpenDraft,
    practice: Practice,
    journey: Journey,
    signing: Signing,
    record_id: str,
) -> dict[str, Any]:
    now, paper = house.clock().isoformat(timespec="seconds"), draft.state.paper
    answers = apart.without(journey.live(), draft.state.apart)
    signed = agreement.witnessed(journey, signing.consents, signing.signatures)
    key = copies.copy_key(draft.token, house.keys.pepper, record_id)
    return {
        "v": evidence.VERSION,
        "role": "intake",
        "record_id": record_id,
        "questionnaire": evidence.questionnaire_card(draft.questionnaire),
        "language": draft.questionnaire.language,
        "shown_in": draft.language,
        "practice": evidence.practice_card(practice),
        "context": evidence.context_card(journey.context),
        "previous": earlier.since(draft.state.previous, journey, draft.state.apart),
        "answers": answers,
        "answers_sha256": evidence.sha256(answers),
        "flags": caution.evaluated(flag_rules(), signed),
        "consents": [{k: v for k, v in c.items() if k != "required"} for c in signing.consents],
        "signatures": [dict(s) for s in signing.signatures],
        "intent": evidence.ON_PAPER if paper else evidence.INTENT,
        "events": [*draft.state.events, *_at_the_end(draft, now)],
        "signed_at": now,
        "from": {"address": signing.address, "browser": signing.browser[:300], "device": signing.device},
        "copy": {
            "key": base64.b64encode(key).decode(),
            "token_hash": vault_drafts.token_hash(draft.token).hex(),
            "draft_id": draft.id,
            "browsers": draft.state.browsers,
            "taken_over_at": draft.taken_over_at.isoformat() if draft.state.browsers else "",
        },
    } | ({"from_paper": {"typed_by": paper["name"], "of": paper["of"], "number": paper["number"]}} if paper else {})


def _at_the_end(draft: OpenDraft, now: str) -> list[list[str]]:
    spanish = [[now, "spanish"]] if draft.language == "es" else []
    return [*spanish, [now, "typed" if draft.state.paper else "signed"]]


def _who(draft: OpenDraft) -> str:
    """Who acts, for the log: the client, or the therapist who types her paper form."""
    return draft.state.paper["by"] if draft.state.paper else "client"


def _directory(house: House, proof: Mapping[str, Any]) -> bytes:
    answers, returning = proof["answers"], proof["context"]["returning"]
    card = {"name": evidence.full_name(answers), "birth_date": answers["id.dob"], "returning": returning}
    return seal_directory(house.keys, f"record:{proof['record_id']}", json.dumps(card).encode())


def finish(house: House, draft: OpenDraft) -> bool:
    """Commit 2 from the client's side. False when the paper cannot be made now; it is made later, nothing is lost."""
    if draft.state.evidence is None:
        return False
    return finish_evidence(house, draft.state.evidence, actor=_who(draft), event="printed")


def finish_with(house: House, identities: Sequence[str], record_id: str, by: str) -> bool:
    """Commit 2 from a signed-in therapist's side, for a record whose client left before its paper was made."""
    with transaction(house.engine, write=False) as session:
        blob = session.get_one(Record, record_id).sealed
    proof = json.loads(seal.open_sealed(blob, identities))
    return finish_evidence(house, proof, actor=by, event="printed-later")


def finish_evidence(house: House, proof: Mapping[str, Any], actor: str, event: str) -> bool:
    """Print, seal and store the paper of this evidence, once. Returns False when printing failed.

    False also when it takes long, on a busy machine: then it is stored as soon as it is done.
    """
    record_id = proof["record_id"]
    with transaction(house.engine, write=False) as session:
        if session.get(Document, record_id) is not None:
            return True
        head = signing_head(session, record_id)
    printing = evidence.Printing(head, seal_fingerprint(house.settings.seal_file), house.clock(), event)
    journey = evidence.journey_of(proof)
    first = card.card(proof, journey, {})
    try:
        paper = evidence.paper(proof, journey, printing, first)
        house.pool.render(paper, record_id, partial(_keep, house, proof, actor))
    except RenderFailed:
        return False
    return True


def _keep(house: House, proof: Mapping[str, Any], actor: str, pdf: bytes) -> None:
    now, digest = house.clock(), hashlib.sha256(pdf).hexdigest()
    sealed = seal.seal(pdf, recipients.pinned(house))
    document = Document(record_id=proof["record_id"], sealed=sealed, pdf_sha256=digest, created_at=now)
    copy = None if "from_paper" in proof else _copy(proof, pdf, digest, now)
    stamped = {"stamped": verify.stamped_at(pdf) is not None} if house.settings.tsa_url else {}
    with transaction(house.engine, write=True) as session:  # all is ready: others wait at the door only for this
        if session.get(Document, document.record_id) is None:
            _store_paper(session, proof, document, copy)
            audit.append(
                session, house.keys, "record.completed", actor, proof["record_id"], now=now, pdf=digest, **stamped
            )


def signing_head(session: Session, record_id: str) -> AuditHead:
    """The audit entry of a record's signing; it is printed in the PDF, so that every copy anchors the log."""
    row = session.scalars(
        select(AuditEvent).where(AuditEvent.subject == record_id, AuditEvent.action == "record.signed")
    ).one()
    return AuditHead(row.seq, row.hash)


def _copy(proof: Mapping[str, Any], pdf: bytes, digest: str, now: datetime) -> ClientCopy:
    """What her link opens. Of a form typed from paper there is none: she gets the PDF from her therapist."""
    key, record_id = evidence.copy_key(proof), proof["record_id"]
    card_place, told = evidence.card_place(record_id), evidence.client_card(proof, digest)
    return ClientCopy(
        token_hash=bytes.fromhex(proof["copy"]["token_hash"]),
        record_id=record_id,
        blob=copies.encrypt_copy(key, record_id, pdf),
        card=copies.encrypt_copy(key, card_place, evidence.canonical(told)),
        expires_at=now + COPY_LIFETIME,
    )


def _store_paper(session: Session, proof: Mapping[str, Any], document: Document, copy: ClientCopy | None) -> None:
    draft, record = Draft.id == proof["copy"]["draft_id"], Record.id == document.record_id
    if copy:
        copy.browser_hash = session.scalar(select(Draft.browser_hash).where(draft))
        session.add(copy)
    session.add(document)
    session.execute(update(Record).where(record).values(status="complete", completed_at=document.created_at))
    session.execute(delete(Draft).where(draft))
