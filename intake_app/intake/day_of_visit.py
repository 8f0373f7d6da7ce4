"""Answers about today grow old after a day: the short form that asks them again.

The short form needs no old answer, so no record is opened for it: the app knows whose record it
adds to, and name and date of birth from the directory. The answers become an addendum of that
record (intake.day_of_visit_signing).
"""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import decrypt_directory
from intake_app.intake import drafts
from intake_app.intake.draft_parts import DayOfVisitReference
from intake_app.intake.draft_state import DraftState
from intake_app.models.drafts import Draft
from intake_app.models.records import Record
from intake_app.models.visits import Visit
from intake_app.records.day_of_visit import is_due
from intake_app.records.sealed.beside_evidence import DirectoryEntry


def is_begun(session: Session, runtime: Runtime, draft_id: str | None) -> bool:
    """Whether this form exists and is not too old."""
    row = session.get(Draft, draft_id) if draft_id else None
    return row is not None and row.expires_at > runtime.clock()


def begin(
    session: Session, runtime: Runtime, record: Record, by: str, client_page_token: str = ""
) -> tuple[str, str]:
    """A short form that adds to this record, in the caller's transaction.

    client_page_token: of the client's own page, when they came from there. Returns id and token.
    """
    plain = decrypt_directory(runtime.keys, f"record:{record.id}", record.directory)
    directory = DirectoryEntry.from_json(json.loads(plain))
    reference = DayOfVisitReference(
        record_id=record.id,
        definition_sha256=record.definition_sha256,
        signed_at=record.signed_at.isoformat(timespec="seconds"),
        client_name=directory.name,
        client_page_token=client_page_token,
    )
    state = DraftState(birth_date=directory.birth_date, day_of_visit=reference)
    return drafts.create_for_visit(session, runtime, state, by)


def begin_from_client_page(
    session: Session, runtime: Runtime, record_id: str, token: str
) -> tuple[str, str]:
    """The same for a client on their own page. A visit that waits for these answers gets the form.

    token: of the client's page.
    """
    draft_id, draft_token = begin(
        session, runtime, session.get_one(Record, record_id), "client", token
    )
    for visit in session.scalars(select(Visit).where(Visit.record_id == record_id)):
        if is_due(session, runtime, visit):
            visit.draft_id = draft_id
    return draft_id, draft_token
