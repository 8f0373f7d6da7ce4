"""One's own open sessions: listed, and ended one by one (OWASP ASVS 5.0 7.4.3, 7.5.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from intake_app.accounts.sessions import IDLE, LONGEST, StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import DirectoryError, decrypt_directory
from intake_app.crypto.session_box import cookie_hash
from intake_app.models.engine import transaction
from intake_app.models.staff import StaffSession


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser that is signed in. id: a hash, good for ending it and for nothing else."""

    id: str
    device: str
    since: datetime
    seen: datetime
    current: bool


def list_sessions(runtime: Runtime, me: StaffIdentity) -> tuple[OpenSession, ...]:
    """One's own sessions that are open now, the latest first."""
    now = runtime.clock()
    mine = StaffSession.practitioner_id == me.practitioner_id
    alive = (StaffSession.seen_at > now - IDLE) & (StaffSession.created_at > now - LONGEST)
    rows = (
        select(StaffSession)
        .where(mine, alive, StaffSession.stage == "open")
        .order_by(StaffSession.seen_at.desc())
    )
    with transaction(runtime.engine, write=False) as session:
        return tuple(_listed(runtime, me, row) for row in session.scalars(rows))


def end_session(runtime: Runtime, me: StaffIdentity, session_id: str) -> None:
    """End one of one's own sessions.

    One that is gone, or somebody else's, is no error and stays as it is.
    """
    with transaction(runtime.engine, write=True) as session:
        mine = select(StaffSession).where(StaffSession.practitioner_id == me.practitioner_id)
        for row in session.scalars(mine):
            if row.cookie_hash.hex() == session_id:
                session.delete(row)
                who = me.practitioner_id
                audit.append(session, runtime.keys, "session.ended", who, who, now=runtime.clock())


def _listed(runtime: Runtime, me: StaffIdentity, row: StaffSession) -> OpenSession:
    try:
        device = decrypt_directory(
            runtime.keys, f"device:{me.practitioner_id}", row.device
        ).decode()
    except DirectoryError:
        device = "A browser"
    current = row.cookie_hash == cookie_hash(me.cookie)
    return OpenSession(row.cookie_hash.hex(), device, row.created_at, row.seen_at, current)
