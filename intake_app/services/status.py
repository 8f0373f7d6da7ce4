"""What the inbox says about a record's STOPs, without opening the record.

A STOP is health data, so the app key alone must not show it: each record carries a small note sealed to the practice,
and the inbox opens the notes of the rows it shows with the keys of the therapist who looks (0.2 ms each). The note is
written once, at the signing, with its hash in the log; whether a STOP is decided stands in the signed addenda, so that
there is nothing to keep in step and nothing that could be quietly put back. The front desk has no key and sees nothing.
"""

import hashlib
import json
from collections.abc import Mapping

from intake_app.house import House
from intake_app.models.engine import transaction
from intake_app.services import addenda, decisions, proof
from intake_app.services.caution import STATUS
from intake_app.services.staff import SignedIn

OPEN, DECIDED, UNKNOWN = "open", "decided", "unknown"


def of_records(house: House, signed_in: SignedIn, notes: Mapping[str, bytes]) -> dict[str, str]:
    """OPEN for a record with an undecided STOP, DECIDED when all are, UNKNOWN when its note cannot be trusted.

    Nothing for a record without a STOP. notes: record id -> sealed note.
    """
    with transaction(house.engine, write=False) as session:
        entries = proof.entries(session, house, "record.signed", list(notes))
        logged = {entry.subject: json.loads(entry.data_json).get("status") for entry in entries}
    found = {one: _of_record(house, signed_in, one, blob, logged.get(one)) for one, blob in notes.items()}
    return {one: said for one, said in found.items() if said}


def _of_record(house: House, signed_in: SignedIn, record_id: str, blob: bytes, logged: str | None) -> str:
    try:
        if hashlib.sha256(blob).hexdigest() != logged:
            raise proof.NotAuthentic
        told = json.loads(proof.unseal(blob, signed_in))
        if (told["role"], told["record_id"]) != (STATUS, record_id):
            raise proof.NotAuthentic
        decided = decisions.latest(addenda.of_record(house, signed_in, record_id)) if told["stops"] else {}
    except proof.NotAuthentic:
        return UNKNOWN
    if not told["stops"]:
        return ""
    return DECIDED if set(told["stops"]) <= decided.keys() else OPEN
