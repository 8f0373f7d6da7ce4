"""From the evidence of a record to the document that is printed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intake_app.core.audit import AuditHead
from intake_app.core.dates import day, moment
from intake_app.pdf.record_document import (
    AnswerSection,
    AuditLine,
    Changed,
    ConsentGiven,
    RecordDocument,
    Row,
    SignatureMark,
    Since,
)
from intake_app.pdf.safety_card import SafetyCard
from intake_app.questionnaire import Journey, SummaryRow, SummarySection, summarise
from intake_app.records.cautions import body_marks
from intake_app.records.consent_words import CAPACITIES
from intake_app.records.evidence import age_at_signing, attachment, full_name, local
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


def record_document(
    evidence: Mapping[str, Any], journey: Journey, printing: Printing, card: SafetyCard
) -> RecordDocument:
    """The printed record of this evidence, whose walk is `journey`.

    The same evidence gives the same document.
    """
    sections = summarise(journey)
    rows = {row.link_id: row for section in sections for row in section.rows}
    return RecordDocument(
        record_id=evidence["record_id"],
        lang=evidence["language"],
        **_practice(evidence["practice"]),
        **_person(evidence, rows),
        **_summary(evidence["answers"], rows),
        **_fingerprints(evidence, printing),
        card=card,
        medicines=_medicines(journey, rows),
        sections=tuple(_section(section) for section in sections),
        consents=tuple(ConsentGiven(**consent) for consent in evidence["consents"]),
        signatures=tuple(_signature(mark, evidence) for mark in evidence["signatures"]),
        events=_events(evidence, printing),
        answers_json=json.dumps(attachment(evidence), ensure_ascii=False, indent=1),
        note="",
    )


def _practice(practice: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "practice_name": practice["name"],
        "practice_lines": tuple(practice["lines"]),
        "page_size": practice["page_size"],
    }


def _summary(answers: Mapping[str, Any], rows: Mapping[str, SummaryRow]) -> dict[str, Any]:
    """What the first pages take out of the answers."""
    return {
        "read_first": tuple(_row(row) for row in rows.values() if row.notice),
        "allergies": _text(rows, "al.list", "al.reaction", "al.details"),
        "body_marks": body_marks.body_marks(answers.get("bm.marks", {})),
        "pressure_overall": rows["pr.overall"].text,
        "pressure_marks": body_marks.pressure_marks(answers.get("pr.map", {})),
        "goals": _text(rows, "go.rank") or _text(rows, "go.goals"),
    }


def _fingerprints(evidence: Mapping[str, Any], printing: Printing) -> dict[str, Any]:
    """What proves which questions, which answers and which entry in the log belong to it."""
    form = evidence["questionnaire"]
    return {
        "definition_name": form["name"],
        "definition_version": form["version"],
        "definition_sha256": form["sha256"],
        "answers_sha256": evidence["answers_sha256"],
        "audit_seq": printing.head.seq,
        "audit_hash": printing.head.hash,
        "seal_fingerprint": printing.seal_fingerprint,
    }


def _medicines(journey: Journey, rows: Mapping[str, SummaryRow]) -> tuple[Row, ...]:
    asked = journey.questionnaire.printed_in("medicines") or MEDICINES
    return tuple(_row(row) for key, row in rows.items() if key in asked and not row.unanswered)


def _section(section: SummarySection) -> AnswerSection:
    return AnswerSection(section.title, tuple(map(_row, section.rows)), section.private)


def _person(evidence: Mapping[str, Any], rows: Mapping[str, SummaryRow]) -> dict[str, Any]:
    answers = evidence["answers"]
    return {
        "client_name": full_name(answers),
        "client_age": age_at_signing(evidence),
        "birth_date": rows["id.dob"].text,
        "pronouns": answers.get("id.pronouns", ""),
        "reason": answers.get("v.reason", ""),
        "first_visit": not evidence.get("context", {}).get("returning", False),
        "since": _since(evidence.get("previous")),
    }


def _since(previous: Mapping[str, Any] | None) -> Since | None:
    if previous is None:
        return None
    return Since(
        signed_on=day(date.fromisoformat(previous["signed_on"])),
        record_id=previous["record_id"],
        pdf_sha256=previous["pdf_sha256"],
        changes=tuple(Changed(**change) for change in previous["changes"]),
    )


def _row(row: SummaryRow) -> Row:
    return Row(row.label, row.text, row.link_id, answered=not row.unanswered)


def _text(rows: Mapping[str, SummaryRow], *link_ids: str) -> tuple[str, ...]:
    return tuple(rows[key].text for key in link_ids if key in rows and not rows[key].unanswered)


def _signature(mark: Mapping[str, Any], evidence: Mapping[str, Any]) -> SignatureMark:
    by_hand = "on_paper" in mark
    utc = datetime.fromisoformat(evidence["signed_at"]).strftime("%Y-%m-%d %H:%M:%S UTC")
    if by_hand:
        signed_at_local = day(date.fromisoformat(mark["on_paper"]))
    else:
        signed_at_local = moment(local(evidence, evidence["signed_at"]))
    drawn = mark.get("drawing") or {"strokes": [], "width": 0, "height": 0}
    return SignatureMark(
        role=mark["role"],
        name=mark["name"],
        relationship=mark.get("relationship", ""),
        capacity=CAPACITIES[mark["role"]],
        helped=_helped(mark.get("helped_by")),
        strokes=tuple(
            tuple((float(x), float(y)) for x, y, *_ in stroke) for stroke in drawn["strokes"]
        ),
        width=drawn["width"],
        height=drawn["height"],
        signed_at_utc=f"typed {utc}" if by_hand else utc,
        signed_at_local=signed_at_local,
        meaning=evidence["intent"],
        by_hand=by_hand,
    )


def _helped(helper: Mapping[str, Any] | None) -> str:
    return f"{helper['name']} helped with: {', '.join(helper['parts'])}" if helper else ""


def _events(evidence: Mapping[str, Any], printing: Printing) -> tuple[AuditLine, ...]:
    events = [*evidence["events"], [printing.at.isoformat(), printing.event]]
    return tuple(AuditLine(moment(local(evidence, at)), WORDS[code]) for at, code in events)
