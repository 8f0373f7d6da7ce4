"""Signing in, staying in, getting out."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from intake_app.accounts import second_factor, sessions
from intake_app.core.runtime import Runtime
from intake_app.core.throttle import TooManyTries
from intake_app.crypto import passphrase
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.staff import Practitioner, StaffSession
from intake_app.operations import scheduler
from tests.support.people import Staff, code, let_time_pass

HERE = "192.0.2.10"
At = Callable[..., Runtime]


@pytest.fixture
def at(runtime: Runtime, practice: Staff) -> At:
    """The same house, with its clock so and so long after now."""
    start = datetime.now(UTC)

    def later(**span: float) -> Runtime:
        return replace(runtime, clock=lambda: start + timedelta(**span))

    return later


def signed_in(runtime: Runtime, practice: Staff, address: str = HERE) -> str:
    """Both factors; returns the cookie of the open session."""
    waiting = sessions.pending_sign_in(
        runtime, sessions.sign_in(runtime, practice.sign_in_name, practice.passphrase, address)
    )
    assert waiting is not None
    let_time_pass(runtime.engine)
    return second_factor.verify_code(runtime, waiting, code(runtime, practice))


def actions(runtime: Runtime) -> list[str]:
    with transaction(runtime.engine, write=False) as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def test_donna_signs_in_and_holds_the_practice_key(at: At, practice: Staff) -> None:
    donna = sessions.session_from(at(), signed_in(at(), practice))
    assert donna is not None
    assert (donna.name, donna.role) == ("Donna Reyes", "owner")
    assert [key[:15] for key in donna.identities] == ["AGE-SECRET-KEY-"]


def test_neither_their_key_nor_their_cookie_shows_in_a_repr(at: At, practice: Staff) -> None:
    cookie = signed_in(at(), practice)
    shown = repr(sessions.session_from(at(), cookie))
    assert cookie not in shown
    assert "AGE-SECRET" not in shown


def test_their_sign_in_name_may_be_typed_in_any_case(at: At, practice: Staff) -> None:
    assert sessions.sign_in(at(), f" {practice.sign_in_name.upper()} ", practice.passphrase, HERE)


def test_a_wrong_passphrase_and_an_unknown_name_get_the_same_answer(
    at: At, practice: Staff
) -> None:
    with pytest.raises(sessions.WrongSignIn) as wrong:
        sessions.sign_in(at(), practice.sign_in_name, "another passphrase", HERE)
    with pytest.raises(sessions.WrongSignIn) as unknown:
        sessions.sign_in(at(), "nobody", practice.passphrase, HERE)
    assert str(wrong.value) == str(unknown.value) == ""


def test_each_sign_in_gets_a_cookie_of_its_own(at: At, practice: Staff) -> None:
    assert signed_in(at(), practice) != signed_in(at(), practice)


def test_the_database_keeps_no_cookie_and_no_open_key(at: At, practice: Staff) -> None:
    cookie = signed_in(at(), practice)
    with transaction(at().engine, write=False) as session:
        row = session.scalars(select(StaffSession)).one()
        assert cookie.encode() not in row.cookie_hash
        assert b"AGE-SECRET" not in (row.bundle or b"")


def test_a_session_ends_after_fifteen_idle_minutes(at: At, practice: Staff) -> None:
    cookie = signed_in(at(), practice)
    assert sessions.session_from(at(minutes=14.9), cookie)
    assert sessions.session_from(at(minutes=29.7), cookie)
    assert sessions.session_from(at(minutes=44.8), cookie) is None


def test_a_session_ends_after_ten_hours_however_busy(at: At, practice: Staff) -> None:
    cookie = signed_in(at(), practice)
    for quarter in range(1, 50):
        assert sessions.session_from(at(minutes=12 * quarter - 1), cookie)
    assert sessions.session_from(at(hours=10), cookie) is None


def test_it_says_how_long_they_stay_signed_in(at: At, practice: Staff) -> None:
    cookie = signed_in(at(), practice)
    donna = sessions.session_from(at(), cookie)
    assert donna is not None
    assert donna.until == at(minutes=15).clock()


def test_signing_out_ends_the_session_for_good(at: At, practice: Staff) -> None:
    cookie = signed_in(at(), practice)
    sessions.sign_out(at(), cookie)
    assert sessions.session_from(at(), cookie) is None
    sessions.sign_out(at(), cookie)
    assert actions(at())[-2:] == ["staff.signed_in", "staff.signed_out"]


def test_a_made_up_cookie_opens_nothing(at: At, practice: Staff) -> None:
    assert sessions.session_from(at(), "") is None
    assert sessions.session_from(at(), "x" * 43) is None


def test_a_disabled_account_loses_its_sessions_and_cannot_sign_in(at: At, practice: Staff) -> None:
    cookie = signed_in(at(), practice)
    with transaction(at().engine, write=True) as session:
        session.scalars(select(Practitioner)).one().disabled_at = at().clock()
    assert sessions.session_from(at(), cookie) is None
    with pytest.raises(sessions.WrongSignIn):
        signed_in(at(), practice)


def test_five_sessions_at_most_the_oldest_gives_way(at: At, practice: Staff) -> None:
    cookies = [signed_in(at(seconds=n), practice) for n in range(6)]
    with transaction(at().engine, write=False) as session:
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 5
    assert sessions.session_from(at(seconds=7), cookies[0]) is None
    assert sessions.session_from(at(seconds=7), cookies[5])


def test_one_address_may_try_five_times_a_minute(at: At, practice: Staff) -> None:
    for number in range(5):
        with pytest.raises(sessions.WrongSignIn):
            sessions.sign_in(at(), f"guess {number}", "a wrong passphrase", HERE)
    with pytest.raises(TooManyTries) as pause:
        signed_in(at(), practice)
    assert 0 < pause.value.seconds <= 60
    assert signed_in(at(), practice, address="192.0.2.99")
    assert signed_in(at(minutes=1), practice)


def test_addresses_of_one_house_count_together(at: At, practice: Staff) -> None:
    for number in range(5):
        with pytest.raises(sessions.WrongSignIn):
            sessions.sign_in(
                at(), f"guess {number}", "a wrong passphrase", f"2001:db8:0:1::{number}"
            )
    with pytest.raises(TooManyTries):
        signed_in(at(), practice, address="2001:db8:0:1:ffff::9")
    assert signed_in(at(), practice, address="2001:db8:0:2::1")


def test_the_pause_of_one_account_doubles_whoever_tries(at: At, practice: Staff) -> None:
    waits, minutes = [], 0.0
    for number in range(8):
        runtime = at(minutes=minutes)
        with pytest.raises(sessions.WrongSignIn):
            sessions.sign_in(
                runtime, practice.sign_in_name, "a wrong passphrase", f"192.0.2.{number}"
            )
        try:
            sessions.sign_in(runtime, practice.sign_in_name, "a wrong passphrase", "198.51.100.7")
        except TooManyTries as pause:
            waits.append(pause.seconds)
        except sessions.WrongSignIn:
            waits.append(0)
        minutes += 6
    assert waits[0] == 0
    assert waits[1:] == sorted(waits[1:])
    assert waits[-1] == 300


def test_the_pause_is_the_same_for_a_name_that_does_not_exist(at: At, practice: Staff) -> None:
    for number in range(3):
        with pytest.raises(sessions.WrongSignIn):
            sessions.sign_in(at(), "nobody", "a wrong passphrase", f"192.0.2.{number}")
    with pytest.raises(TooManyTries):
        sessions.sign_in(at(), "nobody", "a wrong passphrase", "192.0.2.77")


def test_signing_in_makes_the_failures_before_it_forgotten(at: At, practice: Staff) -> None:
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(sessions.WrongSignIn):
                sessions.sign_in(at(), practice.sign_in_name, "a wrong passphrase", HERE)
        assert signed_in(at(), practice)


def test_a_failure_is_logged_without_what_was_typed(at: At, practice: Staff) -> None:
    with pytest.raises(sessions.WrongSignIn):
        sessions.sign_in(at(), "my secret typed in the wrong box", "x", HERE)
    with transaction(at().engine, write=False) as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert event is not None
        assert event.action == "staff.sign_in_failed"
        assert "secret" not in f"{event.actor}{event.subject}{event.data_json}"


def test_a_passphrase_chosen_when_hashing_was_cheaper_is_made_stronger_by_signing_in(
    runtime: Runtime, practice: Staff
) -> None:
    dearer = replace(runtime, settings=replace(runtime.settings, kdf_memory_kib=128, kdf_time=2))
    for _ in range(2):
        assert sessions.session_from(dearer, signed_in(dearer, practice))
        with transaction(runtime.engine, write=False) as session:
            wrapped = session.scalars(select(Practitioner.wrapped)).one()
        assert passphrase.read_costs(wrapped) == {"memory_kib": 128, "time": 2}
    assert actions(runtime).count("passphrase.strengthened") == 1


def rows(runtime: Runtime) -> int:
    """How many sessions stand in the database."""
    with transaction(runtime.engine, write=False) as session:
        return session.scalar(select(func.count()).select_from(StaffSession)) or 0


def test_a_session_that_ran_out_is_gone_a_minute_later_though_nobody_signs_in(
    at: At, practice: Staff
) -> None:
    signed_in(at(), practice)
    scheduler.run_jobs_once(at(minutes=14))
    assert rows(at()) == 1
    scheduler.run_jobs_once(at(minutes=16))
    assert rows(at()) == 0


def test_a_busy_session_is_gone_after_ten_hours(at: At, practice: Staff) -> None:
    cookie = signed_in(at(), practice)
    for minutes in range(0, 600, 10):
        assert sessions.session_from(at(minutes=minutes), cookie)
    scheduler.run_jobs_once(at(hours=10, minutes=1))
    assert rows(at()) == 0


def test_who_never_showed_the_second_factor_leaves_nothing_after_ten_minutes(
    at: At, practice: Staff
) -> None:
    sessions.sign_in(at(), practice.sign_in_name, practice.passphrase, HERE)
    scheduler.run_jobs_once(at(minutes=9))
    assert rows(at()) == 1
    scheduler.run_jobs_once(at(minutes=11))
    assert rows(at()) == 0


def test_a_server_that_starts_ends_what_ran_out_while_it_was_off(at: At, practice: Staff) -> None:
    signed_in(at(), practice)
    begun = scheduler.Scheduler(at(minutes=16))
    until = time.monotonic() + 5  # less than the pause before the first round
    while rows(at()) and time.monotonic() < until:
        time.sleep(0.02)
    begun.stop()
    assert rows(at()) == 0
