"""The second factor: without it a passphrase opens nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from intake_app.accounts import members, second_factor, sessions
from intake_app.accounts.sessions import PendingSignIn
from intake_app.core.runtime import Runtime
from intake_app.core.throttle import TooManyTries
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.staff import RecoveryCode, SecondFactor
from tests.support.people import Staff, code

HERE = "192.0.2.10"
At = Callable[..., Runtime]


@pytest.fixture
def at(runtime: Runtime, practice: Staff) -> At:
    """The same house, with its clock so and so long after now."""
    start = datetime.now(UTC)
    return lambda **span: replace(runtime, clock=lambda: start + timedelta(**span))


def waiting(runtime: Runtime, who: Staff, address: str = HERE) -> PendingSignIn:
    """Their passphrase was right."""
    found = sessions.pending_sign_in(
        runtime, sessions.sign_in(runtime, who.sign_in_name, who.passphrase, address)
    )
    assert found is not None
    return found


def last_action(runtime: Runtime) -> AuditEvent:
    with transaction(runtime.engine, write=False) as session:
        return session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()


def test_after_the_passphrase_alone_nothing_is_open(at: At, practice: Staff) -> None:
    half = waiting(at(), practice)
    assert half.stage == "factor"
    assert sessions.session_from(at(), half.cookie) is None


def test_the_code_opens_a_session_under_a_new_cookie(at: At, practice: Staff) -> None:
    half = waiting(at(), practice)
    cookie = second_factor.verify_code(at(), half, code(at(), practice))
    assert cookie != half.cookie
    assert sessions.session_from(at(), cookie)
    assert sessions.pending_sign_in(at(), half.cookie) is None


def test_a_code_counts_once_also_for_somebody_who_saw_it(at: At, practice: Staff) -> None:
    seen = code(at(), practice)
    second_factor.verify_code(at(), waiting(at(), practice), seen)
    with pytest.raises(second_factor.WrongFactorCode):
        second_factor.verify_code(at(), waiting(at(), practice), seen)


def test_a_phone_may_be_half_a_minute_early_or_late_and_no_more(at: At, practice: Staff) -> None:
    for seconds, good in [(-61, False), (-30, True), (30, True), (61, False)]:
        runtime = at(minutes=10 * (seconds + 100))
        typed = code(
            replace(runtime, clock=lambda h=runtime, s=seconds: h.clock() + timedelta(seconds=s)),
            practice,
        )
        if good:
            assert second_factor.verify_code(runtime, waiting(runtime, practice), typed)
        else:
            with pytest.raises(second_factor.WrongFactorCode):
                second_factor.verify_code(runtime, waiting(runtime, practice), typed)


def test_spaces_in_a_code_do_not_matter(at: At, practice: Staff) -> None:
    typed = code(at(), practice)
    assert second_factor.verify_code(at(), waiting(at(), practice), f" {typed[:3]} {typed[3:]} ")


@pytest.mark.parametrize("typed", ["", "000", "abcdef", "1234567", "é" * 6, "x" * 16])
def test_anything_else_is_refused_and_logged(at: At, practice: Staff, typed: str) -> None:
    half = waiting(at(), practice)
    with pytest.raises(second_factor.WrongFactorCode):
        second_factor.verify_code(at(), half, typed)
    assert last_action(at()).action == "factor.failed"
    assert typed not in last_action(at()).data_json or not typed


def test_guessing_codes_meets_growing_pauses(at: At, practice: Staff) -> None:
    half = waiting(at(), practice)
    for _ in range(3):
        with pytest.raises(second_factor.WrongFactorCode):
            second_factor.verify_code(at(), half, "000000")
    with pytest.raises(TooManyTries):
        second_factor.verify_code(at(), half, code(at(), practice))


def test_the_page_between_waits_ten_minutes(at: At, practice: Staff) -> None:
    half = waiting(at(), practice)
    assert sessions.pending_sign_in(at(minutes=9.9), half.cookie)
    assert sessions.pending_sign_in(at(minutes=10), half.cookie) is None


def test_whoever_has_no_second_factor_must_set_one_up_and_gets_ten_codes(
    at: At, practice: Staff
) -> None:
    donna = members.list_members(at())[0]
    members.reset_factor(at(), "operator", donna.id)
    half = waiting(at(), practice)
    assert half.stage == "enrol"
    seed = second_factor.new_seed()
    with pytest.raises(second_factor.WrongFactorCode):
        second_factor.enrol(at(), half, seed, "000000")
    cookie, codes = second_factor.enrol(at(), half, seed, pyotp.TOTP(seed).at(at().clock()))
    assert sessions.session_from(at(), cookie)
    assert len(set(codes)) == 10


def test_a_recovery_code_works_once_in_any_writing(runtime: Runtime, practice: Staff) -> None:
    half = waiting(runtime, practice)
    with transaction(runtime.engine, write=True) as session:
        codes = second_factor.new_recovery_codes(session, runtime, half.practitioner_id)
    assert sessions.session_from(
        runtime, second_factor.verify_code(runtime, half, codes[0].upper().replace("-", " "))
    )
    with pytest.raises(second_factor.WrongFactorCode):
        second_factor.verify_code(runtime, waiting(runtime, practice), codes[0])
    assert second_factor.verify_code(runtime, waiting(runtime, practice), codes[1])


def test_neither_seed_nor_recovery_code_lies_readable_in_the_database(
    runtime: Runtime, practice: Staff
) -> None:
    half = waiting(runtime, practice)
    with transaction(runtime.engine, write=True) as session:
        codes = second_factor.new_recovery_codes(session, runtime, half.practitioner_id)
    with transaction(runtime.engine, write=False) as session:
        kept = b"".join(
            [
                *session.scalars(select(SecondFactor.secret)),
                *session.scalars(select(RecoveryCode.code_hash)),
            ]
        )
    assert practice.seed.encode() not in kept
    assert not any(
        code.replace("-", "").encode() in kept or code.encode() in kept for code in codes
    )


def test_a_seed_that_is_not_proven_yet_is_good_for_one_person_only(runtime: Runtime) -> None:
    packed = second_factor.pack_seed(runtime, "donna", "SEED")
    assert second_factor.unpack_seed(runtime, "donna", packed) == "SEED"
    assert second_factor.unpack_seed(runtime, "rosa", packed) is None
    assert second_factor.unpack_seed(runtime, "donna", "nonsense") is None
