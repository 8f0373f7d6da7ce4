"""What the inbox says about a record's STOPs, without opening the record.

A STOP is health data, so the app key alone must not show it: each record carries a small note sealed to the practice,
and the inbox opens the notes of the rows it shows with the keys of the therapist who looks (0.2 ms each). The note is
written once, at the signing, with its hash in the log; whether a STOP is decided stands in the signed addenda, so that
there is nothing to keep in step and nothing that could be quietly put back. The front desk has no key and sees nothing.

Of a record whose questions about today were asked again the note is too old: its flags are evaluated as its page shows
them (services.asked_again).
"""

import hashlib
import json
from collections.abc import Collection, Mapping

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core.runtime import Runtime
from intake_app.models.engine import transaction
from intake_app.records import addenda, authenticity, day_of_visit
from intake_app.records.cautions import decisions
from intake_app.records.cautions.sealed_flags import STATUS
from intake_app.records.cautions.sealed_flags import stops as stops_of

OPEN, DECIDED, UNKNOWN = "open", "decided", "unknown"


def for_records(
    runtime: Runtime,
    signed_in: StaffIdentity,
    notes: Mapping[str, bytes],
    newer: Collection[str] = (),
) -> dict[str, str]:
    """OPEN for a record with an undecided STOP, DECIDED when all are, UNKNOWN when it cannot be trusted.

    Nothing for a record without a STOP. notes: record id -> sealed note; newer: records that were asked again.
    """
    with transaction(runtime.engine, write=False) as session:
        entries = authenticity.own_entries(session, runtime, "record.signed", list(notes))
        logged = {entry.subject: json.loads(entry.data_json).get("status") for entry in entries}
    found = {}
    for one, blob in notes.items():
        try:
            noted = _noted(signed_in, one, blob, logged.get(one))
            found[one] = _said(
                runtime,
                signed_in,
                one,
                _asked_again(runtime, signed_in, one) if one in newer else noted,
            )
        except authenticity.NotAuthentic:
            found[one] = UNKNOWN
    return {one: said for one, said in found.items() if said}


def _noted(signed_in: StaffIdentity, record_id: str, blob: bytes, logged: str | None) -> list[str]:
    if hashlib.sha256(blob).hexdigest() != logged:
        raise authenticity.NotAuthentic
    told = json.loads(authenticity.decrypt(blob, signed_in))
    if (told["role"], told["record_id"]) != (STATUS, record_id):
        raise authenticity.NotAuthentic
    found: list[str] = told["stops"]
    return found


def _asked_again(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> list[str]:
    found, _ = authenticity.load_verified(runtime, signed_in, record_id)
    return stops_of(
        day_of_visit.with_day_of_visit_answers(
            found, addenda.for_record(runtime, signed_in, record_id)
        )
    )


def _said(runtime: Runtime, signed_in: StaffIdentity, record_id: str, stops: list[str]) -> str:
    if not stops:
        return ""
    decided = decisions.latest(addenda.for_record(runtime, signed_in, record_id))
    return DECIDED if set(stops) <= decided.keys() else OPEN
