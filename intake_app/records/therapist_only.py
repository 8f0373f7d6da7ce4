"""Answers “for my therapist only”: sealed apart from the record, shown on a page of their own, part of no copy.

The record says at each of these questions only that there are such words, and names their hash, so that what is shown
is what was signed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from intake_app.accounts.sessions import SignedIn
from intake_app.core import audit, canonical_json
from intake_app.core.runtime import House
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.records import Apart
from intake_app.pdf.safety_card import Line
from intake_app.questionnaire import Answer, Answers, text_of
from intake_app.records import authenticity, evidence

INSTEAD = "For my therapist only"
ROLE, VERSION = "apart", 1
VIEWED = "record.apart_viewed"


def without(answers: Answers, kept_apart: Iterable[str]) -> dict[str, Answer]:
    """The answers with the fixed words in place of those that are kept apart."""
    return {**answers, **{key: INSTEAD for key in kept_apart if key in answers}}


def words_of(record_id: str, answers: Answers, kept_apart: Iterable[str]) -> dict[str, Any] | None:
    """What is sealed apart, None when nothing is."""
    words = {key: answers[key] for key in kept_apart if key in answers}
    return {"v": VERSION, "role": ROLE, "record_id": record_id, "answers": words} if words else None


def pinned(words: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the record's evidence says of them: which questions, and the hash of the words."""
    return {} if words is None else {"apart": sorted(words["answers"]), "apart_sha256": canonical_json.sha256(words)}


def sealed(house: House, words: Mapping[str, Any] | None) -> Apart | None:
    """The words as the database keeps them, None without any."""
    if words is None:
        return None
    blob = age.seal(canonical_json.canonical(words), recipients.pinned(house))
    return Apart(record_id=words["record_id"], sealed=blob, sealed_sha256=hashlib.sha256(blob).hexdigest())


def put(session: Session, own: Apart | None) -> dict[str, str]:
    """Keep them in the transaction of the signing. Returns what the log says of it."""
    if own is None:
        return {}
    session.flush()  # the record first, to which they belong
    session.add(own)
    return {"apart": own.sealed_sha256}


def opened(house: House, signed_in: SignedIn, found: Mapping[str, Any]) -> dict[str, str]:
    """The words that belong to this proven evidence, by question. Raises proof.NotAuthentic."""
    if "apart_sha256" not in found:
        return {}
    with transaction(house.engine, write=False) as session:
        row = session.get(Apart, found["record_id"])
        if row is None:
            raise authenticity.NotAuthentic
        blob = row.sealed
    words = json.loads(authenticity.unseal(blob, signed_in))
    header = [words.get(name) for name in ("v", "role", "record_id")]
    if header != [VERSION, ROLE, found["record_id"]] or canonical_json.sha256(words) != found["apart_sha256"]:
        raise authenticity.NotAuthentic
    answers: dict[str, str] = words["answers"]
    return answers


def of_record(house: House, signed_in: SignedIn, record_id: str) -> tuple[Line, ...]:
    """Each question with the words that are for the therapist only. The look is written down first.

    Raises proof.NoSuchRecord, also when nothing is kept apart, or proof.NotAuthentic.
    """
    found, _ = authenticity.record(house, signed_in, record_id)
    words = opened(house, signed_in, found)
    if not words:
        raise authenticity.NoSuchRecord
    with transaction(house.engine, write=True) as session:
        audit.append(session, house.keys, VIEWED, signed_in.practitioner_id, record_id, now=house.clock())
    items = evidence.journey_of(found).questionnaire.items
    return tuple(Line(one.text, text_of(one, words[one.link_id])) for one in items if one.link_id in words)
