"""Answers “for my therapist only”: sealed apart from the record, and part of no copy.

They are shown on a page of their own. The record says at each of these questions only that there
are such words, and names their hash, so that what is shown is what was signed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit, canonical_json
from intake_app.core.runtime import Runtime
from intake_app.core.stored_json import MalformedValue
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.records import TherapistOnlyWords
from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire import Answer, Answers, text_of
from intake_app.records import authenticity, evidence
from intake_app.records.sealed.beside_evidence import TherapistOnlyAnswers
from intake_app.records.sealed.evidence import Evidence

INSTEAD = "For my therapist only"
ROLE = "apart"
VERSION = 1
VIEWED = "record.apart_viewed"


def mask(answers: Answers, link_ids: Iterable[str]) -> dict[str, Answer]:
    """The answers with the fixed words in place of those for the therapist only."""
    return {**answers, **{key: INSTEAD for key in link_ids if key in answers}}


def collect(
    record_id: str, answers: Answers, link_ids: Iterable[str]
) -> TherapistOnlyAnswers | None:
    """What is sealed apart, None when nothing is."""
    words = {key: answers[key] for key in link_ids if key in answers}
    if not words:
        return None
    return TherapistOnlyAnswers(VERSION, ROLE, record_id, words)


def name_in_evidence(record: Evidence, words: TherapistOnlyAnswers | None) -> Evidence:
    """The record's evidence with what it says of the words: which questions, and their hash."""
    if words is None:
        return record
    return replace(
        record,
        therapist_only=tuple(sorted(words.answers)),
        therapist_only_sha256=canonical_json.sha256(words.to_json()),
    )


def encrypt(runtime: Runtime, words: TherapistOnlyAnswers | None) -> TherapistOnlyWords | None:
    """The words as the database keeps them, None without any."""
    if words is None:
        return None
    plain = canonical_json.canonical(words.to_json())
    blob = age.encrypt_to(plain, recipients.pinned_recipients(runtime))
    return TherapistOnlyWords(
        record_id=words.record_id, sealed=blob, sealed_sha256=hashlib.sha256(blob).hexdigest()
    )


def store(session: Session, words: TherapistOnlyWords | None) -> dict[str, str]:
    """Keep them in the transaction of the signing. Returns what the log says of it."""
    if words is None:
        return {}
    session.flush()  # the record first, to which they belong
    session.add(words)
    return {"apart": words.sealed_sha256}


def decrypt(runtime: Runtime, signed_in: StaffIdentity, record_evidence: Evidence) -> Answers:
    """The words that belong to this proven evidence, by question.

    Raises authenticity.NotAuthentic.
    """
    if record_evidence.therapist_only_sha256 is None:
        return {}
    with transaction(runtime.engine, write=False) as session:
        row = session.get(TherapistOnlyWords, record_evidence.record_id)
        if row is None:
            raise authenticity.NotAuthentic
        blob = row.sealed
    stored = json.loads(authenticity.decrypt(blob, signed_in))
    if canonical_json.sha256(stored) != record_evidence.therapist_only_sha256:
        raise authenticity.NotAuthentic
    try:
        words = TherapistOnlyAnswers.from_json(stored)
    except MalformedValue as error:
        raise authenticity.NotAuthentic from error
    header = (words.version, words.role, words.record_id)
    if header != (VERSION, ROLE, record_evidence.record_id):
        raise authenticity.NotAuthentic
    return words.answers


def for_record(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str
) -> tuple[LabelledText, ...]:
    """Each question with the words that are for the therapist only. The look is written down first.

    Raises authenticity.NoSuchRecord, also when nothing is kept apart, or authenticity.NotAuthentic.
    """
    record_evidence, _ = authenticity.load_verified(runtime, signed_in, record_id)
    words = decrypt(runtime, signed_in, record_evidence)
    if not words:
        raise authenticity.NoSuchRecord
    with transaction(runtime.engine, write=True) as session:
        audit.append(
            session, runtime.keys, VIEWED, signed_in.practitioner_id, record_id, now=runtime.clock()
        )
    items = evidence.journey_of(record_evidence).questionnaire.items
    return tuple(
        LabelledText(item.text, text_of(item, words[item.link_id]))
        for item in items
        if item.link_id in words
    )
