"""An addendum as it is printed. Its evidence holds the very words (records.addenda)."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time

from intake_app.core import dates
from intake_app.core.audit import AuditHead
from intake_app.core.stored_json import JsonObject
from intake_app.pdf.addendum_document import AddendumDocument, AddendumEntry
from intake_app.pdf.record_document import SignatureMark
from intake_app.pdf.safety_card import LabelledText
from intake_app.records import evidence
from intake_app.records.sealed.addendum import (
    AddendumEvidence,
    AddendumSigner,
    SignedEntry,
    SignedLine,
)


def addendum_document(
    signed: AddendumEvidence, head: AuditHead, seal_fingerprint: str
) -> AddendumDocument:
    """The printed addendum of this evidence. head: the entry in the log of its signing."""
    practice = signed.practice
    born = date.fromisoformat(signed.client.birth_date)
    return AddendumDocument(
        practice_name=practice.name,
        practice_lines=practice.lines,
        page_size=practice.page_size,
        lang=signed.language,
        answers_json=json.dumps(_attachment(signed), ensure_ascii=False, indent=1),
        note="",
        addendum_id=signed.addendum_id,
        kind=signed.kind,
        title=signed.title,
        lead=signed.lead,
        client_name=signed.client.name,
        birth_date=f"{born.day} {born:%B %Y}",
        record_id=signed.record_id,
        record_signed_at=_signed_at(evidence.local(practice, signed.record_signed_at)),
        record_pdf_sha256=signed.record_pdf_sha256 or "",
        earlier=_previous_addenda(signed),
        entries=tuple(map(_entry, signed.entries)),
        signature=_signature(signed),
        content_sha256=signed.content_sha256,
        audit_seq=head.seq,
        audit_hash=head.hash,
        seal_fingerprint=seal_fingerprint,
    )


def _attachment(signed: AddendumEvidence) -> JsonObject:
    """The machine-readable copy inside the PDF."""
    left_out = ("practice", "intent", "client")
    return {name: value for name, value in signed.to_json().items() if name not in left_out}


def _previous_addenda(signed: AddendumEvidence) -> tuple[LabelledText, ...]:
    """When each addendum before this one was signed, and its id."""
    return tuple(
        LabelledText(dates.moment(evidence.local(signed.practice, addendum.signed_at)), addendum.id)
        for addendum in signed.earlier
    )


def _signed_at(at: datetime) -> str:
    """The moment, or the day alone of a paper form.

    A paper form names no hour: its day is stored as the first moment of it (evidence.answered_at).
    """
    return dates.moment(at) if at.time() != time() else dates.day(at)


def _entry(entry: SignedEntry) -> AddendumEntry:
    return AddendumEntry(entry.title, entry.level, _lines(entry.quotes), _lines(entry.lines))


def _lines(lines: Iterable[SignedLine]) -> tuple[LabelledText, ...]:
    return tuple(LabelledText(line.label, line.text) for line in lines)


def _signature(signed: AddendumEvidence) -> SignatureMark:
    at = datetime.fromisoformat(signed.signed_at)
    signer = signed.by
    return SignatureMark(
        role=signer.role,
        name=signer.typed,
        relationship=as_whom(signer),
        strokes=(),
        width=0,
        height=0,
        signed_at_utc=at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        signed_at_local=dates.moment(evidence.local(signed.practice, signed.signed_at)),
        meaning=signed.intent,
    )


def as_whom(signer: AddendumSigner) -> str:
    """Whose account it was, when the typed name is another one; "" otherwise."""
    return "" if signer.typed == signer.name else f"signed in as {signer.name}"
