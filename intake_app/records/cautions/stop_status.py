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
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core.runtime import Runtime
from intake_app.core.stored_json import MalformedValue
from intake_app.models.engine import transaction
from intake_app.records import addenda, authenticity, day_of_visit
from intake_app.records.cautions import decisions, sealed_flags
from intake_app.records.sealed.beside_evidence import StopNote

OPEN = "open"
LOWERED = "lowered"
DECIDED = "decided"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """What the inbox says of one record.

    stop: OPEN with an undecided STOP; LOWERED while the doctor's yes that lowered one is not looked
    at; DECIDED when all are; UNKNOWN when the note is not authentic; "" without any. ask_today: the
    questions about the day were never asked.
    """

    stop: str = ""
    ask_today: bool = False


def for_records(
    runtime: Runtime,
    signed_in: StaffIdentity,
    notes: Mapping[str, bytes],
    newer: Collection[str] = (),
) -> dict[str, RecordStatus]:
    """The status of these records.

    notes: record id -> sealed note; newer: records whose questions about today were asked again.
    """
    with transaction(runtime.engine, write=False) as session:
        entries = authenticity.own_entries(session, runtime, "record.signed", list(notes))
        logged = {entry.subject: json.loads(entry.data_json).get("status") for entry in entries}
    statuses = {}
    for record_id, blob in notes.items():
        try:
            note = _note(signed_in, record_id, blob, logged.get(record_id))
            if record_id in newer:
                note = _note_now(runtime, signed_in, record_id)
            statuses[record_id] = _status(runtime, signed_in, record_id, note)
        except authenticity.NotAuthentic:
            statuses[record_id] = RecordStatus(UNKNOWN)
    return statuses


def _note(signed_in: StaffIdentity, record_id: str, blob: bytes, logged: str | None) -> StopNote:
    if hashlib.sha256(blob).hexdigest() != logged:
        raise authenticity.NotAuthentic
    try:
        note = StopNote.from_json(json.loads(authenticity.decrypt(blob, signed_in)))
    except MalformedValue as error:
        raise authenticity.NotAuthentic from error
    if (note.role, note.record_id) != (sealed_flags.STATUS, record_id):
        raise authenticity.NotAuthentic
    return note


def _note_now(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> StopNote:
    """What the newest answers about today raise."""
    evidence, _ = authenticity.load_verified(runtime, signed_in, record_id)
    signed = addenda.for_record(runtime, signed_in, record_id)
    flags = day_of_visit.with_day_of_visit_answers(evidence, signed).evidence.flags
    stops = tuple(sealed_flags.stops(flags))
    lowered = tuple(sealed_flags.lowered_stops(flags))
    return StopNote(sealed_flags.STATUS, record_id, stops, lowered)


def _status(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str, note: StopNote
) -> RecordStatus:
    if not note.stops and not note.lowered:
        return RecordStatus(ask_today=note.ask_today)
    decided = decisions.latest(addenda.for_record(runtime, signed_in, record_id)).keys()
    if not set(note.stops) <= decided:
        return RecordStatus(OPEN, note.ask_today)
    if not set(note.lowered) <= decided:
        return RecordStatus(LOWERED, note.ask_today)
    return RecordStatus(DECIDED, note.ask_today)
