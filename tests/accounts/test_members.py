"""Joining, helping each other, leaving: nobody learns another's passphrase,
and keys follow the person.
"""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from intake_app.accounts import (
    credentials,
    members,
    second_factor,
    session_list,
    sessions,
)
from intake_app.core.runtime import Runtime
from intake_app.core.throttle import TooManyTries
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.staff import Invitation, KeyGrant, Practitioner, SecondFactor, StaffSession
from tests.support import people
from tests.support.people import DONNA, DORA, ROSA, Account, Staff, enter, hire, let_time_pass

HERE = "192.0.2.10"
NEW = "a garden gate with ivy"


def later(runtime: Runtime, **span: float) -> Runtime:
    moment = datetime.now(UTC) + timedelta(**span)
    return replace(runtime, clock=lambda: moment)


def actions(runtime: Runtime) -> list[str]:
    with transaction(runtime.engine, write=False) as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def person(runtime: Runtime, who: Account) -> members.Member:
    return next(
        one for one in members.list_members(runtime) if one.sign_in_name == who.sign_in_name
    )


def sealed_record(runtime: Runtime) -> bytes:
    """Something that was sealed to the practice."""
    return age.encrypt_to(b"a record", recipients.pinned_recipients(runtime))


def works(runtime: Runtime, who: Account, passphrase: str) -> bool:
    """Whether they get in with this passphrase and their usual phone."""
    try:
        let_time_pass(runtime.engine)
        people.enter(runtime, replace(who, passphrase=passphrase))
    except sessions.WrongSignIn:
        return False
    return True


def test_a_colleague_joins_with_a_code_and_reads_what_was_sealed_before(
    runtime: Runtime, practice: Staff
) -> None:
    blob = sealed_record(runtime)
    hire(runtime, ROSA)
    rosa = enter(runtime, ROSA)
    assert (rosa.name, rosa.role) == ("Rosa Lindqvist", "therapist")
    assert age.decrypt_with(blob, rosa.identities) == b"a record"


def test_the_desk_joins_and_holds_no_key(runtime: Runtime, practice: Staff) -> None:
    hire(runtime, DORA)
    assert enter(runtime, DORA).identities == ()
    dora = person(runtime, DORA)
    with transaction(runtime.engine, write=False) as session:
        row = session.get_one(Practitioner, dora.id)
        assert row.recipient is None
        assert session.scalars(select(KeyGrant).where(KeyGrant.holder == dora.id)).all() == []
        assert sessions.unwrap_key(runtime, row, DORA.passphrase) == b""


def test_a_code_works_once_and_for_a_day(runtime: Runtime, practice: Staff) -> None:
    code = members.invite(runtime, enter(runtime), "Rosa", "therapist")
    assert members.invited(later(runtime, hours=23), code, HERE) == members.Invited(
        "Rosa", "therapist", True
    )
    with pytest.raises(members.WrongInvitation):
        members.invited(later(runtime, hours=24, minutes=1), code, "192.0.2.9")
    members.join(runtime, code, "rosa", NEW, HERE)
    with pytest.raises(members.WrongInvitation):
        members.join(runtime, code, "rosa2", NEW, "192.0.2.11")


def test_codes_can_be_guessed_five_times_a_minute(runtime: Runtime, practice: Staff) -> None:
    code = members.invite(runtime, enter(runtime), "Rosa", "therapist")
    for _ in range(5):
        with pytest.raises(members.WrongInvitation):
            members.invited(runtime, "guess", HERE)
    with pytest.raises(TooManyTries):
        members.invited(runtime, code, HERE)


def test_the_database_and_the_app_key_open_no_invitation(runtime: Runtime, practice: Staff) -> None:
    donna = enter(runtime)
    code = members.invite(runtime, donna, "Rosa", "therapist")
    with transaction(runtime.engine, write=False) as session:
        row = session.scalars(select(Invitation)).one()
        kept = (row.box or b"") + row.code_hash
    assert code.encode() not in kept
    assert not any(key.encode() in kept for key in donna.identities)


def test_a_desk_invitation_made_into_a_therapists_gives_no_key(
    runtime: Runtime, practice: Staff
) -> None:
    code = members.invite(runtime, enter(runtime), "Dora", "desk")
    with transaction(runtime.engine, write=True) as session:
        session.scalars(select(Invitation)).one().role = "therapist"
    members.join(runtime, code, "dora", NEW, HERE)
    with transaction(runtime.engine, write=False) as session:
        dora = session.scalars(
            select(Practitioner).where(Practitioner.sign_in_name == "dora")
        ).one()
        assert session.scalars(select(KeyGrant).where(KeyGrant.holder == dora.id)).all() == []


def test_two_people_cannot_have_one_sign_in_name(runtime: Runtime, practice: Staff) -> None:
    code = members.invite(runtime, enter(runtime), "Rosa", "therapist")
    with pytest.raises(members.SignInNameTaken):
        members.join(runtime, code, " DONNA ", NEW, HERE)
    members.join(runtime, code, "rosa", NEW, HERE)


def test_a_colleague_mends_a_forgotten_passphrase_and_the_second_factor_stays(
    runtime: Runtime, practice: Staff
) -> None:
    blob = sealed_record(runtime)
    hire(runtime, ROSA)
    rosa = person(runtime, ROSA)
    code = members.invite_back(runtime, enter(runtime), rosa.id)
    assert works(runtime, ROSA, ROSA.passphrase)
    assert not members.invited(runtime, code, HERE).is_new
    members.join(runtime, code, "", NEW, HERE)
    assert not works(runtime, ROSA, ROSA.passphrase)
    let_time_pass(runtime.engine)
    mended = people.enter(runtime, replace(ROSA, passphrase=NEW))
    assert age.decrypt_with(blob, mended.identities) == b"a record"
    assert "passphrase.mended" in actions(runtime)


def test_the_recovery_sheet_gives_a_new_passphrase_and_every_record_and_not_the_second_factor(
    runtime: Runtime, practice: Staff
) -> None:
    blob = sealed_record(runtime)
    before = enter(runtime)
    typed = " ".join(practice.recovery.removeprefix("AGE-SECRET-KEY-1").lower())
    credentials.recover(runtime, "Donna", typed, NEW, HERE)
    assert sessions.session_from(runtime, before.cookie) is None
    assert not works(runtime, DONNA, DONNA.passphrase)
    half = sessions.pending_sign_in(runtime, sessions.sign_in(runtime, "donna", NEW, HERE))
    assert half is not None
    assert half.stage == "factor"
    let_time_pass(runtime.engine)
    donna = sessions.session_from(
        runtime, second_factor.verify_code(runtime, half, people.code(runtime, DONNA))
    )
    assert donna is not None
    assert age.decrypt_with(blob, donna.identities) == b"a record"


def test_another_sheet_another_name_or_the_desk_recover_nothing(
    runtime: Runtime, practice: Staff
) -> None:
    hire(runtime, DORA)
    other, _ = age.new_identity()
    tries = [
        ("donna", other),
        ("donna", "nonsense"),
        ("nobody", practice.recovery),
        ("dora", practice.recovery),
    ]
    for number, (name, paper) in enumerate(tries):
        with pytest.raises(credentials.WrongSheet):
            credentials.recover(runtime, name, paper, NEW, f"192.0.2.{number}")


def test_they_change_their_passphrase_and_every_other_device_is_out(
    runtime: Runtime, practice: Staff
) -> None:
    elsewhere, here = enter(runtime), enter(runtime)
    with pytest.raises(credentials.PassphraseNotConfirmed):
        credentials.change_passphrase(runtime, here, "not theirs", NEW)
    cookie = credentials.change_passphrase(runtime, here, DONNA.passphrase, NEW)
    assert sessions.session_from(runtime, elsewhere.cookie) is None
    assert sessions.session_from(runtime, here.cookie) is None
    assert sessions.session_from(runtime, cookie)
    assert works(runtime, DONNA, NEW)
    assert not works(runtime, DONNA, DONNA.passphrase)


def test_a_closed_account_has_no_session_no_lock_and_no_key_left(
    runtime: Runtime, practice: Staff
) -> None:
    hire(runtime, ROSA)
    rosa = enter(runtime, ROSA)
    members.invite_back(runtime, rosa, rosa.practitioner_id)
    members.close_account(runtime, enter(runtime), rosa.practitioner_id)
    assert sessions.session_from(runtime, rosa.cookie) is None
    assert not works(runtime, ROSA, ROSA.passphrase)
    with transaction(runtime.engine, write=False) as session:
        row = session.get_one(Practitioner, rosa.practitioner_id)
        assert (row.wrapped, row.recipient) == (b"", None)
        assert (
            session.scalar(
                select(func.count()).select_from(KeyGrant).where(KeyGrant.holder == row.id)
            )
            == 0
        )
        for table in (StaffSession, SecondFactor, Invitation):
            mine = select(func.count()).select_from(table).where(table.practitioner_id == row.id)
            assert session.scalar(mine) == 0


GHOST = Account(
    "Gail Ghost", "owner", "gail", "three copper bells at dusk", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"
)


def test_an_invitation_made_by_a_closed_account_is_none(runtime: Runtime, practice: Staff) -> None:
    hire(runtime, GHOST)
    gail, rosa = enter(runtime, GHOST), hire(runtime, ROSA)
    new = members.invite(runtime, gail, "Accomplice", "owner")
    back = members.invite_back(runtime, gail, person(runtime, ROSA).id)
    members.close_account(runtime, enter(runtime), gail.practitioner_id)
    for code in (new, back):
        with pytest.raises(members.WrongInvitation):
            members.join(runtime, code, "accomplice", NEW, HERE)
    assert works(runtime, ROSA, rosa.passphrase)


def test_an_account_closed_while_its_request_was_under_way_does_nothing(
    runtime: Runtime, practice: Staff
) -> None:
    hire(runtime, GHOST), hire(runtime, ROSA)
    donna, gail, rosa = enter(runtime), enter(runtime, GHOST), person(runtime, ROSA)
    members.close_account(runtime, donna, gail.practitioner_id)
    before = actions(runtime)
    for act in (
        lambda: members.invite(runtime, gail, "Accomplice", "owner"),
        lambda: members.invite_back(runtime, gail, rosa.id),
        lambda: members.close_account(runtime, gail, rosa.id),
        lambda: members.reset_factor(runtime, gail.practitioner_id, rosa.id),
    ):
        with pytest.raises(credentials.NoSuchPerson):
            act()
    assert actions(runtime) == before


def test_two_owners_cannot_close_each_other(runtime: Runtime, practice: Staff) -> None:
    hire(runtime, GHOST)
    donna, gail = enter(runtime), enter(runtime, GHOST)
    start, refused = threading.Barrier(2), []

    def close(me: sessions.StaffIdentity, other: sessions.StaffIdentity) -> None:
        start.wait()
        try:
            members.close_account(runtime, me, other.practitioner_id)
        except credentials.NoSuchPerson:
            refused.append(me.name)

    both = [threading.Thread(target=close, args=pair) for pair in ((donna, gail), (gail, donna))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    closed = [one.name for one in members.list_members(runtime) if one.disabled_at]
    assert len(closed) == 1 and closed == refused


def test_nobody_closes_their_own_account_or_one_that_is_closed(
    runtime: Runtime, practice: Staff
) -> None:
    donna = enter(runtime)
    hire(runtime, ROSA)
    rosa = person(runtime, ROSA)
    with pytest.raises(credentials.NoSuchPerson):
        members.close_account(runtime, donna, donna.practitioner_id)
    members.close_account(runtime, donna, rosa.id)
    for act in (members.close_account, members.invite_back):
        with pytest.raises(credentials.NoSuchPerson):
            act(runtime, donna, rosa.id)


def test_sessions_are_listed_with_their_device_and_ended_one_by_one(
    runtime: Runtime, practice: Staff
) -> None:
    phone, desk = enter(runtime), enter(runtime)
    found = session_list.list_sessions(runtime, desk)
    assert [one.current for one in found].count(True) == 1
    other = next(one for one in found if not one.current)
    session_list.end_session(runtime, desk, other.id)
    assert sessions.session_from(runtime, phone.cookie) is None
    assert sessions.session_from(runtime, desk.cookie)


def test_nobody_ends_the_session_of_somebody_else(runtime: Runtime, practice: Staff) -> None:
    hire(runtime, ROSA)
    donna, rosa = enter(runtime), enter(runtime, ROSA)
    session_list.end_session(runtime, rosa, session_list.list_sessions(runtime, donna)[0].id)
    assert sessions.session_from(runtime, donna.cookie)


def test_the_passphrase_typed_again_counts_for_five_minutes(
    runtime: Runtime, practice: Staff
) -> None:
    donna = enter(runtime)
    soon = sessions.session_from(later(runtime, minutes=4.9), donna.cookie)
    late = sessions.session_from(later(runtime, minutes=5.1), donna.cookie)
    assert soon and late
    assert (soon.confirmed, late.confirmed) == (True, False)
    with pytest.raises(credentials.PassphraseNotConfirmed):
        credentials.confirm_passphrase(later(runtime, minutes=5.1), late, "not theirs")
    credentials.confirm_passphrase(later(runtime, minutes=5.2), late, DONNA.passphrase)
    again = sessions.session_from(later(runtime, minutes=10), donna.cookie)
    assert again and again.confirmed


def test_no_act_on_an_account_writes_a_name_or_a_code_into_the_log(
    runtime: Runtime, practice: Staff
) -> None:
    hire(runtime, ROSA)
    members.reset_factor(runtime, enter(runtime).practitioner_id, person(runtime, ROSA).id)
    with transaction(runtime.engine, write=False) as session:
        log = "".join(
            f"{e.action}{e.actor}{e.subject}{e.data_json}"
            for e in session.scalars(select(AuditEvent))
        )
    assert not any(word in log.casefold() for word in ("rosa", "donna", "lindqvist", "reyes"))
    assert {"staff.invited", "staff.joined", "factor.added", "factor.reset"} <= set(
        actions(runtime)
    )
