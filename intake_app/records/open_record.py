"""One record: opened, proven, and its PDF. Every look is written down."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.models.engine import transaction
from intake_app.models.records import Document, Record
from intake_app.pdf.certificate import seal_fingerprint
from intake_app.pdf.record_document import RecordDocument
from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire import Journey
from intake_app.records import (
    addenda,
    authenticity,
    completion,
    day_of_visit,
    evidence,
    printing,
)
from intake_app.records.addenda import SignedAddendum
from intake_app.records.cautions import decisions, safety_card
from intake_app.records.cautions.sealed_flags import Decided, SealedFlag, read_flags


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record, decrypted and proven.

    paper: what is printed; has_pdf: False while it could not be printed. has_therapist_only_words:
    they are not in here (records.therapist_only). again: the addendum with newer answers about
    today, None without one; today: these answers in words. The card and the cautions are of these.
    cautions: its flags, None when it was signed before there were rules. decided: flag -> the
    decision that counts.
    """

    id: str
    paper: RecordDocument
    journey: Journey
    has_pdf: bool
    has_therapist_only_words: bool
    again: SignedAddendum | None
    today: tuple[LabelledText, ...]
    cautions: tuple[SealedFlag, ...] | None
    decided: Mapping[str, Decided]
    addenda: tuple[SignedAddendum, ...]


def open_record(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> OpenRecord:
    """Decrypt and prove a record, finish its PDF when that is still to do, and write the look down.

    Raises authenticity.NoSuchRecord, or authenticity.NotAuthentic. Without an audit entry nothing
    is shown.
    """
    signed_evidence, head = authenticity.load_verified(runtime, signed_in, record_id)
    has_pdf = completion.complete_record(
        runtime, signed_evidence, signed_in.practitioner_id, "printed-later"
    )
    now = runtime.clock()
    _log_look(runtime, signed_in, record_id, now)
    print_run = printing.Printing(head, seal_fingerprint(runtime.settings.seal_file), now)
    signed = addenda.for_record(runtime, signed_in, record_id)
    current = day_of_visit.with_day_of_visit_answers(signed_evidence, signed)
    decided = decisions.latest(signed)
    journey = evidence.journey_of(signed_evidence)
    card = safety_card.card_for_reader(current, decided, now)
    return OpenRecord(
        id=record_id,
        paper=printing.record_document(signed_evidence, journey, print_run, card),
        journey=journey,
        has_pdf=has_pdf,
        has_therapist_only_words=signed_evidence.therapist_only_sha256 is not None,
        again=day_of_visit.latest(signed),
        today=day_of_visit.answer_lines(current),
        cautions=read_flags(
            current.evidence.flags, evidence.journey_of(current.evidence, current.asked_again)
        ),
        decided=decided,
        addenda=signed,
    )


def _log_look(runtime: Runtime, signed_in: StaffIdentity, record_id: str, now: datetime) -> None:
    with transaction(runtime.engine, write=True) as session:
        record = session.get_one(Record, record_id)
        record.opened_at = record.opened_at or now
        viewer = signed_in.practitioner_id
        audit.append(session, runtime.keys, "record.viewed", viewer, record_id, now=now)


def download_pdf(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> bytes:
    """The sealed PDF of a record, checked against its hashes; the download is written down first.

    Raises authenticity.NoSuchRecord, authenticity.NotAuthentic, or
    authenticity.DocumentNotReady.
    """
    signed_evidence, _ = authenticity.load_verified(runtime, signed_in, record_id)
    reader = signed_in.practitioner_id
    if not completion.complete_record(runtime, signed_evidence, reader, "printed-later"):
        raise authenticity.DocumentNotReady
    with transaction(runtime.engine, write=False) as session:
        sealed = session.get_one(Document, record_id).sealed
        logged_sha256 = authenticity.document_sha256(session, runtime, record_id)
    data = authenticity.decrypt(sealed, signed_in)
    if hashlib.sha256(data).hexdigest() != logged_sha256:
        raise authenticity.NotAuthentic
    with transaction(runtime.engine, write=True) as session:
        audit.append(
            session,
            runtime.keys,
            "record.downloaded",
            reader,
            record_id,
            now=runtime.clock(),
        )
    return data
