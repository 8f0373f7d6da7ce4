"""What the inbox says about a record's STOPs, without opening the record.

A STOP is health data, so the app key alone must not show it: each record carries a small note
sealed to the practice, and the inbox opens the notes of the rows it shows with the keys of the
therapist who looks (0.2 ms each). The note is written once, at the signing, with its hash in the
log; whether a STOP is decided stands in the signed addenda, so that there is nothing to keep in
step and nothing that could be quietly put back. The front desk has no key and sees nothing.

Of a record whose questions about today were asked again the note is too old: its flags are
evaluated as its page shows them (records.day_of_visit).
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core.runtime import Runtime
from intake_app.core.stored_json import MalformedValue
from intake_app.models.engine import transaction
from intake_app.records import addenda, authenticity, day_of_visit
from intake_app.records.cautions import decisions, sealed_flags
from intake_app.records.sealed.beside_evidence import StopNote

OPEN = "open"
DECIDED = "decided"
UNKNOWN = "unknown"


def for_records(
    runtime: Runtime,
    signed_in: StaffIdentity,
    notes: Mapping[str, bytes],
    newer: Collection[str] = (),
) -> dict[str, str]:
    """OPEN for a record with an undecided STOP, DECIDED when all are, UNKNOWN when not authentic.

    Nothing for a record without a STOP. notes: record id -> sealed note; newer: records whose
    questions about today were asked again.
    """
    with transaction(runtime.engine, write=False) as session:
        entries = authenticity.own_entries(session, runtime, "record.signed", list(notes))
        logged = {entry.subject: json.loads(entry.data_json).get("status") for entry in entries}
    statuses = {}
    for record_id, note in notes.items():
        try:
            stops = _stops_in_note(signed_in, record_id, note, logged.get(record_id))
            if record_id in newer:
                stops = _stops_now(runtime, signed_in, record_id)
            statuses[record_id] = _status(runtime, signed_in, record_id, stops)
        except authenticity.NotAuthentic:
            statuses[record_id] = UNKNOWN
    return {record_id: status for record_id, status in statuses.items() if status}


def _stops_in_note(
    signed_in: StaffIdentity, record_id: str, blob: bytes, logged: str | None
) -> Sequence[str]:
    if hashlib.sha256(blob).hexdigest() != logged:
        raise authenticity.NotAuthentic
    try:
        note = StopNote.from_json(json.loads(authenticity.decrypt(blob, signed_in)))
    except MalformedValue as error:
        raise authenticity.NotAuthentic from error
    if (note.role, note.record_id) != (sealed_flags.STATUS, record_id):
        raise authenticity.NotAuthentic
    return note.stops


def _stops_now(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> list[str]:
    """The STOPs that the newest answers about today raise."""
    evidence, _ = authenticity.load_verified(runtime, signed_in, record_id)
    signed = addenda.for_record(runtime, signed_in, record_id)
    current = day_of_visit.with_day_of_visit_answers(evidence, signed)
    return sealed_flags.stops(current.evidence.flags)


def _status(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str, stops: Sequence[str]
) -> str:
    if not stops:
        return ""
    decided = decisions.latest(addenda.for_record(runtime, signed_in, record_id))
    return DECIDED if set(stops) <= decided.keys() else OPEN
