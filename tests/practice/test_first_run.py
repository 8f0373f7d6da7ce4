"""The first start: the one-time code, the recovery sheet, and one transaction for all."""

import hashlib
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from intake_app.accounts import second_factor, sessions
from intake_app.core.runtime import Runtime
from intake_app.core.throttle import TooManyTries
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.staff import Practitioner
from intake_app.operations import doctor
from intake_app.practice import first_run, setup_wizard
from intake_app.practice.setup_wizard import PracticeDetails, RecoverySheet, Wizard, WizardOver

HERE = "192.0.2.10"
PASSPHRASE = "quiet river stones at dawn"
DETAILS = PracticeDetails(
    "Stillwater Massage",
    "12 Watson Street\nRipon, WI 54971",
    "920 555 0134",
    "",
    "America/Chicago",
    "letter",
    "24 hours.",
    7,
    allergen_free=True,
    prenatal_trained=False,
)


def begun(runtime: Runtime) -> Wizard:
    """Donna has typed the code, their practice and their account."""
    state = replace(
        first_run.begin_set_up(runtime, first_run.issue_setup_code(runtime), HERE), practice=DETAILS
    )
    return setup_wizard.with_therapist(runtime, state, "Donna Reyes", "Donna", PASSPHRASE)


def sheet_of(state: Wizard) -> RecoverySheet:
    assert state.sheet is not None
    return state.sheet


def right_groups(state: Wizard) -> tuple[str, ...]:
    sheet = sheet_of(state)
    return tuple(sheet.groups[number - 1] for number in sheet.asked)


def test_a_new_house_needs_a_set_up_and_a_finished_one_does_not(runtime: Runtime) -> None:
    assert first_run.setup_needed(runtime)
    state = begun(runtime)
    assert first_run.setup_needed(runtime)
    first_run.finish_set_up(runtime, state, right_groups(state))
    assert not first_run.setup_needed(runtime)
    with pytest.raises(first_run.AlreadySetUp):
        first_run.begin_set_up(runtime, first_run.issue_setup_code(runtime), HERE)


def test_only_the_hash_of_the_code_is_kept_and_only_for_the_owner_of_the_files(
    runtime: Runtime,
) -> None:
    code = first_run.issue_setup_code(runtime)
    kept = runtime.settings.data / "setup-code"
    assert kept.read_text() == hashlib.sha256(code.encode()).hexdigest()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_wrong_code_an_old_code_and_no_code_start_nothing(runtime: Runtime) -> None:
    with pytest.raises(first_run.WrongSetUpCode):
        first_run.begin_set_up(runtime, "", HERE)
    old = first_run.issue_setup_code(runtime)
    first_run.issue_setup_code(runtime)
    with pytest.raises(first_run.WrongSetUpCode):
        first_run.begin_set_up(runtime, old, HERE)


def test_the_code_lasts_a_day(runtime: Runtime) -> None:
    code = first_run.issue_setup_code(runtime)
    next_week = replace(runtime, clock=lambda: datetime.now(UTC) + timedelta(days=1, minutes=1))
    with pytest.raises(first_run.WrongSetUpCode):
        first_run.begin_set_up(next_week, code, HERE)


def test_codes_can_be_guessed_five_times_a_minute(runtime: Runtime) -> None:
    code = first_run.issue_setup_code(runtime)
    for _ in range(5):
        with pytest.raises(first_run.WrongSetUpCode):
            first_run.begin_set_up(runtime, "guess", HERE)
    with pytest.raises(TooManyTries):
        first_run.begin_set_up(runtime, code, HERE)


def test_the_state_between_pages_can_be_read_back_by_the_server_alone(runtime: Runtime) -> None:
    state = begun(runtime)
    text = setup_wizard.pack(runtime, state)
    assert setup_wizard.unpack(runtime, text, state.link) == state
    assert sheet_of(state).secret not in text
    assert PASSPHRASE not in repr(state)
    assert sheet_of(state).secret not in repr(state)


@pytest.mark.parametrize("text", ["", "nonsense", "é", "AAAA"])
def test_a_state_that_is_not_ours_is_refused(runtime: Runtime, text: str) -> None:
    with pytest.raises(WizardOver):
        setup_wizard.unpack(runtime, text, "link")


def test_a_changed_a_stale_and_a_foreign_state_are_refused(runtime: Runtime) -> None:
    state = begun(runtime)
    text = setup_wizard.pack(runtime, state)
    changed = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]
    with pytest.raises(WizardOver):
        setup_wizard.unpack(runtime, changed, state.link)
    with pytest.raises(WizardOver):
        setup_wizard.unpack(runtime, text, "another link")
    later = replace(runtime, clock=lambda: datetime.now(UTC) + timedelta(hours=2, minutes=1))
    with pytest.raises(WizardOver):
        setup_wizard.unpack(later, text, state.link)


def test_the_sheet_asks_for_two_whole_groups_and_takes_them_in_any_case(runtime: Runtime) -> None:
    state = begun(runtime)
    sheet = sheet_of(state)
    first, second = right_groups(state)
    assert len(first + second) == 8
    assert sheet.secret == setup_wizard.RECOVERY_PREFIX + "".join(sheet.groups)
    assert sheet.proven_by((first.lower(), f" {second} "))
    assert not sheet.proven_by((second + "x", first))
    assert not sheet.proven_by(("", ""))


def test_without_the_proof_nothing_is_stored(runtime: Runtime) -> None:
    state = begun(runtime)
    with pytest.raises(first_run.SheetNotProven):
        first_run.finish_set_up(runtime, state, ("AAAA", "AAAA"))
    assert first_run.setup_needed(runtime)
    assert not runtime.settings.recipients_file.exists()
    assert not runtime.settings.seal_file.exists()


def test_after_the_proof_everything_is_there_at_once(runtime: Runtime) -> None:
    state = begun(runtime)
    first_run.finish_set_up(runtime, state, right_groups(state))
    with transaction(runtime.engine, write=False) as session:
        assert session.get_one(Practice, 1).name == "Stillwater Massage"
        donna = session.scalars(select(Practitioner)).one()
        assert (donna.name, donna.sign_in_name, donna.role) == ("Donna Reyes", "donna", "owner")
        assert session.scalars(select(AuditEvent.action)).all() == ["setup"]
    assert runtime.settings.seal_file.exists()
    assert not (runtime.settings.data / "setup-code").exists()


def test_what_is_sealed_opens_with_their_passphrase_and_with_the_sheet_alone(
    runtime: Runtime,
) -> None:
    state = begun(runtime)
    first_run.finish_set_up(runtime, state, right_groups(state))
    pinned = json.loads(runtime.settings.recipients_file.read_text())
    blob = age.encrypt_to(b"a record", [pinned["practice"], pinned["recovery"]])
    waiting = sessions.pending_sign_in(
        runtime, sessions.sign_in(runtime, "donna", PASSPHRASE, HERE)
    )
    assert waiting is not None
    assert waiting.stage == "enrol"
    seed = second_factor.new_seed()
    cookie, _ = second_factor.enrol(runtime, waiting, seed, pyotp.TOTP(seed).at(runtime.clock()))
    donna = sessions.session_from(runtime, cookie)
    assert donna is not None
    assert age.decrypt_with(blob, donna.identities) == b"a record"
    assert age.decrypt_with(blob, [sheet_of(state).secret]) == b"a record"


def test_two_set_ups_at_once_leave_one_practice(runtime: Runtime) -> None:
    code = first_run.issue_setup_code(runtime)
    both = [
        setup_wizard.with_therapist(
            runtime,
            replace(first_run.begin_set_up(runtime, code, HERE), practice=DETAILS),
            name,
            name,
            PASSPHRASE,
        )
        for name in ("Donna", "Outsider")
    ]
    first_run.finish_set_up(runtime, both[0], right_groups(both[0]))
    pinned = runtime.settings.recipients_file.read_text()
    with pytest.raises(first_run.AlreadySetUp):
        first_run.finish_set_up(runtime, both[1], right_groups(both[1]))
    assert runtime.settings.recipients_file.read_text() == pinned


@pytest.mark.parametrize(
    "place", ["practice.first_run.make_practice_seal", "keys.recipients.activate_prepared"]
)
def test_a_set_up_that_was_cut_off_has_not_begun_or_is_whole_at_the_next_start(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    class Killed(BaseException):
        """As if the process had died here."""

    def die(*_: object) -> None:
        raise Killed

    state = begun(runtime)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(f"intake_app.{place}", die)
        first_run.finish_set_up(runtime, state, right_groups(state))
    assert doctor.refuse_start(runtime) == ""
    if place == "practice.first_run.make_practice_seal":
        assert first_run.setup_needed(runtime)
        state = begun(runtime)
        first_run.finish_set_up(runtime, state, right_groups(state))
    assert not first_run.setup_needed(runtime)
    assert recipients.recovery_recipient(runtime) == sheet_of(state).recipient
    assert recipients.problem(runtime) is None
