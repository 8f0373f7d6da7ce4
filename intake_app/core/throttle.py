"""Slowing down guessers: so many tries in so much time, and growing pauses for one account.

Nobody is ever locked out for good (OWASP ASVS 5.0 6.1.1, 6.3.1). The counters live in the database,
so that every server process sees the same ones, under keyed hashes, so that they name no person and
no address.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake_app.core.runtime import Runtime
from intake_app.models.attempts import Attempt
from intake_app.models.engine import transaction

FORGET_AFTER = timedelta(days=1)


class TooManyTries(Exception):
    """The caller must wait; `seconds` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many tries")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class PerTime:
    """At most `tries` in each `span`."""

    tries: int
    span: timedelta

    def is_new_round(self, row: Attempt, now: datetime) -> bool:
        """Whether the row's count belongs to a span that is over."""
        return now >= row.since + self.span

    def pause_until(self, row: Attempt, now: datetime) -> datetime:
        """When the next try is allowed, after the one just counted."""
        return row.since + self.span if row.tries >= self.tries else now


@dataclass(frozen=True, slots=True)
class Growing:
    """The first `free` tries at once, then a pause that doubles each time, up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def is_new_round(self, row: Attempt, now: datetime) -> bool:
        """Whether the last try is so long ago that it no longer counts."""
        return now >= row.until + FORGET_AFTER

    def pause_until(self, row: Attempt, now: datetime) -> datetime:
        """When the next try is allowed, after the one just counted."""
        if row.tries < self.free:
            return now
        doublings = min(row.tries - self.free, 16)
        return now + min(self.first * (1 << doublings), self.longest)


MINUTE = timedelta(minutes=1)
RULES: dict[str, PerTime | Growing] = {
    "start": PerTime(20, MINUTE),
    "birth": PerTime(5, timedelta(hours=1)),
    "wish": PerTime(30, timedelta(hours=1)),
    "setup": PerTime(5, MINUTE),
    "sign-in": PerTime(5, MINUTE),
    "join": PerTime(5, MINUTE),
    "kiosk-birth": PerTime(5, timedelta(minutes=10)),
    "pin": Growing(3, timedelta(seconds=30), timedelta(hours=1)),
    "recovery": PerTime(5, MINUTE),
    "factor": Growing(3, timedelta(seconds=5), timedelta(minutes=5)),
    "account": Growing(3, timedelta(seconds=5), timedelta(minutes=5)),
}


def check(runtime: Runtime, kind: str, who: str) -> None:
    """Go on only when no pause lasts. who: a network address, an account, a draft.

    Raises TooManyTries.
    """
    with transaction(runtime.engine, write=False) as session:
        _refuse_in_pause(session.get(Attempt, _key(runtime, kind, who)), runtime.clock())


def record_failure(runtime: Runtime, kind: str, who: str) -> None:
    """Count a try that failed."""
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        _count(RULES[kind], _locked_row(session, _key(runtime, kind, who), now), now)


def consume(runtime: Runtime, kind: str, who: str) -> None:
    """Check and count in one, before anything slow: parallel guesses cannot slip through.

    Raises TooManyTries, without counting, while a pause lasts.
    """
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        row = _locked_row(session, _key(runtime, kind, who), now)
        _refuse_in_pause(row, now)
        _count(RULES[kind], row, now)


def reset(runtime: Runtime, kind: str, who: str) -> None:
    """The right person came: forget the count."""
    with transaction(runtime.engine, write=True) as session:
        session.execute(delete(Attempt).where(Attempt.key == _key(runtime, kind, who)))


def _refuse_in_pause(row: Attempt | None, now: datetime) -> None:
    if (
        row is not None and row.since <= now < row.until
    ):  # begun in the future: the clock was put back
        raise TooManyTries(ceil((row.until - now).total_seconds()))


def _locked_row(session: Session, key: bytes, now: datetime) -> Attempt:
    """The counter, made when it is missing, and held until the transaction ends."""
    session.execute(delete(Attempt).where(Attempt.until < now - FORGET_AFTER))
    row = session.get(Attempt, key, with_for_update=True)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            row = Attempt(key=key, tries=0, since=now, until=now)
            session.add(row)
        return row
    except IntegrityError:  # another process made it in between (PostgreSQL)
        return session.get_one(Attempt, key, with_for_update=True)


def _count(rule: PerTime | Growing, row: Attempt, now: datetime) -> None:
    if rule.is_new_round(row, now) or row.since > now:
        row.tries = 0
        row.since = now
    row.tries += 1
    row.until = rule.pause_until(row, now)


def network(who: str) -> str:
    """An IPv6 address counts by its /64, for one house owns that many; all else as it is."""
    try:
        address = ipaddress.ip_address(who)
    except ValueError:
        return who
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else who


def _key(runtime: Runtime, kind: str, who: str) -> bytes:
    return hmac.new(
        runtime.keys.pepper, f"attempt:{kind}:{network(who)}".encode(), hashlib.sha256
    ).digest()
