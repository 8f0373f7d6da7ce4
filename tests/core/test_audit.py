"""The audit log: what happened stays written, and a change is found."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from intake_app.core import audit
from intake_app.core.audit import AuditHead, NotACode
from intake_app.core.runtime import Runtime
from intake_app.models.engine import transaction

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


INSERTED = """INSERT INTO audit_event
SELECT {seq}, ts, actor, action, subject, data_json, hash, hash, mac
FROM audit_event WHERE seq = 5"""


def write(runtime: Runtime, count: int = 5) -> list[AuditHead]:
    heads = []
    for number in range(count):
        with transaction(runtime.engine, write=True) as session:
            now = NOON + timedelta(minutes=number)
            heads.append(
                audit.append(
                    session, runtime.keys, "record.viewed", "donna", f"r{number}", now=now, n=number
                )
            )
    return heads


def verdict(runtime: Runtime, anchor: AuditHead | None = None) -> audit.Verdict:
    with transaction(runtime.engine, write=False) as session:
        return audit.verify(session, runtime.keys, anchor)


def tamper(runtime: Runtime, *statements: str) -> None:
    """What somebody with the database file can do: the triggers are only words there."""
    with transaction(runtime.engine, write=True) as session:
        for what in ("UPDATE", "DELETE"):
            session.execute(text(f"DROP TRIGGER IF EXISTS audit_event_no_{what}"))
        for statement in statements:
            session.execute(text(statement))


def test_an_untouched_log_is_in_order(runtime: Runtime) -> None:
    heads = write(runtime)
    found = verdict(runtime)
    assert (found.ok, found.count, found.head_hash) == (True, 5, heads[-1].hash)


@pytest.mark.parametrize(
    ("attack", "at"),
    [
        ("UPDATE audit_event SET actor = 'rosa' WHERE seq = 3", 3),
        ("UPDATE audit_event SET data_json = '{}' WHERE seq = 2", 2),
        ("DELETE FROM audit_event WHERE seq = 2", 3),
        ("UPDATE audit_event SET mac = hash WHERE seq = 5", 5),
        ("UPDATE audit_event SET ts = '2026-11-21 12:00:00.000000' WHERE seq = 4", 4),
        (INSERTED.format(seq=6), 6),
    ],
)
def test_a_changed_removed_or_inserted_entry_is_found(
    runtime: Runtime, attack: str, at: int
) -> None:
    write(runtime)
    tamper(runtime, attack)
    found = verdict(runtime)
    assert (found.ok, found.at_seq) == (False, at)


def test_a_cut_tail_is_found_by_an_entry_printed_in_a_pdf(runtime: Runtime) -> None:
    heads = write(runtime)
    tamper(runtime, "DELETE FROM audit_event WHERE seq > 3")
    assert verdict(runtime).ok
    assert not verdict(runtime, heads[-1]).ok
    assert verdict(runtime, heads[1]).ok


def test_the_database_itself_refuses_to_change_an_entry(runtime: Runtime) -> None:
    write(runtime)
    for statement in ("UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"):
        with (
            pytest.raises(IntegrityError, match="cannot be changed"),
            transaction(runtime.engine, write=True) as session,
        ):
            session.execute(text(statement))


def test_an_entry_is_never_older_than_the_one_before(runtime: Runtime) -> None:
    write(runtime)
    with transaction(runtime.engine, write=True) as session:
        audit.append(
            session, runtime.keys, "record.viewed", "donna", "r9", now=NOON - timedelta(days=1)
        )
    assert verdict(runtime).ok


@pytest.mark.parametrize(
    "words", ["Ana Moreno", "a clot, in the leg", "x" * 65, "ana@example.com", "line\nbreak"]
)
def test_names_and_answers_cannot_get_into_the_log(runtime: Runtime, words: str) -> None:
    with transaction(runtime.engine, write=True) as session, pytest.raises(NotACode):
        audit.append(session, runtime.keys, "record.viewed", "donna", words, now=NOON)
