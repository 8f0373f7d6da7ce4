"""Answers “for my therapist only”: sealed apart from the record, and part of no copy.

They are shown on a page of their own. The record says at each of these questions only that there
are such words, and names their hash, so that what is shown is what was signed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit, canonical_json
from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.records import TherapistOnlyWords
from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire import Answer, Answers, text_of
from intake_app.records import authenticity, evidence

INSTEAD = "For my therapist only"
ROLE = "apart"
VERSION = 1
VIEWED = "record.apart_viewed"


def mask(answers: Answers, link_ids: Iterable[str]) -> dict[str, Answer]:
    """The answers with the fixed words in place of those for the therapist only."""
    return {**answers, **{key: INSTEAD for key in link_ids if key in answers}}


def collect(record_id: str, answers: Answers, link_ids: Iterable[str]) -> dict[str, Any] | None:
    """What is sealed apart, None when nothing is."""
    words = {key: answers[key] for key in link_ids if key in answers}
    if not words:
        return None
    return {"v": VERSION, "role": ROLE, "record_id": record_id, "answers": words}


def evidence_fields(words: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the record's evidence says of them: which questions, and the hash of the words."""
    if words is None:
        return {}
    return {"apart": sorted(words["answers"]), "apart_sha256": canonical_json.sha256(words)}


def encrypt(runtime: Runtime, words: Mapping[str, Any] | None) -> TherapistOnlyWords | None:
    """The words as the database keeps them, None without any."""
    if words is None:
        return None
    blob = age.encrypt_to(canonical_json.canonical(words), recipients.pinned_recipients(runtime))
    return TherapistOnlyWords(
        record_id=words["record_id"], sealed=blob, sealed_sha256=hashlib.sha256(blob).hexdigest()
    )


def store(session: Session, words: TherapistOnlyWords | None) -> dict[str, str]:
    """Keep them in the transaction of the signing. Returns what the log says of it."""
    if words is None:
        return {}
    session.flush()  # the record first, to which they belong
    session.add(words)
    return {"apart": words.sealed_sha256}


def decrypt(
    runtime: Runtime, signed_in: StaffIdentity, record_evidence: Mapping[str, Any]
) -> dict[str, str]:
    """The words that belong to this proven evidence, by question.

    Raises authenticity.NotAuthentic.
    """
    if "apart_sha256" not in record_evidence:
        return {}
    with transaction(runtime.engine, write=False) as session:
        row = session.get(TherapistOnlyWords, record_evidence["record_id"])
        if row is None:
            raise authenticity.NotAuthentic
        blob = row.sealed
    words = json.loads(authenticity.decrypt(blob, signed_in))
    header = [words.get(name) for name in ("v", "role", "record_id")]
    if header != [VERSION, ROLE, record_evidence["record_id"]]:
        raise authenticity.NotAuthentic
    if canonical_json.sha256(words) != record_evidence["apart_sha256"]:
        raise authenticity.NotAuthentic
    answers: dict[str, str] = words["answers"]
    return answers


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
