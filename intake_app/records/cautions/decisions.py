"""What the therapist decides about each flag of a record: drafts first, then a signed addendum.

A decision is clinical data: it is sealed from the first draft on, and the log knows only how many
there were.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit, canonical_json
from intake_app.core.runtime import Runtime
from intake_app.core.stored_json import JsonObject, MalformedValue, StoredValue
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.records import DecisionDraft, Record
from intake_app.pdf.addendum_document import AddendumEntry
from intake_app.pdf.safety_card import LabelledText
from intake_app.records import addenda, authenticity, day_of_visit
from intake_app.records.addenda import Content, SignedAddendum
from intake_app.records.cautions.sealed_flags import CHOICES, Decided, SealedFlag
from intake_app.records.sealed.addendum import SignedDecision, SignedDecisions

KIND = "decisions"
SAVED = "decisions.saved"
NEEDS_REASON = ("adapted", "not_relevant")
TITLE = "Decisions on the caution sheet"
LEAD = (
    "Flags are prompts, not verdicts: the therapist decided about each one below. "
    "The same answers always raise the same flags."
)


class NothingDecided(Exception):
    """There is no decision to sign, or one about something that this record does not ask."""


@dataclass(frozen=True, slots=True)
class Decision(StoredValue):
    """What is decided about one flag.

    choice: a code of CHOICES, "" while open. reason: needed unless followed.
    """

    code: str
    choice: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnsignedDecisions(StoredValue):
    """What a therapist has written so far about the flags of a record. by: their id."""

    role: str
    record_id: str
    by: str
    decisions: tuple[Decision, ...]


def latest(signed: Iterable[SignedAddendum]) -> dict[str, Decided]:
    """The decision that counts about each flag.

    signed: the addenda of one record, the first one first.

    One about a flag that looks at today's answers counts until these are asked again.
    """
    counting: dict[str, Decided] = {}
    for addendum in signed:
        if addendum.kind == day_of_visit.KIND:
            for code in day_of_visit.reopened_flags(addendum):
                counting.pop(code, None)
        elif addendum.kind == KIND:
            counting |= _decisions_in(addendum)
    return counting


def _decisions_in(addendum: SignedAddendum) -> dict[str, Decided]:
    return {
        decision.code: Decided(decision.choice, decision.reason, addendum.by, addendum.at)
        for decision in SignedDecisions.from_json(addendum.data).decisions
    }


def save_draft(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str, decisions: Sequence[Decision]
) -> None:
    """Store what the therapist has written so far, for them alone to go on with.

    Raises authenticity.NoSuchRecord.
    """
    author = signed_in.practitioner_id
    now = runtime.clock()
    written = UnsignedDecisions(KIND, record_id, author, tuple(decisions))
    plain = canonical_json.canonical(written.to_json())
    blob = age.encrypt_to(plain, recipients.pinned_recipients(runtime))
    with transaction(runtime.engine, write=True) as session:
        if session.get(Record, record_id) is None:
            raise authenticity.NoSuchRecord
        session.merge(
            DecisionDraft(record_id=record_id, practitioner_id=author, sealed=blob, saved_at=now)
        )
        digest = hashlib.sha256(blob).hexdigest()
        audit.append(session, runtime.keys, SAVED, author, record_id, now=now, sealed=digest)


def load_draft(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> dict[str, Decision]:
    """What the therapist saved and did not sign yet, by flag.

    A draft that does not prove itself counts as none.
    """
    with transaction(runtime.engine, write=False) as session:
        row = session.get(DecisionDraft, (record_id, signed_in.practitioner_id))
        if row is None:
            return {}
        try:
            digest = hashlib.sha256(row.sealed).hexdigest()
            authenticity.signing_entry(session, runtime, SAVED, record_id, row.sealed, digest)
            plain = authenticity.decrypt(row.sealed, signed_in)
            written = UnsignedDecisions.from_json(json.loads(plain))
        except (authenticity.NotAuthentic, MalformedValue):
            return {}
    header = (written.role, written.record_id, written.by)
    if header != (KIND, record_id, signed_in.practitioner_id):
        return {}
    return {decision.code: decision for decision in written.decisions}


def sign(
    runtime: Runtime,
    signed_in: StaffIdentity,
    record_id: str,
    cautions: Sequence[SealedFlag],
    decisions: Sequence[Decision],
    name: str,
) -> str:
    """Sign these decisions about these flags of the record. Returns the id of the addendum.

    Sending twice signs once. Raises NothingDecided, and what addenda.sign raises.
    """
    content = _content(cautions, decisions, name)
    addendum_id = _signed_before(runtime, signed_in, record_id, content)
    if addendum_id is None:
        addendum_id = addenda.sign(runtime, signed_in, record_id, KIND, content)
    with transaction(runtime.engine, write=True) as session:
        own_draft = (
            DecisionDraft.record_id == record_id,
            DecisionDraft.practitioner_id == signed_in.practitioner_id,
        )
        session.execute(delete(DecisionDraft).where(*own_draft))
    return addendum_id


def _content(cautions: Sequence[SealedFlag], decisions: Sequence[Decision], name: str) -> Content:
    """What the addendum says. Raises NothingDecided."""
    flags = {caution.code: caution for caution in cautions}
    if not decisions or not {decision.code for decision in decisions} <= flags.keys():
        raise NothingDecided
    data = _data([flags[decision.code] for decision in decisions], decisions)
    entries = [_entry(flags[decision.code], decision) for decision in decisions]
    return Content(TITLE, LEAD, entries, data, name)


def _signed_before(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str, content: Content
) -> str | None:
    """The id of the last decisions of this record, when they say the same under the same name."""
    signed = addenda.for_record(runtime, signed_in, record_id)
    last = next((addendum for addendum in reversed(signed) if addendum.kind == KIND), None)
    if last is None or (last.data, last.by) != (content.data, content.name):
        return None
    return last.id


def _data(cautions: Sequence[SealedFlag], decisions: Sequence[Decision]) -> JsonObject:
    signed = (
        SignedDecision(
            code=decision.code,
            choice=decision.choice,
            reason=decision.reason,
            level=caution.level,
            rule_version=caution.version,
        )
        for caution, decision in zip(cautions, decisions, strict=True)
    )
    return SignedDecisions(tuple(signed)).to_json()


def _entry(caution: SealedFlag, decision: Decision) -> AddendumEntry:
    rule = f"{caution.code}, version {caution.version}, strength {caution.strength}"
    lines = [LabelledText("Suggested", caution.action)]
    if caution.limit:
        lines.append(LabelledText("Limit", caution.limit))
    lines.append(LabelledText("Decision", CHOICES[decision.choice]))
    if decision.reason:
        lines.append(LabelledText("Reason", decision.reason))
    lines.append(LabelledText("Rule", rule))
    return AddendumEntry(caution.title, caution.tag, caution.quotes, tuple(lines))
