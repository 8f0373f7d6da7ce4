"""The evidence: one JSON value that says what was asked, answered, agreed and signed. Sealed first, printed second.

Everything a record ever needs is inside, so that it can be printed, checked and read years later
without the app's database. Its shape is versioned by the key `v`.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from intake_app.audit import AuditHead
from intake_app.models.practice import Practice
from intake_app.questionnaire import (
    Context,
    Journey,
    Questionnaire,
    SummaryRow,
    by_sha256,
    consent_set,
    summary,
)
from intake_app.record.card import Card
from intake_app.record.document import (
    AnswerSection,
    AuditLine,
    Changed,
    ConsentGiven,
    RecordPaper,
    Row,
    SignatureMark,
    Since,
)
from intake_app.services import marks
from intake_app.services.agreement import CAPACITIES
from intake_app.services.events import WORDS

VERSION = 2
VERSIONS = (1, 2)
"""2 keeps the flags, word for word; in 1 there were none."""
MEDICINES = ("med.class", "med.list", "sx.surg", "sx.implants", "sx.implant_where")
ON_PAPER = "Signed by hand on a paper form, which the practice keeps. This record holds what was typed from it."
INTENT = "By pressing “Sign and send” I sign my answers and every agreement I ticked."


def canonical(value: object) -> bytes:
    """The one byte string a JSON value is hashed as: sorted keys, no spaces, UTF-8 (RFC 8785 for our value types)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(value: object) -> str:
    """Hex SHA-256 of a value's canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()


def journey_of(evidence: Mapping[str, Any]) -> Journey:
    """The finished walk, on the version of the questionnaire it was made on and on the day it was signed."""
    questionnaire = by_sha256(evidence["questionnaire"]["sha256"])
    practice = evidence["practice"]
    known = Context(
        today=answered_at(evidence).date(),
        allergen_free=practice.get("allergen_free", False),
        prenatal_trained=practice.get("prenatal_trained", False),
        **evidence.get("context", {}),
    )
    done = frozenset(step.id for step in questionnaire.steps)
    return Journey(questionnaire, evidence["answers"], done, known)


def answered_at(evidence: Mapping[str, Any]) -> datetime:
    """When the client answered and signed, by the practice's clock. A paper form names a day: its first moment counts,
    so that answers about today are never taken for younger than they are.
    """
    paper = evidence.get("from_paper")
    if paper is None:
        return local(evidence, evidence["signed_at"])
    return datetime.combine(date.fromisoformat(paper["of"]), time(), ZoneInfo(evidence["practice"]["timezone"]))


def typed_words(evidence: Mapping[str, Any]) -> str:
    """Who typed this from which paper form, in a sentence; "" when the client filled it in herself."""
    paper = evidence.get("from_paper")
    if paper is None:
        return ""
    of = day(date.fromisoformat(paper["of"]))
    return f"Typed by {paper['typed_by']} from a paper form signed on {of} (number {in_groups(paper['number'])})."


def in_groups(number: str) -> str:
    """The number of a paper form as people read it: 4821 0937 5512."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def context_card(context: Context) -> dict[str, Any]:
    """What the walk knew of her earlier visits; without it, other questions would have been asked."""
    return {"returning": context.returning, "form_age_days": context.form_age_days}


def questionnaire_card(questionnaire: Questionnaire) -> dict[str, str]:
    """What pins an answer to its exact questions."""
    return {
        "name": questionnaire.name,
        "url": questionnaire.url,
        "version": questionnaire.version,
        "sha256": questionnaire.sha256,
    }


def practice_card(practice: Practice) -> dict[str, Any]:
    """The practice as it stands on paper, whose clock and paper size are used, and what the flags need of it."""
    return {
        "name": practice.name,
        "lines": [*practice.address.splitlines(), practice.phone],
        "timezone": practice.timezone,
        "page_size": practice.page_size,
        "allergen_free": practice.allergen_free,
        "prenatal_trained": practice.prenatal_trained,
    }


def attachment(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The machine-readable copy inside the PDF: the answers, and what they answer. No keys, no network address."""
    first = ("record_id", "questionnaire", "language", "from_paper", "previous")
    kept = (*first, "answers", "answers_sha256", "consents", "signed_at")
    return {name: evidence[name] for name in kept if name in evidence}


def copy_key(evidence: Mapping[str, Any]) -> bytes:
    """The key of the client's own copy, see vault.copies."""
    return base64.b64decode(evidence["copy"]["key"])


def card_place(record_id: str) -> str:
    """What the card of a client's own page is bound to, see vault.copies."""
    return f"{record_id}/card"


def client_card(evidence: Mapping[str, Any], pdf_sha256: str) -> dict[str, Any]:
    """What the client's own page needs of her record: who, when, where, and what she agreed to; no health answer."""
    choices = {one.id for one in consent_set().consents if one.choice}
    kept = ("id", "title", "text", "at")
    given = [one for one in evidence["consents"] if one["agreed"]]
    return {
        "v": VERSION,
        "signed_at": evidence["signed_at"],
        "name": full_name(evidence["answers"]),
        "birth_date": evidence["answers"]["id.dob"],
        "language": evidence["language"],
        "practice": evidence["practice"],
        "pdf_sha256": pdf_sha256,
        "consents": [{name: one[name] for name in kept} | {"choice": one["id"] in choices} for one in given],
        "browsers": evidence["copy"].get("browsers", []),
        "taken_over_at": evidence["copy"].get("taken_over_at", ""),
    }


@dataclass(frozen=True, slots=True)
class Printing:
    """What only the moment of printing knows. head: the audit entry of the signing; event: its code."""

    head: AuditHead
    seal_fingerprint: str
    at: datetime
    event: str = "printed"


def paper(evidence: Mapping[str, Any], journey: Journey, printing: Printing, card: Card) -> RecordPaper:
    """The printed record of this evidence, whose walk is `journey`. The same evidence gives the same paper."""
    sections, answers = summary(journey), evidence["answers"]
    rows = {row.link_id: row for section in sections for row in section.rows}
    practice, form = evidence["practice"], evidence["questionnaire"]
    return RecordPaper(
        record_id=evidence["record_id"],
        practice_name=practice["name"],
        practice_lines=tuple(practice["lines"]),
        page_size=practice["page_size"],
        lang=evidence["language"],
        **_person(evidence, rows),
        card=card,
        read_first=tuple(_row(row) for row in rows.values() if row.notice),
        allergies=_text(rows, "al.list", "al.reaction", "al.details"),
        body_marks=marks.of_body(answers.get("bm.marks", {})),
        pressure_overall=rows["pr.overall"].text,
        pressure_marks=marks.of_pressure(answers.get("pr.map", {})),
        goals=_text(rows, "go.rank") or _text(rows, "go.goals"),
        medicines=tuple(_row(row) for key, row in rows.items() if key in MEDICINES and not row.unanswered),
        sections=tuple(AnswerSection(s.title, tuple(map(_row, s.rows)), s.private) for s in sections),
        consents=tuple(ConsentGiven(**consent) for consent in evidence["consents"]),
        signatures=tuple(_signature(mark, evidence) for mark in evidence["signatures"]),
        events=_events(evidence, printing),
        definition_name=form["name"],
        definition_version=form["version"],
        definition_sha256=form["sha256"],
        answers_json=json.dumps(attachment(evidence), ensure_ascii=False, indent=1),
        answers_sha256=evidence["answers_sha256"],
        audit_seq=printing.head.seq,
        audit_hash=printing.head.hash,
        seal_fingerprint=printing.seal_fingerprint,
        note="",
    )


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


def full_name(answers: Mapping[str, Any]) -> str:
    """The client's name as printed: first and last, with what to call her when that differs."""
    name = f"{answers['id.first_name']} {answers['id.last_name']}"
    called = answers.get("id.preferred_name")
    return f"{name} (“{called}”)" if called and called != answers["id.first_name"] else name


def age_at_signing(evidence: Mapping[str, Any]) -> int:
    """Whole years on the day of the signature."""
    born = date.fromisoformat(evidence["answers"]["id.dob"])
    return age(born, answered_at(evidence).date())


def age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _row(row: SummaryRow) -> Row:
    return Row(row.label, row.text, row.link_id, answered=not row.unanswered)


def _text(rows: Mapping[str, SummaryRow], *link_ids: str) -> tuple[str, ...]:
    return tuple(rows[key].text for key in link_ids if key in rows and not rows[key].unanswered)


def _signature(mark: Mapping[str, Any], evidence: Mapping[str, Any]) -> SignatureMark:
    signed, by_hand = evidence["signed_at"], "on_paper" in mark
    utc = datetime.fromisoformat(signed).strftime("%Y-%m-%d %H:%M:%S UTC")
    drawn = mark.get("drawing") or {"strokes": [], "width": 0, "height": 0}
    return SignatureMark(
        role=mark["role"],
        name=mark["name"],
        relationship=mark.get("relationship", ""),
        capacity=CAPACITIES[mark["role"]],
        helped=_helped(mark.get("helped_by")),
        strokes=tuple(tuple((float(x), float(y)) for x, y, *_ in stroke) for stroke in drawn["strokes"]),
        width=drawn["width"],
        height=drawn["height"],
        signed_at_utc=f"typed {utc}" if by_hand else utc,
        signed_at_local=day(date.fromisoformat(mark["on_paper"])) if by_hand else moment(local(evidence, signed)),
        meaning=evidence["intent"],
        by_hand=by_hand,
    )


def _helped(by: Mapping[str, Any] | None) -> str:
    return f"{by['name']} helped with: {', '.join(by['parts'])}" if by else ""


def _events(evidence: Mapping[str, Any], printing: Printing) -> tuple[AuditLine, ...]:
    told = [*evidence["events"], [printing.at.isoformat(), printing.event]]
    return tuple(AuditLine(moment(local(evidence, at)), WORDS[code]) for at, code in told)


def local(evidence: Mapping[str, Any], at: str) -> datetime:
    """An ISO 8601 time of the evidence by the practice's clock."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(evidence["practice"]["timezone"]))


def moment(at: datetime) -> str:
    """A time as people read it, with its zone: 20 November 2026, 9:56 AM CST."""
    return f"{day(at)}, {at:%I:%M %p %Z}".replace(", 0", ", ")


def day(at: date) -> str:
    """A day as people read it: 20 November 2026."""
    return f"{at.day} {at:%B %Y}"
