"""Joining, helping each other, leaving: nobody learns another's passphrase, and keys follow the person."""

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
from intake_app.core.runtime import House
from intake_app.core.throttle import TooManyTries
from intake_app.crypto import age
from intake_app.demo import scenario
from intake_app.demo.scenario import DONNA, DORA, ROSA
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.staff import Invitation, KeyGrant, Practitioner, SecondFactor, StaffSession
from tests.factories import Staff, enter, hire, let_time_pass

HERE = "192.0.2.10"
NEW = "a garden gate with ivy"


def later(house: House, **span: float) -> House:
    moment = datetime.now(UTC) + timedelta(**span)
    return replace(house, clock=lambda: moment)


def actions(house: House) -> list[str]:
    with transaction(house.engine, write=False) as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def person(house: House, who: scenario.Account) -> members.Person:
    return next(one for one in members.people(house) if one.sign_in_name == who.sign_in_name)


def sealed_record(house: House) -> bytes:
    """Something that was sealed to the practice."""
    return age.seal(b"a record", recipients.pinned(house))


def works(house: House, who: scenario.Account, passphrase: str) -> bool:
    """Whether she gets in with this passphrase and her usual phone."""
    try:
        let_time_pass(house.engine)
        scenario.enter(house, replace(who, passphrase=passphrase))
    except sessions.WrongSignIn:
        return False
    return True


def test_a_colleague_joins_with_a_code_and_reads_what_was_sealed_before(house: House, practice: Staff) -> None:
    blob = sealed_record(house)
    hire(house, ROSA)
    rosa = enter(house, ROSA)
    assert (rosa.name, rosa.role) == ("Rosa Lindqvist", "therapist")
    assert age.open_sealed(blob, rosa.identities) == b"a record"


def test_the_desk_joins_and_holds_no_key(house: House, practice: Staff) -> None:
    hire(house, DORA)
    assert enter(house, DORA).identities == ()
    dora = person(house, DORA)
    with transaction(house.engine, write=False) as session:
        row = session.get_one(Practitioner, dora.id)
        assert row.recipient is None
        assert session.scalars(select(KeyGrant).where(KeyGrant.holder == dora.id)).all() == []
        assert sessions.unlock(house, row, DORA.passphrase) == b""


def test_a_code_works_once_and_for_a_day(house: House, practice: Staff) -> None:
    code = members.invite(house, enter(house), "Rosa", "therapist")
    assert members.invited(later(house, hours=23), code, HERE) == members.Invited("Rosa", "therapist", True)
    with pytest.raises(members.WrongInvitation):
        members.invited(later(house, hours=24, minutes=1), code, "192.0.2.9")
    members.join(house, code, "rosa", NEW, HERE)
    with pytest.raises(members.WrongInvitation):
        members.join(house, code, "rosa2", NEW, "192.0.2.11")


def test_codes_can_be_guessed_five_times_a_minute(house: House, practice: Staff) -> None:
    code = members.invite(house, enter(house), "Rosa", "therapist")
    for _ in range(5):
        with pytest.raises(members.WrongInvitation):
            members.invited(house, "guess", HERE)
    with pytest.raises(TooManyTries):
        members.invited(house, code, HERE)


def test_the_database_and_the_app_key_open_no_invitation(house: House, practice: Staff) -> None:
    donna = enter(house)
    code = members.invite(house, donna, "Rosa", "therapist")
    with transaction(house.engine, write=False) as session:
        row = session.scalars(select(Invitation)).one()
        kept = (row.box or b"") + row.code_hash
    assert code.encode() not in kept
    assert not any(key.encode() in kept for key in donna.identities)


def test_a_desk_invitation_made_into_a_therapists_gives_no_key(house: House, practice: Staff) -> None:
    code = members.invite(house, enter(house), "Dora", "desk")
    with transaction(house.engine, write=True) as session:
        session.scalars(select(Invitation)).one().role = "therapist"
    members.join(house, code, "dora", NEW, HERE)
    with transaction(house.engine, write=False) as session:
        dora = session.scalars(select(Practitioner).where(Practitioner.sign_in_name == "dora")).one()
        assert session.scalars(select(KeyGrant).where(KeyGrant.holder == dora.id)).all() == []


def test_two_people_cannot_have_one_sign_in_name(house: House, practice: Staff) -> None:
    code = members.invite(house, enter(house), "Rosa", "therapist")
    with pytest.raises(members.NameTaken):
        members.join(house, code, " DONNA ", NEW, HERE)
    members.join(house, code, "rosa", NEW, HERE)


def test_a_colleague_mends_a_forgotten_passphrase_and_the_second_factor_stays(house: House, practice: Staff) -> None:
    blob = sealed_record(house)
    hire(house, ROSA)
    rosa = person(house, ROSA)
    code = members.invite_back(house, enter(house), rosa.id)
    assert works(house, ROSA, ROSA.passphrase)
    assert not members.invited(house, code, HERE).is_new
    members.join(house, code, "", NEW, HERE)
    assert not works(house, ROSA, ROSA.passphrase)
    let_time_pass(house.engine)
    mended = scenario.enter(house, replace(ROSA, passphrase=NEW))
    assert age.open_sealed(blob, mended.identities) == b"a record"
    assert "passphrase.mended" in actions(house)


def test_the_recovery_sheet_gives_a_new_passphrase_and_every_record_and_not_the_second_factor(
    house: House, practice: Staff
) -> None:
    blob = sealed_record(house)
    before = enter(house)
    typed = " ".join(practice.recovery.removeprefix("AGE-SECRET-KEY-1").lower())
    credentials.recover(house, "Donna", typed, NEW, HERE)
    assert sessions.session_from(house, before.cookie) is None
    assert not works(house, DONNA, DONNA.passphrase)
    half = sessions.waiting(house, sessions.sign_in(house, "donna", NEW, HERE))
    assert half is not None
    assert half.stage == "factor"
    let_time_pass(house.engine)
    donna = sessions.session_from(house, second_factor.pass_code(house, half, scenario.code(house, DONNA)))
    assert donna is not None
    assert age.open_sealed(blob, donna.identities) == b"a record"


def test_another_sheet_another_name_or_the_desk_recover_nothing(house: House, practice: Staff) -> None:
    hire(house, DORA)
    other, _ = age.new_identity()
    tries = [("donna", other), ("donna", "nonsense"), ("nobody", practice.recovery), ("dora", practice.recovery)]
    for number, (name, paper) in enumerate(tries):
        with pytest.raises(credentials.WrongSheet):
            credentials.recover(house, name, paper, NEW, f"192.0.2.{number}")


def test_she_changes_her_passphrase_and_every_other_device_is_out(house: House, practice: Staff) -> None:
    elsewhere, here = enter(house), enter(house)
    with pytest.raises(credentials.WrongPassphrase):
        credentials.change_passphrase(house, here, "not hers", NEW)
    cookie = credentials.change_passphrase(house, here, DONNA.passphrase, NEW)
    assert sessions.session_from(house, elsewhere.cookie) is None
    assert sessions.session_from(house, here.cookie) is None
    assert sessions.session_from(house, cookie)
    assert works(house, DONNA, NEW)
    assert not works(house, DONNA, DONNA.passphrase)


def test_a_closed_account_has_no_session_no_lock_and_no_key_left(house: House, practice: Staff) -> None:
    hire(house, ROSA)
    rosa = enter(house, ROSA)
    members.invite_back(house, rosa, rosa.practitioner_id)
    members.disable(house, enter(house), rosa.practitioner_id)
    assert sessions.session_from(house, rosa.cookie) is None
    assert not works(house, ROSA, ROSA.passphrase)
    with transaction(house.engine, write=False) as session:
        row = session.get_one(Practitioner, rosa.practitioner_id)
        assert (row.wrapped, row.recipient) == (b"", None)
        assert session.scalar(select(func.count()).select_from(KeyGrant).where(KeyGrant.holder == row.id)) == 0
        for table in (StaffSession, SecondFactor, Invitation):
            mine = select(func.count()).select_from(table).where(table.practitioner_id == row.id)
            assert session.scalar(mine) == 0


GHOST = scenario.Account(
    "Gail Ghost", "owner", "gail", "three copper bells at dusk", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"
)


def test_an_invitation_made_by_a_closed_account_is_none(house: House, practice: Staff) -> None:
    hire(house, GHOST)
    gail, rosa = enter(house, GHOST), hire(house, ROSA)
    new = members.invite(house, gail, "Accomplice", "owner")
    back = members.invite_back(house, gail, person(house, ROSA).id)
    members.disable(house, enter(house), gail.practitioner_id)
    for code in (new, back):
        with pytest.raises(members.WrongInvitation):
            members.join(house, code, "accomplice", NEW, HERE)
    assert works(house, ROSA, rosa.passphrase)


def test_an_account_closed_while_its_request_was_under_way_does_nothing(house: House, practice: Staff) -> None:
    hire(house, GHOST), hire(house, ROSA)
    donna, gail, rosa = enter(house), enter(house, GHOST), person(house, ROSA)
    members.disable(house, donna, gail.practitioner_id)
    before = actions(house)
    for act in (
        lambda: members.invite(house, gail, "Accomplice", "owner"),
        lambda: members.invite_back(house, gail, rosa.id),
        lambda: members.disable(house, gail, rosa.id),
        lambda: members.reset_factor(house, gail.practitioner_id, rosa.id),
    ):
        with pytest.raises(credentials.NoSuchPerson):
            act()
    assert actions(house) == before


def test_two_owners_cannot_close_each_other(house: House, practice: Staff) -> None:
    hire(house, GHOST)
    donna, gail = enter(house), enter(house, GHOST)
    start, refused = threading.Barrier(2), []

    def close(me: sessions.SignedIn, other: sessions.SignedIn) -> None:
        start.wait()
        try:
            members.disable(house, me, other.practitioner_id)
        except credentials.NoSuchPerson:
            refused.append(me.name)

    both = [threading.Thread(target=close, args=pair) for pair in ((donna, gail), (gail, donna))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    closed = [one.name for one in members.people(house) if one.disabled_at]
    assert len(closed) == 1 and closed == refused


def test_nobody_closes_her_own_account_or_one_that_is_closed(house: House, practice: Staff) -> None:
    donna = enter(house)
    hire(house, ROSA)
    rosa = person(house, ROSA)
    with pytest.raises(credentials.NoSuchPerson):
        members.disable(house, donna, donna.practitioner_id)
    members.disable(house, donna, rosa.id)
    for act in (members.disable, members.invite_back):
        with pytest.raises(credentials.NoSuchPerson):
            act(house, donna, rosa.id)


def test_sessions_are_listed_with_their_device_and_ended_one_by_one(house: House, practice: Staff) -> None:
    phone, desk = enter(house), enter(house)
    found = session_list.listed(house, desk)
    assert [one.current for one in found].count(True) == 1
    other = next(one for one in found if not one.current)
    session_list.end(house, desk, other.id)
    assert sessions.session_from(house, phone.cookie) is None
    assert sessions.session_from(house, desk.cookie)


def test_nobody_ends_the_session_of_somebody_else(house: House, practice: Staff) -> None:
    hire(house, ROSA)
    donna, rosa = enter(house), enter(house, ROSA)
    session_list.end(house, rosa, session_list.listed(house, donna)[0].id)
    assert sessions.session_from(house, donna.cookie)


def test_the_passphrase_typed_again_counts_for_five_minutes(house: House, practice: Staff) -> None:
    donna = enter(house)
    soon = sessions.session_from(later(house, minutes=4.9), donna.cookie)
    late = sessions.session_from(later(house, minutes=5.1), donna.cookie)
    assert soon and late
    assert (soon.confirmed, late.confirmed) == (True, False)
    with pytest.raises(credentials.WrongPassphrase):
        credentials.confirm(later(house, minutes=5.1), late, "not hers")
    credentials.confirm(later(house, minutes=5.2), late, DONNA.passphrase)
    again = sessions.session_from(later(house, minutes=10), donna.cookie)
    assert again and again.confirmed


def test_no_act_on_an_account_writes_a_name_or_a_code_into_the_log(house: House, practice: Staff) -> None:
    hire(house, ROSA)
    members.reset_factor(house, enter(house).practitioner_id, person(house, ROSA).id)
    with transaction(house.engine, write=False) as session:
        log = "".join(f"{e.action}{e.actor}{e.subject}{e.data_json}" for e in session.scalars(select(AuditEvent)))
    assert not any(word in log.casefold() for word in ("rosa", "donna", "lindqvist", "reyes"))
    assert {"staff.invited", "staff.joined", "factor.added", "factor.reset"} <= set(actions(house))
