"""From the evidence of a record to the document that is printed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TypedDict

from intake_app.core.audit import AuditHead
from intake_app.core.dates import day, moment
from intake_app.pdf.record_document import (
    AnswerSection,
    AuditLine,
    BodyMark,
    Changed,
    ClientDocument,
    ConsentGiven,
    PressureMark,
    RecordDocument,
    Row,
    SignatureMark,
    Since,
)
from intake_app.pdf.safety_card import SafetyCard
from intake_app.questionnaire import (
    Answers,
    Journey,
    SummaryRow,
    SummarySection,
    rules_of,
    summarise,
)
from intake_app.questionnaire.context import as_text, table_in
from intake_app.questionnaire.flags.advice import advice
from intake_app.records.cautions import body_marks
from intake_app.records.consent_words import CAPACITIES
from intake_app.records.evidence import age_at_signing, attachment, full_name, local, typed_words
from intake_app.records.sealed.evidence import (
    ChangedAnswer,
    ChangesSince,
    Drawing,
    Evidence,
    HelpedBy,
    Signature,
    SignedConsent,
    TimelineEvent,
)
from intake_app.records.timeline import WORDS

MEDICINES = ("med.class", "med.list", "sx.surg", "sx.implants", "sx.implant_where")
"""The questions listed as medicines by definitions that mark none with `print = "medicines"`."""


@dataclass(frozen=True, slots=True)
class Printing:
    """What only the moment of printing knows.

    head: the audit entry of the signing; event: the code of the printing.
    """

    head: AuditHead
    seal_fingerprint: str
    at: datetime
    event: str = "printed"


class _Person(TypedDict):
    """Who the client is, why they come, and what changed since the last time."""

    client_name: str
    client_age: int
    birth_date: str
    pronouns: str
    reason: str
    first_visit: bool
    since: Since | None


class _FirstPages(TypedDict):
    """What the first pages take out of the answers."""

    read_first: tuple[Row, ...]
    allergies: tuple[str, ...]
    body_marks: tuple[BodyMark, ...]
    pressure_overall: str
    pressure_marks: tuple[PressureMark, ...]
    goals: tuple[str, ...]


class _Fingerprints(TypedDict):
    """What proves which questions, which answers and which entry in the log belong to it."""

    definition_name: str
    definition_version: str
    definition_sha256: str
    answers_sha256: str
    audit_seq: int
    audit_hash: str
    seal_fingerprint: str


def record_document(
    evidence: Evidence, journey: Journey, printing: Printing, card: SafetyCard
) -> RecordDocument:
    """The printed record of this evidence, whose walk is `journey`.

    The same evidence gives the same document.
    """
    sections = summarise(journey)
    rows = {row.link_id: row for section in sections for row in section.rows}
    return RecordDocument(
        record_id=evidence.record_id,
        lang=evidence.language,
        practice_name=evidence.practice.name,
        practice_lines=evidence.practice.lines,
        page_size=evidence.practice.page_size,
        **_person(evidence, rows),
        **_first_pages(evidence.answers, rows),
        **_fingerprints(evidence, printing),
        card=card,
        medicines=_medicines(journey, rows),
        sections=tuple(_section(section) for section in sections),
        consents=tuple(_consent(consent) for consent in evidence.consents),
        signatures=tuple(_signature(mark, evidence) for mark in evidence.signatures),
        events=_events(evidence, printing),
        answers_json=json.dumps(attachment(evidence), ensure_ascii=False, indent=1),
        note="",
    )


def client_document(evidence: Evidence, journey: Journey, printing: Printing) -> ClientDocument:
    """The client's own copy of this evidence: answers, agreements, signature and plain advice.

    A massage therapist does not find or name an illness, so no flag stands in it.
    """
    whole = record_document(evidence, journey, printing, _card_without_flags(evidence))
    same = {part.name: getattr(whole, part.name) for part in fields(whole)}
    rules = rules_of(journey.questionnaire.sha256)
    return ClientDocument(**same, advice=advice(rules, journey, evidence.practice.name))


def _card_without_flags(evidence: Evidence) -> SafetyCard:
    return SafetyCard(
        name=full_name(evidence.answers),
        age=age_at_signing(evidence),
        signed="",
        stops=(),
        untouched=(),
        limits=(),
        adapts=(),
        lowered=(),
        asks=(),
        talk=(),
        words=(),
        facts=(),
        note="",
        stale="",
        typed=typed_words(evidence),
    )


def _consent(consent: SignedConsent) -> ConsentGiven:
    return ConsentGiven(
        id=consent.id,
        title=consent.title,
        text=consent.text,
        version=consent.version,
        sha256=consent.sha256,
        agreed=consent.agreed,
        at=consent.at,
    )


def _first_pages(answers: Answers, rows: Mapping[str, SummaryRow]) -> _FirstPages:
    return {
        "read_first": tuple(_row(row) for row in rows.values() if row.notice),
        "allergies": _text(rows, "al.list", "al.reaction", "al.details"),
        "body_marks": body_marks.body_marks(table_in(answers.get("bm.marks"))),
        "pressure_overall": rows["pr.overall"].text,
        "pressure_marks": body_marks.pressure_marks(table_in(answers.get("pr.map"))),
        "goals": _text(rows, "go.rank") or _text(rows, "go.goals"),
    }


def _fingerprints(evidence: Evidence, printing: Printing) -> _Fingerprints:
    form = evidence.questionnaire
    return {
        "definition_name": form.name,
        "definition_version": form.version,
        "definition_sha256": form.sha256,
        "answers_sha256": evidence.answers_sha256,
        "audit_seq": printing.head.seq,
        "audit_hash": printing.head.hash,
        "seal_fingerprint": printing.seal_fingerprint,
    }


def _medicines(journey: Journey, rows: Mapping[str, SummaryRow]) -> tuple[Row, ...]:
    asked = journey.questionnaire.printed_in("medicines") or MEDICINES
    return tuple(_row(row) for key, row in rows.items() if key in asked and not row.unanswered)


def _section(section: SummarySection) -> AnswerSection:
    return AnswerSection(section.title, tuple(map(_row, section.rows)), section.private)


def _person(evidence: Evidence, rows: Mapping[str, SummaryRow]) -> _Person:
    answers = evidence.answers
    return {
        "client_name": full_name(answers),
        "client_age": age_at_signing(evidence),
        "birth_date": rows["id.dob"].text,
        "pronouns": as_text(answers.get("id.pronouns", "")),
        "reason": as_text(answers.get("v.reason", "")),
        "first_visit": not evidence.context.returning,
        "since": _since(evidence.previous),
    }


def _since(previous: ChangesSince | None) -> Since | None:
    if previous is None:
        return None
    return Since(
        signed_on=day(date.fromisoformat(previous.signed_on)),
        record_id=previous.record_id,
        pdf_sha256=previous.pdf_sha256,
        changes=tuple(_change(change) for change in previous.changes),
    )


def _change(change: ChangedAnswer) -> Changed:
    return Changed(
        link_id=change.link_id,
        label=change.label,
        before=change.before,
        after=change.after,
        notice=change.notice,
        said_on=change.said_on,
    )


def _row(row: SummaryRow) -> Row:
    return Row(row.label, row.text, row.link_id, answered=not row.unanswered)


def _text(rows: Mapping[str, SummaryRow], *link_ids: str) -> tuple[str, ...]:
    return tuple(rows[key].text for key in link_ids if key in rows and not rows[key].unanswered)


NOTHING_DRAWN = Drawing(strokes=(), width=0, height=0)


def _signature(mark: Signature, evidence: Evidence) -> SignatureMark:
    by_hand = mark.on_paper is not None
    utc = datetime.fromisoformat(evidence.signed_at).strftime("%Y-%m-%d %H:%M:%S UTC")
    drawing = mark.drawing or NOTHING_DRAWN
    return SignatureMark(
        role=mark.role,
        name=mark.name,
        relationship=mark.relationship,
        capacity=CAPACITIES[mark.role],
        helped=_helped(mark.helped_by),
        strokes=tuple(
            tuple((float(x), float(y)) for x, y, *_ in stroke) for stroke in drawing.strokes
        ),
        width=drawing.width,
        height=drawing.height,
        signed_at_utc=f"typed {utc}" if by_hand else utc,
        signed_at_local=_signed_at(mark, evidence),
        meaning=evidence.intent,
        by_hand=by_hand,
    )


def _signed_at(mark: Signature, evidence: Evidence) -> str:
    """The moment, or the day alone of a signature on paper."""
    if mark.on_paper is not None:
        return day(date.fromisoformat(mark.on_paper))
    return moment(local(evidence.practice, evidence.signed_at))


def _helped(helper: HelpedBy | None) -> str:
    return f"{helper.name} helped with: {', '.join(helper.parts)}" if helper else ""


def _events(evidence: Evidence, printing: Printing) -> tuple[AuditLine, ...]:
    events = [*evidence.events, TimelineEvent(printing.at.isoformat(), printing.event)]
    return tuple(
        AuditLine(moment(local(evidence.practice, event.at)), WORDS[event.code]) for event in events
    )
