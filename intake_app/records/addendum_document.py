"""An addendum as it is printed. Its evidence holds the very words (services.addenda)."""

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
    practice, born = signed["practice"], date.fromisoformat(signed["client"]["birth_date"])
    attached = {
        name: value
        for name, value in signed.items()
        if name not in ("practice", "intent", "client")
    }
    return AddendumDocument(
        practice_name=practice["name"],
        practice_lines=tuple(practice["lines"]),
        page_size=practice["page_size"],
        lang=signed["language"],
        answers_json=json.dumps(attached, ensure_ascii=False, indent=1),
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
        earlier=tuple(
            LabelledText(dates.moment(evidence.local(signed, at)), own)
            for own, at in signed["earlier"]
        ),
        entries=tuple(map(_entry, signed["entries"])),
        signature=_signature(signed),
        content_sha256=signed["content_sha256"],
        audit_seq=head.seq,
        audit_hash=head.hash,
        seal_fingerprint=seal_fingerprint,
    )


def _signed_at(at: datetime) -> str:
    """A paper form names its day alone, which is kept as the first moment of it (evidence.answered_at)."""
    return dates.moment(at) if at.time() != time() else dates.day(at)


def _entry(said: Mapping[str, Any]) -> AddendumEntry:
    quotes, lines = (
        tuple(LabelledText(**line) for line in said[name]) for name in ("quotes", "lines")
    )
    return AddendumEntry(said["title"], said["level"], quotes, lines)


def _signature(signed: Mapping[str, Any]) -> SignatureMark:
    at, signer = datetime.fromisoformat(signed["signed_at"]), signed["by"]
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
