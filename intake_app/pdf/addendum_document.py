"""What an addendum prints: something signed later that names the record it belongs to."""

from dataclasses import dataclass
from typing import ClassVar

from intake_app.pdf.record_document import PrintedDocument, SignatureMark
from intake_app.pdf.safety_card import LabelledText


@dataclass(frozen=True, slots=True)
class AddendumEntry:
    """One part of an addendum, in the words that are printed. level: "STOP" and so on, "" for none.

    quotes: what the client said, word for word.
    """

    title: str
    level: str
    quotes: tuple[LabelledText, ...]
    lines: tuple[LabelledText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddendumDocument(PrintedDocument):
    """Everything on the pages of one addendum.

    record_pdf_sha256: hex, of the very file it adds to.
    """

    template: ClassVar[str] = "pdf/addendum.html"
    attached_as: ClassVar[str] = "addendum.json"
    sealed_because: ClassVar[str] = "Addendum sealed after it was signed"

    addendum_id: str
    kind: str
    title: str
    lead: str
    practice_lines: tuple[str, ...]
    client_name: str
    birth_date: str
    record_id: str
    record_signed_at: str
    record_pdf_sha256: str
    earlier: tuple[LabelledText, ...]
    entries: tuple[AddendumEntry, ...]
    signature: SignatureMark
    content_sha256: str
    audit_seq: int
    audit_hash: str
    seal_fingerprint: str
