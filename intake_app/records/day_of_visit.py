"""Answers about today, as they are read with the record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake_app.core.runtime import Runtime
from intake_app.models.records import Addendum, Record
from intake_app.models.visits import Visit
from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire import Level, flag_rules_by_sha256, summarise
from intake_app.questionnaire.day_of_visit import FRESH, rules_asking, stale
from intake_app.records import consent_words, evidence
from intake_app.records.addenda import SignedAddendum
from intake_app.records.cautions import sealed_flags

KIND = "asked_again"


def asked_again_at(record_id: InstrumentedAttribute[Any]) -> ScalarSelect[datetime]:
    """SQL: when the record's questions about today were last answered again, NULL for never."""
    newest = select(func.max(Addendum.signed_at)).where(
        Addendum.record_id == record_id, Addendum.kind == KIND
    )
    return newest.correlate_except(Addendum).scalar_subquery()


def due(answered_at: datetime | None, starts_at: datetime, now: datetime) -> bool:
    """Whether a visit needs newer answers about today, and they can be given now.

    They can be given while it is a day away at most. answered_at: None while nobody was asked.
    """
    needed = answered_at is None or stale(answered_at, starts_at)
    return needed and abs(starts_at - now) <= FRESH


def answered_at(
    asked_again_at: datetime | None, signed_at: datetime, day_asked: bool
) -> datetime | None:
    """When a record's questions about today were last answered, None while they were not.

    day_asked: the form itself had them.
    """
    return asked_again_at or (signed_at if day_asked else None)


def was_asked(current: Mapping[str, Any]) -> bool:
    """Whether the questions about today were asked: by the form of this evidence, or on the day."""
    questionnaire = evidence.journey_of(current).questionnaire
    return (
        bool(current.get("asked_again_at"))
        or bool(current.get("context", {}).get("visit_today"))
        or not any(step.day for step in questionnaire.steps)
    )


def is_due(session: Session, runtime: Runtime, visit: Visit) -> bool:
    """The same for a visit whose form is signed and printed."""
    record = session.get(Record, visit.record_id) if visit.record_id else None
    return (
        record is not None
        and record.status == "complete"
        and due(_answered_at(session, record), visit.starts_at, runtime.clock())
    )


def is_old(session: Session, runtime: Runtime, record_id: str) -> bool:
    """Whether this record's answers about today are too old now, whenever the client comes.

    So they are while nobody was asked.
    """
    record = session.get(Record, record_id)
    if record is None:
        return False
    answered = _answered_at(session, record)
    return answered is None or stale(answered, runtime.clock())


def _answered_at(session: Session, record: Record) -> datetime | None:
    newest = select(asked_again_at(Record.id)).where(Record.id == record.id)
    return answered_at(session.scalar(newest), record.signed_at, record.day_asked)


def latest(signed: Iterable[SignedAddendum]) -> SignedAddendum | None:
    """The newest of these addenda that holds answers about today, None without one."""
    return next((addendum for addendum in reversed(tuple(signed)) if addendum.kind == KIND), None)


def with_day_of_visit_answers(
    record_evidence: Mapping[str, Any], signed: Iterable[SignedAddendum]
) -> Mapping[str, Any]:
    """The evidence of a record as it is to be read now: with the newest answers about today.

    Their flags are with it. `asked_again` says which questions, `asked_again_at` when,
    `stops_before` which STOPs of the form, or of answers about an earlier day, the new ones do not
    raise: a red flag that came and went is still something to ask about. Without such an addendum
    it is the evidence itself.
    """
    newer = [_with(record_evidence, addendum) for addendum in signed if addendum.kind == KIND]
    if not newer:
        return record_evidence
    previous = [record_evidence, *newer[:-1]]
    newest = newer[-1]
    codes = {flag["code"] for flag in newest["flags"]["raised"]}
    flags_before = (flag for reading in previous for flag in _raised(reading))
    stops_before = {
        flag["code"]: flag
        for flag in flags_before
        if flag["level"] == Level.STOP.name and flag["code"] not in codes
    }
    return {**newest, "stops_before": list(stops_before.values())}


def _raised(reading: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The flags of this evidence as they are stored; none in one from before there were rules."""
    flags: Iterable[Mapping[str, Any]] = reading.get("flags", {}).get("raised", ())
    return flags


def _with(record_evidence: Mapping[str, Any], addendum: SignedAddendum) -> dict[str, Any]:
    """The evidence with the answers of this addendum in place of its own, and their flags."""
    data = addendum.data
    answers = {
        key: value for key, value in record_evidence["answers"].items() if key not in data["asked"]
    }
    now = {
        **record_evidence,
        "answers": {**answers, **data["answers"]},
        "asked_again": data["asked"],
        "asked_again_at": addendum.at.isoformat(),
    }
    journey = consent_words.with_consents(
        evidence.journey_of(now), record_evidence["consents"], record_evidence["signatures"]
    )
    return now | {
        "flags": sealed_flags.evaluate_flags(flag_rules_by_sha256(data["rules"]), journey)
    }


def answer_lines(current: Mapping[str, Any]) -> tuple[LabelledText, ...]:
    """The newest answers about today of a joined evidence, () when they were not asked again."""
    if "asked_again_at" not in current:
        return ()
    journey = evidence.journey_of(current)
    today = frozenset(current["asked_again"])
    rows = (row for section in summarise(journey) for row in section.rows)
    return tuple(
        LabelledText(row.label, row.text)
        for row in rows
        if row.link_id in today and not row.unanswered
    )


def reopened_flags(addendum: SignedAddendum) -> frozenset[str]:
    """The flags about which the decision before counts no more.

    Their rules look at what was asked again.
    """
    return rules_asking(
        flag_rules_by_sha256(addendum.data["rules"]), frozenset(addendum.data["asked"])
    )
