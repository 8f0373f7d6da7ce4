"""What the therapist decides about each flag of a record: drafts first, then an addendum with her name under it.

A decision is clinical data: it is sealed from the first draft on, and the log knows only how many there were.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit, canonical_json
from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.records import DecisionDraft, Record
from intake_app.pdf.addendum_document import AddendumEntry
from intake_app.pdf.safety_card import LabelledText
from intake_app.records import addenda, authenticity, day_of_visit
from intake_app.records.addenda import Content, SignedAddendum
from intake_app.records.cautions.sealed_flags import CHOICES, Decided, SealedFlag

KIND = "decisions"
SAVED = "decisions.saved"
NEEDS_REASON = ("adapted", "not_relevant")
TITLE = "Decisions on the caution sheet"
LEAD = (
    "Flags are prompts, not verdicts: the therapist decided about each one below. The same answers always raise the "
    "same flags."
)


class NothingDecided(Exception):
    """There is no decision to sign, or one about something that this record does not ask."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about one flag. choice: a code of CHOICES, "" while open. reason: needed unless followed."""

    code: str
    choice: str
    reason: str = ""


def latest(signed: Iterable[SignedAddendum]) -> dict[str, Decided]:
    """The decision that counts about each flag. signed: the addenda of one record, the first one first.

    One about a flag that looks at today's answers counts until these are asked again.
    """
    found: dict[str, Decided] = {}
    for addendum in signed:
        if addendum.kind == day_of_visit.KIND:
            again = day_of_visit.reopened_flags(addendum)
            found = {code: made for code, made in found.items() if code not in again}
        for one in addendum.data["decisions"] if addendum.kind == KIND else ():
            found[one["code"]] = Decided(one["choice"], one["reason"], addendum.by, addendum.at)
    return found


def save_draft(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str, decisions: Sequence[Decision]
) -> None:
    """Keep what she has written so far, for herself alone to go on with. Raises proof.NoSuchRecord."""
    who, now = signed_in.practitioner_id, runtime.clock()
    written = {
        "role": KIND,
        "record_id": record_id,
        "by": who,
        "decisions": [asdict(one) for one in decisions],
    }
    blob = age.encrypt_to(canonical_json.canonical(written), recipients.pinned_recipients(runtime))
    with transaction(runtime.engine, write=True) as session:
        if session.get(Record, record_id) is None:
            raise authenticity.NoSuchRecord
        session.merge(
            DecisionDraft(record_id=record_id, practitioner_id=who, sealed=blob, saved_at=now)
        )
        digest = hashlib.sha256(blob).hexdigest()
        audit.append(session, runtime.keys, SAVED, who, record_id, now=now, sealed=digest)


def load_draft(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> dict[str, Decision]:
    """What she saved and did not sign yet, by flag. A draft that does not prove itself counts as none."""
    with transaction(runtime.engine, write=False) as session:
        row = session.get(DecisionDraft, (record_id, signed_in.practitioner_id))
        if row is None:
            return {}
        try:
            digest = hashlib.sha256(row.sealed).hexdigest()
            authenticity.signing_entry(session, runtime, SAVED, record_id, row.sealed, digest)
            written = json.loads(authenticity.decrypt(row.sealed, signed_in))
        except authenticity.NotAuthentic:
            return {}
    if (written["role"], written["record_id"], written["by"]) != (
        KIND,
        record_id,
        signed_in.practitioner_id,
    ):
        return {}
    return {one["code"]: Decision(**one) for one in written["decisions"]}


def sign(
    runtime: Runtime,
    signed_in: StaffIdentity,
    record_id: str,
    cautions: Sequence[SealedFlag],
    decisions: Sequence[Decision],
    name: str,
) -> str:
    """Sign these decisions about these flags of the record. Returns the id of the addendum; sending twice signs once.

    Raises NothingDecided, and what addenda.add raises.
    """
    known = {caution.code: caution for caution in cautions}
    if not decisions or not {one.code for one in decisions} <= known.keys():
        raise NothingDecided
    before = [one for one in addenda.for_record(runtime, signed_in, record_id) if one.kind == KIND]
    data = _data([known[one.code] for one in decisions], decisions)
    same = bool(before) and (before[-1].data, before[-1].by) == (data, name)
    entries = [_entry(known[one.code], one) for one in decisions]
    own = (
        before[-1].id
        if same
        else addenda.sign(
            runtime, signed_in, record_id, KIND, Content(TITLE, LEAD, entries, data, name)
        )
    )
    with transaction(runtime.engine, write=True) as session:
        mine = (
            DecisionDraft.record_id == record_id,
            DecisionDraft.practitioner_id == signed_in.practitioner_id,
        )
        session.execute(delete(DecisionDraft).where(*mine))
    return own


def _data(cautions: Sequence[SealedFlag], decisions: Sequence[Decision]) -> dict[str, Any]:
    return {
        "decisions": [
            {**asdict(decision), "level": caution.level, "rule_version": caution.version}
            for caution, decision in zip(cautions, decisions, strict=True)
        ]
    }


def _entry(caution: SealedFlag, decision: Decision) -> AddendumEntry:
    lines = [
        LabelledText("Suggested", caution.action),
        *([LabelledText("Limit", caution.limit)] if caution.limit else []),
    ]
    lines += [LabelledText("Decision", CHOICES[decision.choice])]
    lines += [LabelledText("Reason", decision.reason)] if decision.reason else []
    lines += [
        LabelledText(
            "Rule", f"{caution.code}, version {caution.version}, strength {caution.strength}"
        )
    ]
    return AddendumEntry(caution.title, caution.tag, caution.quotes, tuple(lines))
