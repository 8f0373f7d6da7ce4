"""The practice's keys: changed without losing a record, held by therapists alone,
pinned outside the database.
"""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select, update

from intake_app.accounts import members, sessions
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto import age, passphrase, session_box
from intake_app.crypto.server_keys import DirectoryError, ServerKeys
from intake_app.keys import grants, recipients, rotation
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Document, Record
from intake_app.models.staff import KeyGrant, Practitioner, StaffSession
from intake_app.operations import doctor
from intake_app.pdf import verify
from intake_app.pdf.certificate import load_seal
from intake_app.records import authenticity, inbox, open_record
from tests.support import REPOSITORY
from tests.support.clients import ANA_MINIMAL, BEN, make_record
from tests.support.people import DONNA, DORA, ROSA, Staff, enter, hire


def sealed_now(runtime: Runtime) -> bytes:
    return age.encrypt_to(b"a record", recipients.pinned_recipients(runtime))


def opens(blob: bytes, keys: tuple[str, ...]) -> bool:
    try:
        return age.decrypt_with(blob, keys) == b"a record"
    except age.AgeError:
        return False


def test_after_a_new_practice_key_everybody_reads_old_and_new_without_signing_in_again(
    runtime: Runtime, practice: Staff
) -> None:
    hire(runtime, ROSA)
    rosa, old = enter(runtime, ROSA), sealed_now(runtime)
    before = recipients.pinned_recipients(runtime)
    rotation.new_practice_key(runtime, "operator")
    new = sealed_now(runtime)
    assert recipients.pinned_recipients(runtime)[0] != before[0]
    assert recipients.pinned_recipients(runtime)[1] == before[1]
    assert not opens(new, rosa.identities)
    again = sessions.session_from(runtime, rosa.cookie)
    assert again is not None
    assert opens(old, again.identities) and opens(new, again.identities)
    assert opens(new, enter(runtime, DONNA).identities)


def test_a_therapist_who_left_with_a_copy_of_everything_cannot_open_what_came_after(
    runtime: Runtime, practice: Staff
) -> None:
    hire(runtime, ROSA)
    rosa = enter(runtime, ROSA)
    with transaction(runtime.engine, write=False) as session:
        row = session.get_one(StaffSession, session_box.cookie_hash(rosa.cookie))
        own = session_box.decrypt_bundle(rosa.cookie, runtime.keys.pepper, row.bundle).decode()
    members.close_account(runtime, enter(runtime, DONNA), rosa.practitioner_id)
    rotation.new_practice_key(runtime, "operator")
    with transaction(runtime.engine, write=False) as session:
        everything = list(session.scalars(select(KeyGrant.sealed)))
    hoard = (own, *rosa.identities)
    assert not opens(sealed_now(runtime), hoard)
    for grant in everything:
        with pytest.raises(age.AgeError):
            age.decrypt_with(grant, hoard)


def test_the_sheet_opens_what_was_sealed_after_the_change_too(
    runtime: Runtime, practice: Staff
) -> None:
    rotation.new_practice_key(runtime, "operator")
    assert opens(sealed_now(runtime), (practice.recovery,))
    with transaction(runtime.engine, write=False) as session:
        assert len(grants.granted_keys(session, grants.RECOVERY, practice.recovery)) == 2


@pytest.fixture
def killed_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], object]], None]:
    """killed_before(n, act): the process dies in act, just before the n-th file takes
    the place of an older one.
    """

    class Killed(BaseException):
        """As if the process had died here."""

    def kill(step: int, act: Callable[[], object]) -> None:
        left, real = iter(range(1, step)), Path.replace

        def replaced(self: Path, target: Path) -> Path:
            if next(left, None) is None:
                raise Killed
            return real(self, target)

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(Path, "replace", replaced)
            act()

    return kill


KILLED = """
import os, signal, sys
from pathlib import Path
from intake_app.core.runtime import open_runtime
from intake_app.keys import recipients, rotation
from tests.support.runtimes import settings_for
recipients.activate_prepared = lambda runtime: os.kill(os.getpid(), signal.SIGKILL)
rotation.new_practice_key(open_runtime(settings_for(Path(sys.argv[1]))), "operator")
"""


def test_a_change_killed_between_database_and_file_finishes_by_itself_at_the_next_start(
    runtime: Runtime, practice: Staff
) -> None:
    before = recipients.pinned_recipients(runtime)
    command = [sys.executable, "-c", KILLED, str(runtime.settings.data)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == -signal.SIGKILL
    assert recipients.pinned_recipients(runtime) == before
    assert opens(sealed_now(runtime), enter(runtime).identities)
    assert "different keys" in (recipients.problem(runtime) or "")
    assert doctor.refuse_start(runtime) == ""
    assert recipients.problem(runtime) is None
    assert recipients.pinned_recipients(runtime)[0] != before[0]
    assert opens(sealed_now(runtime), enter(runtime).identities)


def test_a_change_cut_off_before_it_counts_has_not_begun(
    runtime: Runtime, practice: Staff, killed_before: Callable[[int, Callable[[], object]], None]
) -> None:
    before = recipients.pinned_recipients(runtime)
    killed_before(1, lambda: rotation.new_practice_key(runtime, "operator"))
    assert doctor.refuse_start(runtime) == ""
    assert recipients.pinned_recipients(runtime) == before


def test_a_thief_cannot_bring_a_change_about_that_nobody_began(
    runtime: Runtime, practice: Staff
) -> None:
    """Not even with the keys that an earlier change left behind:
    the file says which one was prepared last.
    """
    old = recipients.pinned_recipients(runtime)
    rotation.new_practice_key(runtime, "operator")
    with transaction(runtime.engine, write=True) as session:
        session.execute(update(Practice).values(recipient=old[0]))
    recipients.activate_prepared(runtime)
    assert recipients.pinned_recipients(runtime)[0] != old[0]
    assert "different keys" in doctor.refuse_start(runtime)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_new_seal_killed_at_each_file_has_not_begun_or_finishes_by_itself_and_stands_in_the_log(
    runtime: Runtime,
    practice: Staff,
    killed_before: Callable[[int, Callable[[], object]], None],
    step: int,
) -> None:
    before = rotation.inventory(runtime).seal_fingerprint
    killed_before(step, lambda: rotation.new_seal(runtime, "operator"))
    assert doctor.refuse_start(runtime) == ""
    begun = rotation.inventory(runtime).seal_fingerprint != before
    assert (begun, seals_logged(runtime)) == ((True, 1) if step > 2 else (False, 0))
    authority = load_seal(runtime.settings.seal_file).certificates[1].public_bytes(Encoding.PEM)
    assert authority in [file.read_bytes() for file in runtime.settings.data.glob("ca*.pem")]
    assert rotation.new_seal(runtime, "operator") == rotation.inventory(runtime).seal_fingerprint


def test_a_new_seal_whose_entry_is_not_written_is_never_in_force(
    runtime: Runtime, practice: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = rotation.inventory(runtime).seal_fingerprint
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(audit, "append", killed)
        rotation.new_seal(runtime, "operator")
    assert doctor.refuse_start(runtime) == ""
    assert (rotation.inventory(runtime).seal_fingerprint, seals_logged(runtime)) == (before, 0)


def seals_logged(runtime: Runtime) -> int:
    with transaction(runtime.engine, write=False) as session:
        return len(
            session.scalars(select(AuditEvent).where(AuditEvent.action == "seal.changed")).all()
        )


def test_a_key_put_into_the_database_by_a_thief_gets_nothing_and_is_noticed(
    runtime: Runtime, practice: Staff
) -> None:
    secret, attackers = age.new_identity()
    with transaction(runtime.engine, write=True) as session:
        session.execute(update(Practice).values(recipient=attackers, recovery_recipient=attackers))
    assert recipients.problem(runtime)
    assert not opens(sealed_now(runtime), (secret,))


def test_a_thief_cannot_put_their_own_key_into_an_account_before_a_change(
    runtime: Runtime, practice: Staff
) -> None:
    _, attackers = age.new_identity()
    with transaction(runtime.engine, write=True) as session:
        session.execute(update(Practitioner).values(recipient=attackers.encode()))
    with pytest.raises(DirectoryError):
        rotation.new_practice_key(runtime, "operator")


def test_after_a_new_seal_old_and_new_pdfs_can_both_be_checked(
    runtime: Runtime, practice: Staff
) -> None:
    make_record(runtime, ANA_MINIMAL)
    rotation.new_seal(runtime, "operator")
    make_record(runtime, BEN)
    donna = enter(runtime)
    authorities = [file.read_bytes() for file in sorted(runtime.settings.data.glob("ca*.pem"))]
    assert len(authorities) == 2
    rows = inbox.load_inbox(runtime, donna).rows
    assert [
        verify.check(open_record.download_pdf(runtime, donna, row.id), authorities).ok
        for row in rows
    ] == [
        True,
        True,
    ]
    assert [
        verify.check(open_record.download_pdf(runtime, donna, row.id), authorities[:1]).ok
        for row in rows
    ].count(True) == 1


def test_the_inventory_names_every_key_and_shows_no_secret(
    runtime: Runtime, practice: Staff
) -> None:
    rotation.new_practice_key(runtime, "operator")
    found = rotation.inventory(runtime)
    assert [key.in_use for key in found.practice_keys] == [True, False]
    assert found.practice_keys[0].fingerprint == age.fingerprint(
        recipients.pinned_recipients(runtime)[0]
    )
    assert found.problem is None
    assert "SECRET" not in repr(found)


def everything_the_desk_has(runtime: Runtime, database: Path) -> list[bytes]:
    """All bytes that code running as Dora can get at:
    each column of each table, and what their secrets open.
    """
    dora = enter(runtime, DORA)
    with sqlite3.connect(database) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        rows = [
            cell
            for table in tables
            for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608
            for cell in row
        ]
    found = [cell if isinstance(cell, bytes) else str(cell).encode() for cell in rows]
    with transaction(runtime.engine, write=False) as session:
        person = session.get_one(Practitioner, dora.practitioner_id)
        row = session.get_one(StaffSession, session_box.cookie_hash(dora.cookie))
        found.append(passphrase.unwrap(person.wrapped, DORA.passphrase, runtime.keys.pepper))
        found.append(session_box.decrypt_bundle(dora.cookie, runtime.keys.pepper, row.bundle))
    return [*found, *(key.encode() for key in dora.identities)]


def test_front_desk_login_code_running_as_that_account_opens_no_record(
    runtime: Runtime, practice: Staff
) -> None:
    """With their cookie, their passphrase, the whole database and the app key: no clinical byte."""
    hire(runtime, DORA)
    record_id = make_record(runtime, ANA_MINIMAL | {"v.reason": "A stiff neck"})
    hoard = everything_the_desk_has(runtime, runtime.settings.data / "intake.db")
    keys = [
        text
        for text in (piece.decode("ascii", "ignore") for piece in hoard)
        if "AGE-SECRET-KEY-" in text
    ]
    assert keys == []
    assert b"A stiff neck" not in b"".join(hoard)
    with transaction(runtime.engine, write=False) as session:
        blobs = [
            session.get_one(Record, record_id).sealed,
            session.get_one(Document, record_id).sealed,
        ]
    dora = enter(runtime, DORA)
    for blob in blobs:
        with pytest.raises(age.AgeError):
            age.decrypt_with(blob, dora.identities)
    for service in (open_record.open_record, open_record.download_pdf):
        with pytest.raises(authenticity.NotAuthentic):
            service(runtime, dora, record_id)


def test_the_same_search_finds_the_key_in_a_therapists_hands(
    runtime: Runtime, practice: Staff
) -> None:
    """So that the test above could fail."""
    make_record(runtime, ANA_MINIMAL)
    donna = enter(runtime)
    (row,) = inbox.load_inbox(runtime, donna).rows
    assert any(key.startswith("AGE-SECRET-KEY-") for key in donna.identities)
    assert open_record.open_record(runtime, donna, row.id).paper.client_name == "Ana Moreno"


def test_the_desk_made_a_therapist_by_a_changed_row_still_opens_nothing(
    runtime: Runtime, practice: Staff
) -> None:
    hire(runtime, DORA)
    make_record(runtime, ANA_MINIMAL)
    with transaction(runtime.engine, write=True) as session:
        session.execute(
            update(Practitioner).where(Practitioner.sign_in_name == "dora").values(role="owner")
        )
    dora = enter(runtime, DORA)
    assert dora.role == "owner"
    with pytest.raises(authenticity.NotAuthentic):
        open_record.open_record(runtime, dora, inbox.load_inbox(runtime, dora).rows[0].id)


def test_the_pinned_file_holds_public_keys_only(runtime: Runtime, practice: Staff) -> None:
    kept = json.loads(runtime.settings.recipients_file.read_text())
    assert all(value.startswith("age1") for value in kept.values())


def test_another_app_key_opens_no_account(runtime: Runtime, practice: Staff) -> None:
    other = replace(runtime, keys=ServerKeys.from_root(bytes(range(1, 33))))
    with pytest.raises(sessions.WrongSignIn):
        sessions.sign_in(other, DONNA.sign_in_name, DONNA.passphrase, "192.0.2.1")
