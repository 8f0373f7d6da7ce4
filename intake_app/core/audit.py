"""The audit log: a hash chain with a MAC, written in the caller's own transaction.

hash = SHA-256(canonical JSON of seq, ts, actor, action, subject, data, prev); mac =
HMAC-SHA-256(audit key, hash). Printed heads in the PDFs anchor the chain against a cut tail (21 CFR
11.10(e) style trail; NIST FIPS 180-4, 198-1).
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from intake_app.crypto.server_keys import ServerKeys
from intake_app.models.audit import AuditEvent

GENESIS = "0" * 64
CODE = re.compile(r"[A-Za-z0-9_.:\-]{0,64}\Z")


class NotACode(ValueError):
    """Something that could be an answer or a name was about to be logged."""


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry: what a PDF prints."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds; when not, the first bad entry and why."""

    ok: bool
    count: int
    head_seq: int
    head_hash: str
    problem: str | None = None
    at_seq: int | None = None


def append(
    session: Session,
    keys: ServerKeys,
    action: str,
    actor: str,
    subject: str,
    *,
    now: datetime,
    **data: str | int | bool,
) -> AuditHead:
    """Add one entry. Values must be codes, ids or numbers; raises NotACode for anything else.

    now: server time; an entry is never older than the one before it.
    """
    for value in (action, actor, subject, *data.values()):
        if isinstance(value, str) and not CODE.match(value):
            raise NotACode("only codes, ids and numbers may be logged")
    last = _locked_head(session)
    ts = max(now, last.ts) if last else now
    seq, prev = (last.seq + 1, last.hash) if last else (1, GENESIS)
    data_json = json.dumps(data, sort_keys=True, separators=(",", ":"))
    digest = _digest(seq, ts, actor, action, subject, data_json, prev)
    session.add(
        AuditEvent(
            seq=seq,
            ts=ts,
            actor=actor,
            action=action,
            subject=subject,
            data_json=data_json,
            prev=prev,
            hash=digest,
            mac=_mac(keys, digest),
        )
    )
    session.flush()
    return AuditHead(seq, digest)


def _locked_head(session: Session) -> AuditEvent | None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7215512)"))
    return session.scalar(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1))


def verify(session: Session, keys: ServerKeys, anchor: AuditHead | None = None) -> Verdict:
    """Walk the whole chain.

    anchor: a head printed somewhere else, which the chain must still contain.
    """
    count = 0
    seq = 0
    head = GENESIS
    anchored = anchor is None
    for row in session.scalars(select(AuditEvent).order_by(AuditEvent.seq)):
        problem = _problem(row, keys, seq + 1, head)
        if problem:
            return Verdict(False, count, seq, head, problem, row.seq)
        count = count + 1
        seq = row.seq
        head = row.hash
        anchored = anchored or (anchor is not None and (anchor.seq, anchor.hash) == (seq, head))
    if not anchored and anchor is not None:
        return Verdict(
            False, count, seq, head, "the entry printed elsewhere is missing", anchor.seq
        )
    return Verdict(True, count, seq, head)


def _problem(row: AuditEvent, keys: ServerKeys, seq: int, prev: str) -> str | None:
    if row.seq != seq:
        return "an entry is missing"
    if row.prev != prev:
        return "the entry before it is not the one it follows"
    return None if is_ours(row, keys) else "it was changed, or not written by this server"


def is_ours(row: AuditEvent, keys: ServerKeys) -> bool:
    """Whether this server wrote exactly this entry."""
    digest = _digest(row.seq, row.ts, row.actor, row.action, row.subject, row.data_json, row.prev)
    return row.hash == digest and hmac.compare_digest(row.mac, _mac(keys, digest))


def _digest(
    seq: int, ts: datetime, actor: str, action: str, subject: str, data: str, prev: str
) -> str:
    entry = [seq, ts.isoformat(timespec="microseconds"), actor, action, subject, data, prev]
    return hashlib.sha256(json.dumps(entry, separators=(",", ":")).encode()).hexdigest()


def _mac(keys: ServerKeys, digest: str) -> str:
    return hmac.new(keys.audit_mac, digest.encode(), hashlib.sha256).hexdigest()
