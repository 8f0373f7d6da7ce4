"""One's own open sessions: listed, and ended one by one (OWASP ASVS 5.0 7.4.3, 7.5.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from intake_app.accounts.sessions import IDLE, LONGEST, SignedIn
from intake_app.core import audit
from intake_app.core.runtime import House
from intake_app.crypto.server_keys import DirectoryError, open_directory
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


def listed(house: House, me: SignedIn) -> tuple[OpenSession, ...]:
    """Her own sessions that are open now, the latest first."""
    now, mine = house.clock(), StaffSession.practitioner_id == me.practitioner_id
    alive = (StaffSession.seen_at > now - IDLE) & (StaffSession.created_at > now - LONGEST)
    rows = select(StaffSession).where(mine, alive, StaffSession.stage == "open").order_by(StaffSession.seen_at.desc())
    with transaction(house.engine, write=False) as session:
        return tuple(_listed(house, me, row) for row in session.scalars(rows))


def end(house: House, me: SignedIn, session_id: str) -> None:
    """End one of her own sessions. One that is gone, or somebody else's, is no error and stays as it is."""
    with transaction(house.engine, write=True) as session:
        mine = select(StaffSession).where(StaffSession.practitioner_id == me.practitioner_id)
        for row in session.scalars(mine):
            if row.cookie_hash.hex() == session_id:
                session.delete(row)
                who = me.practitioner_id
                audit.append(session, house.keys, "session.ended", who, who, now=house.clock())


def _listed(house: House, me: SignedIn, row: StaffSession) -> OpenSession:
    try:
        device = open_directory(house.keys, f"device:{me.practitioner_id}", row.device).decode()
    except DirectoryError:
        device = "A browser"
    current = row.cookie_hash == cookie_hash(me.cookie)
    return OpenSession(row.cookie_hash.hex(), device, row.created_at, row.seen_at, current)
