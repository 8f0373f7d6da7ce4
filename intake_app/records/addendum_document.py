"""An addendum as it is printed. Its evidence holds the very words (records.addenda)."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from intake_app.core import dates
from intake_app.core.audit import AuditHead
from intake_app.pdf.addendum_document import AddendumDocument, AddendumEntry
from intake_app.pdf.record_document import SignatureMark
from intake_app.pdf.safety_card import LabelledText
from intake_app.records import evidence


def addendum_document(
    signed: Mapping[str, Any], head: AuditHead, seal_fingerprint: str
) -> AddendumDocument:
    """The printed addendum of this evidence. head: the entry in the log of its signing."""
    practice = signed["practice"]
    born = date.fromisoformat(signed["client"]["birth_date"])
    return AddendumDocument(
        practice_name=practice["name"],
        practice_lines=tuple(practice["lines"]),
        page_size=practice["page_size"],
        lang=signed["language"],
        answers_json=json.dumps(_attachment(signed), ensure_ascii=False, indent=1),
        note="",
        addendum_id=signed["addendum_id"],
        kind=signed["kind"],
        title=signed["title"],
        lead=signed["lead"],
        client_name=signed["client"]["name"],
        birth_date=f"{born.day} {born:%B %Y}",
        record_id=signed["record_id"],
        record_signed_at=_signed_at(evidence.local(signed, signed["record_signed_at"])),
        record_pdf_sha256=signed["record_pdf_sha256"],
        earlier=_previous_addenda(signed),
        entries=tuple(map(_entry, signed["entries"])),
        signature=_signature(signed),
        content_sha256=signed["content_sha256"],
        audit_seq=head.seq,
        audit_hash=head.hash,
        seal_fingerprint=seal_fingerprint,
    )


def _attachment(signed: Mapping[str, Any]) -> dict[str, Any]:
    """The machine-readable copy inside the PDF."""
    left_out = ("practice", "intent", "client")
    return {name: value for name, value in signed.items() if name not in left_out}


def _previous_addenda(signed: Mapping[str, Any]) -> tuple[LabelledText, ...]:
    """When each addendum before this one was signed, and its id."""
    return tuple(
        LabelledText(dates.moment(evidence.local(signed, at)), addendum_id)
        for addendum_id, at in signed["earlier"]
    )


def _signed_at(at: datetime) -> str:
    """The moment, or the day alone of a paper form.

    A paper form names no hour: its day is stored as the first moment of it (evidence.answered_at).
    """
    return dates.moment(at) if at.time() != time() else dates.day(at)


def _entry(entry: Mapping[str, Any]) -> AddendumEntry:
    quotes = tuple(LabelledText(**line) for line in entry["quotes"])
    lines = tuple(LabelledText(**line) for line in entry["lines"])
    return AddendumEntry(entry["title"], entry["level"], quotes, lines)


def _signature(signed: Mapping[str, Any]) -> SignatureMark:
    at = datetime.fromisoformat(signed["signed_at"])
    signer = signed["by"]
    return SignatureMark(
        role=signer.get("role", "therapist"),
        name=signer["typed"],
        relationship=as_whom(signer),
        strokes=(),
        width=0,
        height=0,
        signed_at_utc=at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        signed_at_local=dates.moment(evidence.local(signed, signed["signed_at"])),
        meaning=signed["intent"],
    )


def as_whom(signer: Mapping[str, str]) -> str:
    """Whose account it was, when the typed name is another one; "" otherwise."""
    return "" if signer["typed"] == signer["name"] else f"signed in as {signer['name']}"
