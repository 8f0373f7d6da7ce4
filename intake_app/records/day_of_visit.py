"""Answers about today, as they are read with the record."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

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
from intake_app.records.sealed.addendum import DayOfVisitAnswers
from intake_app.records.sealed.evidence import Evidence, RecordOnTheDay, SignedAnswers
from intake_app.records.sealed.flags import RaisedFlag

KIND = "asked_again"


def asked_again_at(record_id: InstrumentedAttribute[str]) -> ScalarSelect[datetime]:
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
    record_evidence: Evidence, signed: Iterable[SignedAddendum]
) -> RecordOnTheDay:
    """A record as it is to be read now: with the newest answers about today, and their flags.

    A red flag that came and went is still something to ask about (`stops_before`). Without such an
    addendum it is the evidence itself.
    """
    newer = [_with(record_evidence, addendum) for addendum in signed if addendum.kind == KIND]
    if not newer:
        return RecordOnTheDay(record_evidence)
    newest = newer[-1]
    previous = [record_evidence, *(reading.evidence for reading in newer[:-1])]
    codes = {flag.code for flag in _raised(newest.evidence)}
    flags_before = (flag for reading in previous for flag in _raised(reading))
    stops_before = {
        flag.code: flag
        for flag in flags_before
        if flag.level == Level.STOP.name and flag.code not in codes
    }
    return replace(newest, stops_before=tuple(stops_before.values()))


def _raised(reading: Evidence) -> tuple[RaisedFlag, ...]:
    """The flags of this evidence as they are stored; none in one from before there were rules."""
    return reading.flags.raised if reading.flags else ()


def _with(record_evidence: Evidence, addendum: SignedAddendum) -> RecordOnTheDay:
    """The record with the answers of this addendum in place of its own, and their flags."""
    newer = DayOfVisitAnswers.from_json(addendum.data)
    answers = {
        key: value for key, value in record_evidence.answers.items() if key not in newer.asked
    }
    now = replace(record_evidence, answers={**answers, **newer.answers})
    journey = consent_words.with_consents(
        evidence.journey_of(now, newer.asked),
        record_evidence.consents,
        record_evidence.signatures,
    )
    flags = sealed_flags.evaluate_flags(flag_rules_by_sha256(newer.rules_sha256), journey)
    return RecordOnTheDay(replace(now, flags=flags), newer.asked, addendum.at.isoformat())


def never_asked(signed: SignedAnswers) -> bool:
    """Whether this form left the questions about the day for the day itself."""
    journey = evidence.journey_of(signed)
    has_day = any(step.day for step in journey.questionnaire.steps)
    return has_day and not signed.context.visit_today


def answer_lines(current: RecordOnTheDay) -> tuple[LabelledText, ...]:
    """The newest answers about today of a record, () when they were not asked again."""
    if current.asked_again_at is None:
        return ()
    journey = evidence.journey_of(current.evidence, current.asked_again)
    today = frozenset(current.asked_again)
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
    newer = DayOfVisitAnswers.from_json(addendum.data)
    return rules_asking(flag_rules_by_sha256(newer.rules_sha256), frozenset(newer.asked))
