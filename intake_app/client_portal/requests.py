"""What clients ask for on their own page, from the therapist's side: what waits, and the answer.

Each request is signed as an addendum when it is made (client_portal.page), so that it needs no
therapist to become part of the record. The row beside it holds the client's words and the answer
under the key of their copy, so that they can read both. Its `kind` stands in clear, so that the
inbox can say what waits before anybody opens a record; it tells nothing about health.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.core.stored_json import JsonObject
from intake_app.crypto import client_copy
from intake_app.models.client_requests import ClientRequest
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.pdf.addendum_document import AddendumEntry
from intake_app.pdf.safety_card import LabelledText
from intake_app.records import addenda, authenticity, evidence, inbox
from intake_app.records.addenda import Content
from intake_app.records.sealed.addendum import AddendumEvidence

Kind = Literal["withdrawal", "correction", "deletion"]
TITLES: Mapping[str, str] = {
    "withdrawal": "An agreement was taken back",
    "correction": "The client asks for a correction",
    "deletion": "The client asks for their record to be deleted",
}
INTENT = "By typing my name and pressing the button I sign this answer to the client."


class NoSuchRequest(Exception):
    """There is no request of this id in this record, or it is answered."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that nobody has answered, as the inbox shows it."""

    record_id: str
    name: str
    kind: str
    asked_at: datetime


class RequestAnswer(TypedDict):
    """Whether it was done, why or why not, and when (ISO 8601)."""

    done: bool
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """One request. said: {"consent", "title"} of an agreement taken back, else {"text"}.

    answer: None while nobody has answered.
    """

    id: str
    kind: str
    asked_at: datetime
    said: Mapping[str, str]
    answer: RequestAnswer | None


def add(
    session: Session,
    runtime: Runtime,
    key: bytes,
    signed: AddendumEvidence,
    kind: Kind,
    said: Mapping[str, str],
) -> None:
    """Keep a request beside the addendum it was signed as, in the caller's transaction.

    key: of the client's copy.
    """
    request_id = signed.addendum_id
    blob = _encrypt(key, request_id, said, None)
    session.add(
        ClientRequest(
            id=request_id,
            record_id=signed.record_id,
            kind=kind,
            blob=blob,
            asked_at=runtime.clock(),
        )
    )


def list_requests(session: Session, key: bytes, record_id: str) -> tuple[AnsweredRequest, ...]:
    """Every request of a record, the first one first.

    Raises client_copy.CopyLocked when one was changed or put in.
    """
    query = select(ClientRequest).where(ClientRequest.record_id == record_id)
    return tuple(
        _decrypt(key, row)
        for row in session.scalars(query.order_by(ClientRequest.asked_at, ClientRequest.id))
    )


def open_requests(runtime: Runtime) -> tuple[OpenRequest, ...]:
    """What nobody has answered yet, the oldest first."""
    query = (
        select(
            ClientRequest.record_id, Record.directory, ClientRequest.kind, ClientRequest.asked_at
        )
        .join(Record, Record.id == ClientRequest.record_id)
        .where(ClientRequest.answered_at.is_(None))
        .order_by(ClientRequest.asked_at)
    )
    with transaction(runtime.engine, write=False) as session:
        return tuple(
            OpenRequest(
                row.record_id,
                inbox.name_of(runtime, row.record_id, row.directory),
                row.kind,
                row.asked_at,
            )
            for row in session.execute(query)
        )


def for_record(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str
) -> tuple[AnsweredRequest, ...]:
    """The same as `list_requests` for a therapist.

    Raises authenticity.NoSuchRecord or NotAuthentic.
    """
    record, _ = authenticity.load_verified(runtime, signed_in, record_id)
    try:
        with transaction(runtime.engine, write=False) as session:
            return list_requests(session, evidence.copy_key(record), record_id)
    except client_copy.CopyLocked as error:
        raise authenticity.NotAuthentic from error


def answer(
    runtime: Runtime,
    signed_in: StaffIdentity,
    record_id: str,
    request_id: str,
    done: bool,
    reason: str,
    name: str,
) -> None:
    """Say what was done, or why not: signed as an addendum, and shown to the client on their page.

    Raises NoSuchRequest, authenticity.NoSuchRecord or NotAuthentic.
    """
    record, _ = authenticity.load_verified(runtime, signed_in, record_id)
    key = evidence.copy_key(record)
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        row = _open_row(session, record_id, request_id)
        request = _decrypt(key, row)
        given: RequestAnswer = {"done": done, "reason": reason, "at": now.isoformat()}
        row.blob = _encrypt(key, row.id, request.said, given)
        row.answered_at = now
        content = _content(request, done, reason, name)
        about = addenda.record_reference(record)
        signer = addenda.signer(signed_in)
        signed = addenda.store_signed(session, runtime, about, signer, "request_answered", content)
    addenda.complete(runtime, signed)


def mark_read(runtime: Runtime, signed_in: StaffIdentity, record_id: str, request_id: str) -> None:
    """A therapist has read that an agreement was taken back.

    Raises NoSuchRequest or authenticity.NoSuchRecord.
    """
    record, _ = authenticity.load_verified(runtime, signed_in, record_id)
    key = evidence.copy_key(record)
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        row = _open_row(session, record_id, request_id)
        request = _decrypt(key, row)
        read: RequestAnswer = {"done": True, "reason": "", "at": now.isoformat()}
        row.blob = _encrypt(key, row.id, request.said, read)
        row.answered_at = now
        audit.append(
            session,
            runtime.keys,
            "request.read",
            signed_in.practitioner_id,
            record_id,
            now=now,
            request=row.id,
        )


def _content(request: AnsweredRequest, done: bool, reason: str, name: str) -> Content:
    words = request.said.get("text") or request.said.get("title", "")
    asked = LabelledText("Asked:", words)
    result = LabelledText("Answer", "done" if done else "not done")
    entry = AddendumEntry(
        TITLES[request.kind],
        "",
        (asked,),
        (result, LabelledText("Reason", reason)) if reason else (result,),
    )
    data: JsonObject = {"request": request.id, "kind": request.kind, "done": done, "reason": reason}
    return Content(
        "Answer to the client",
        "The client asked the practice on their own page.",
        [entry],
        data,
        name,
        INTENT,
    )


def _open_row(session: Session, record_id: str, request_id: str) -> ClientRequest:
    row = session.get(ClientRequest, request_id, with_for_update=True)
    if row is None or row.record_id != record_id or row.answered_at is not None:
        raise NoSuchRequest
    return row


def _decrypt(key: bytes, row: ClientRequest) -> AnsweredRequest:
    stored = json.loads(client_copy.decrypt_copy(key, f"request/{row.id}", row.blob))
    return AnsweredRequest(row.id, row.kind, row.asked_at, stored["said"], stored["answer"])


def _encrypt(
    key: bytes, request_id: str, said: Mapping[str, str], answer: RequestAnswer | None
) -> bytes:
    plain = json.dumps({"said": dict(said), "answer": answer}, ensure_ascii=False).encode()
    return client_copy.encrypt_copy(key, f"request/{request_id}", plain)
