"""Answers about today grow old after a day: when a visit asks them again, and the short form that does it.

The short form needs no old answer, so no record is opened for it: the app knows whose record it adds to, and her name
and date of birth from the directory. What she says becomes an addendum of that record (services.asked_again).
"""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import decrypt_directory
from intake_app.intake import drafts
from intake_app.intake.draft_state import DraftState
from intake_app.models.drafts import Draft
from intake_app.models.records import Record
from intake_app.models.visits import Visit
from intake_app.records.day_of_visit import is_due


def is_begun(session: Session, runtime: Runtime, draft_id: str | None) -> bool:
    """Whether this form exists and is not too old."""
    row = session.get(Draft, draft_id) if draft_id else None
    return row is not None and row.expires_at > runtime.clock()


def begin(
    session: Session, runtime: Runtime, record: Record, by: str, back: str = ""
) -> tuple[str, str]:
    """A short form that adds to this record, in the caller's transaction. Returns its id and its token.

    back: the token of her own page, when she came from there.
    """
    card = json.loads(decrypt_directory(runtime.keys, f"record:{record.id}", record.directory))
    arrival = {
        "record_id": record.id,
        "definition": record.definition_sha256,
        "signed_at": record.signed_at.isoformat(timespec="seconds"),
        "name": card["name"],
        "back": back,
    }
    state = DraftState(birth_date=card["birth_date"], arrival=arrival)
    return drafts.create_for_visit(session, runtime, state, by)


def begin_from_her_page(
    session: Session, runtime: Runtime, record_id: str, token: str
) -> tuple[str, str]:
    """The same for a client on her own page (its token). A visit that waits for these answers follows the form."""
    draft_id, own = begin(session, runtime, session.get_one(Record, record_id), "client", token)
    for visit in session.scalars(select(Visit).where(Visit.record_id == record_id)):
        if is_due(session, runtime, visit):
            visit.draft_id = draft_id
    return draft_id, own
