"""Who steals what, and what they get: one test for each row of the table in docs/security.md."""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from intake_app.accounts import sessions
from intake_app.backup import archive, backup
from intake_app.client_portal import page
from intake_app.core.runtime import Runtime
from intake_app.crypto import age, client_copy, passphrase, token_box
from intake_app.crypto.server_keys import ServerKeys, decrypt_directory
from intake_app.intake import drafts
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.records import ClientCopy, Document, Record
from intake_app.models.staff import KeyGrant, Practitioner, SecondFactor, StaffSession
from intake_app.operations import doctor
from intake_app.pdf import certificate, verify
from intake_app.records import authenticity, completion, evidence, open_record, printing
from intake_app.records.authenticity import NotAuthentic
from intake_app.records.cautions import safety_card
from intake_app.records.sealed.evidence import RecordOnTheDay
from tests.support import clients, people, tablet
from tests.support.clients import ANA
from tests.support.front_desk import expect
from tests.support.people import DORA
from tests.support.runtimes import SavedPractice, new_browser

pytestmark = pytest.mark.starts_from("practice_with_record")

ANOTHER = ServerKeys.from_root(b"\x01" * 32)  # what a thief without the app key can only guess
ANSWERS = [b"Moreno", b"stiff neck", b"A stiff"]


@pytest.fixture
def ana(runtime: Runtime) -> str:
    """The id of Ana's record."""
    with transaction(runtime.engine, write=False) as session:
        return session.scalars(select(Record.id)).one()


@pytest.fixture
def database(runtime: Runtime) -> Iterator[Session]:
    """What somebody who has the database can read and change."""
    with transaction(runtime.engine, write=True) as session:
        yield session


def secrets_in(runtime: Runtime, *, key_files: bool) -> list[bytes]:
    """All bytes of the stolen files."""
    runtime.engine.dispose()
    files = [one for one in runtime.settings.data.iterdir() if one.is_file()]
    return [one.read_bytes() for one in files if key_files or one.name.startswith("intake.db")]


def test_the_database_alone(runtime: Runtime, saved_practice: SavedPractice) -> None:
    """Counts, times, sizes. No name, no answer, no PDF;
    not even a passphrase that is known can be verified.
    """
    stolen = b"".join(secrets_in(runtime, key_files=False))
    assert (
        saved_practice.donna.sign_in_name.encode() in stolen
    )  # so that this search could find something
    assert not [word for word in (*ANSWERS, b"%PDF", b"AGE-SECRET-KEY") if word in stolen]
    with transaction(runtime.engine, write=False) as session:
        wrapped = session.scalars(select(Practitioner.wrapped)).first()
    assert wrapped is not None
    with pytest.raises(passphrase.WrongPassphrase):
        passphrase.unwrap(wrapped, saved_practice.donna.passphrase, ANOTHER.pepper)
    assert passphrase.unwrap(wrapped, saved_practice.donna.passphrase, runtime.keys.pepper)


def test_the_nightly_backup_file(runtime: Runtime) -> None:
    """Nothing without the paper: neither the practice's key nor the server's opens it."""
    made = backup.make(runtime)
    assert not [word for word in (*ANSWERS, b"%PDF", b"Stillwater") if word in made.read_bytes()]
    for secret in people.enter(runtime).identities:
        with pytest.raises(archive.NotABackup):
            backup.manifest_of(made, secret)


def test_the_database_and_the_app_key(runtime: Runtime, ana: str) -> None:
    """Names, birth dates, seeds of second factors.

    No answer while the passphrase holds, no form without its link.
    """
    token = drafts.create(runtime, "a browser")
    with transaction(runtime.engine, write=False) as database:
        _no_answer_with(runtime, database, ana, token)


def _no_answer_with(runtime: Runtime, database: Session, ana: str, token: str) -> None:
    draft = database.scalars(select(Draft)).one()
    assert token_box.decrypt(token, runtime.keys.pepper, draft.id, draft.rev, draft.blob)
    for guess in (draft.token_hash.hex(), draft.id, ""):
        with pytest.raises(token_box.TokenBoxLocked):
            token_box.decrypt(guess, runtime.keys.pepper, draft.id, draft.rev, draft.blob)
    record = database.get_one(Record, ana)
    assert b"Moreno" in decrypt_directory(runtime.keys, f"record:{ana}", record.directory)
    assert database.scalars(select(SecondFactor)).all()
    assert not [
        data
        for data in secrets_in(runtime, key_files=True)
        if b"stiff neck" in data or b"AGE-SECRET" in data
    ]
    wrapped = database.scalars(select(Practitioner.wrapped)).first() or b""
    with pytest.raises(passphrase.WrongPassphrase):
        passphrase.unwrap(wrapped, "a guess of fifteen letters", runtime.keys.pepper)
    with pytest.raises(age.AgeError):
        age.decrypt_with(record.sealed, [age.new_identity()[0]])


def test_a_clients_link_from_a_mailbox(
    runtime: Runtime, saved_practice: SavedPractice, app: Flask
) -> None:
    """An unfinished form only with the birth date;
    after signing their copy, for 30 days, with the birth date too.
    """
    token = drafts.create(runtime, "a browser")
    clients.sign(runtime, token, "a browser", ANA)
    unfinished = drafts.create_invited(runtime, "Noor", date(1990, 5, 1), by="demo")
    for code, asked, paths in (
        (
            unfinished,
            "/intake/identity",
            ("/intake", "/intake/step/name", "/intake/check", "/intake/sign"),
        ),
        (
            token,
            "/intake/identity",
            ("/intake", "/intake/step/name", "/intake/check", "/intake/paper"),
        ),
        (
            saved_practice.token,
            "/mine/identity",
            ("/mine", "/intake/copy", "/intake/done", "/mine/correction"),
        ),
    ):
        thief = new_browser(app)
        answer = thief.post(
            "/i", data={"csrf_token": people.csrf(thief.get("/i").text), "code": code}
        )
        assert answer.status_code == 303
        assert {path: thief.get(path).location for path in paths} == dict.fromkeys(paths, asked)
        assert not [word for word in ("Noor", "Moreno", "stiff") if word in thief.get(asked).text]


def test_a_clients_link_and_the_database(
    runtime: Runtime, saved_practice: SavedPractice, database: Session
) -> None:
    """Nothing more without the app key: their token alone opens neither the form nor the
    copy in a stolen database.
    """
    token = token_box.new_token()
    blob = token_box.encrypt(token, runtime.keys.pepper, "d1", 1, b"answers")
    with pytest.raises(token_box.TokenBoxLocked):
        token_box.decrypt(token, ANOTHER.pepper, "d1", 1, blob)
    copy = database.scalars(select(ClientCopy)).one()
    with pytest.raises(client_copy.CopyLocked):
        client_copy.decrypt_copy(
            client_copy.copy_key(saved_practice.token, ANOTHER.pepper, copy.record_id),
            copy.record_id,
            copy.blob,
        )


def test_the_logs(
    runtime: Runtime,
    saved_practice: SavedPractice,
    app: Flask,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Kinds and places of errors: no token, no name, no answer, at any level.
    (Proxy and swap: deploy/, doctor.)
    """
    browser = new_browser(app)
    with caplog.at_level(logging.DEBUG):
        people.sign_in(browser, saved_practice.donna)
        for path in (
            "/records",
            "/records?q=Moreno",
            f"/i?{saved_practice.token}",
            "/nowhere/Moreno",
        ):
            browser.get(path)
        with transaction(runtime.engine, write=True) as session:
            session.execute(text("DROP TABLE visit"))
        browser.get("/desk")
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert not [
        word
        for word in (
            "Moreno",
            "stiff",
            saved_practice.token,
            saved_practice.donna.passphrase,
            "Donna",
        )
        if word in said
    ]


def test_the_front_desks_passphrase_and_second_factor(
    runtime: Runtime, app: Flask, ana: str
) -> None:
    """Names and times. Even code that runs as the desk has no key for any clinical byte."""
    dora = people.hire(runtime, DORA)
    desk = people.enter(runtime, DORA)
    assert desk.identities == ()
    for read in (open_record.open_record, open_record.download_pdf, authenticity.load_verified):
        with pytest.raises(NotAuthentic):
            read(runtime, desk, ana)
    with transaction(runtime.engine, write=False) as session:
        assert (
            session.scalars(select(KeyGrant).where(KeyGrant.holder == desk.practitioner_id)).all()
            == []
        )
    browser = new_browser(app)
    people.sign_in(browser, dora)
    assert browser.get(f"/records/{ana}").status_code == 403


def test_a_therapists_passphrase_alone(runtime: Runtime, saved_practice: SavedPractice) -> None:
    """Nothing over the network: the session waits for the second factor and opens no page."""
    cookie = sessions.sign_in(
        runtime,
        saved_practice.donna.sign_in_name,
        saved_practice.donna.passphrase,
        "192.0.2.66",
    )
    assert sessions.session_from(runtime, cookie) is None
    assert sessions.pending_sign_in(runtime, cookie) is not None


def test_a_therapists_unlocked_browser(runtime: Runtime, ana: str) -> None:
    """Everything until they are idle for fifteen minutes, and every look is written down."""
    donna = people.enter(runtime)
    open_record.open_record(runtime, donna, ana)
    with transaction(runtime.engine, write=False) as session:
        looks = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "record.viewed")
        ).all()
    assert [(one.actor, one.subject) for one in looks] == [(donna.practitioner_id, ana)]
    later = replace(runtime, clock=lambda: runtime.clock() + timedelta(minutes=15, seconds=1))
    assert sessions.session_from(later, donna.cookie) is None


def test_the_tablet_after_the_end(runtime: Runtime, app: Flask) -> None:
    """The form is gone: no address shows an answer, also to whoever copied its cookies;
    nothing may be kept.
    """
    desk, dora = new_browser(app), people.hire(runtime, DORA)
    people.sign_in(desk, dora)
    device = tablet.pair(app, dora)
    tablet.send(desk, expect(runtime, tablet.BORN))
    tablet.tap(device, "/kiosk/start")
    tablet.write(device, "name", id__first_name="Ana", id__last_name="Moreno")
    assert "Moreno" in device.get("/intake/step/name").text
    token, _, browser = tablet.cookie(device, "__Host-intake").partition(".")
    clients.complete(runtime, token, browser, ANA)
    device.get("/intake/done")
    device.get("/kiosk/away")
    thief = new_browser(app)
    thief.set_cookie("__Host-intake", f"{token}.{browser}", domain="localhost", secure=True)
    thief.set_cookie(
        "__Host-kiosk", tablet.cookie(device, "__Host-kiosk"), domain="localhost", secure=True
    )
    paths = (
        "/intake",
        "/intake/step/name",
        "/intake/check",
        "/intake/sign",
        "/intake/done",
        "/intake/copy",
        "/mine",
    )
    for path in (*paths, "/", "/kiosk", "/kiosk/copy", "/kiosk/phone"):
        for left in (device, thief):
            answer = left.get(path, follow_redirects=True)
            assert answer.headers["Cache-Control"] == "no-store"
            assert not [
                word
                for word in ("Moreno", "stiff", "%PDF")
                if word in answer.get_data().decode("latin-1")
            ]


def test_the_paper_sheet_alone(runtime: Runtime, saved_practice: SavedPractice, ana: str) -> None:
    """A key and nothing else; with any database or backup, every record."""
    assert saved_practice.donna.recovery.startswith("AGE-SECRET-KEY-1")
    with transaction(runtime.engine, write=False) as session:
        record = session.get_one(Record, ana)
    assert b"A stiff neck" in age.decrypt_with(record.sealed, [saved_practice.donna.recovery])
    assert backup.manifest_of(backup.make(runtime), saved_practice.donna.recovery).records == 1


def test_the_key_of_the_seal(runtime: Runtime, ana: str) -> None:
    """A new PDF with a valid seal, which the practice's own log does not know
    and the app does not show.
    """
    donna = people.enter(runtime)
    told, _ = authenticity.load_verified(runtime, donna, ana)
    lie = replace(told, answers={**told.answers, "v.reason": "To relax"})
    with transaction(runtime.engine, write=False) as session:
        head = completion.signing_head(session, ana)
    print_run = printing.Printing(
        head, certificate.seal_fingerprint(runtime.settings.seal_file), runtime.clock()
    )
    forged = runtime.pool.render(
        printing.record_document(
            lie,
            evidence.journey_of(lie),
            print_run,
            safety_card.card_for_reader(RecordOnTheDay(lie)),
        )
    )
    assert verify.check(forged, [(runtime.settings.data / "ca.pem").read_bytes()]).ok
    assert open_record.download_pdf(runtime, donna, ana) != forged
    with transaction(runtime.engine, write=True) as session:
        document = session.get_one(Document, ana)
        document.sealed = age.encrypt_to(forged, recipients.pinned_recipients(runtime))
        document.pdf_sha256 = hashlib.sha256(forged).hexdigest()
    with pytest.raises(NotAuthentic):
        open_record.download_pdf(runtime, donna, ana)


def test_writing_to_the_database_a_forged_record(runtime: Runtime, ana: str) -> None:
    """Anybody can seal to the public key; nobody but the server can write the log
    entry that makes it count.
    """
    evidence = {"record_id": "f" * 32, "role": "intake"}
    forged = age.encrypt_to(json.dumps(evidence).encode(), recipients.pinned_recipients(runtime))
    with transaction(runtime.engine, write=True) as session:
        real = session.get_one(Record, ana)
        columns = {c.name: getattr(real, c.name) for c in Record.__table__.columns}
        columns |= {
            "id": "f" * 32,
            "sealed": forged,
            "sealed_sha256": hashlib.sha256(forged).hexdigest(),
        }
        session.add(Record(**columns))
    with pytest.raises(NotAuthentic):
        open_record.open_record(runtime, people.enter(runtime), "f" * 32)


def test_writing_to_the_database_another_recipient(runtime: Runtime) -> None:
    """The recipients come from the pinned file; a database that says otherwise stops the start."""
    thief = age.new_identity()[1]
    with transaction(runtime.engine, write=True) as session:
        session.execute(text("UPDATE practice SET recipient = :thief"), {"thief": thief})
    assert thief not in recipients.pinned_recipients(runtime)
    assert "different keys" in doctor.refuse_start(runtime)


def test_writing_to_the_database_a_record_taken_away(runtime: Runtime, ana: str) -> None:
    """Deleting is possible, and found: the log says that it was signed."""
    with transaction(runtime.engine, write=True) as session:
        session.execute(text("DELETE FROM client_copy"))
        session.execute(text("DELETE FROM document"))
        session.execute(text("DELETE FROM record"))
    missing = doctor.records_there(runtime)
    assert (missing.ok, ana[:8] in missing.said) == (False, True)


def test_a_live_server_taken_over(
    runtime: Runtime, saved_practice: SavedPractice, ana: str
) -> None:
    """All that is typed or opened from then on; the past only once a therapist signs in:
    no session, no key.
    """
    donna = people.enter(runtime)
    sessions.sign_out(runtime, donna.cookie)
    with transaction(runtime.engine, write=False) as session:
        assert session.scalars(select(StaffSession)).all() == []
    assert not [data for data in secrets_in(runtime, key_files=True) if b"AGE-SECRET-KEY" in data]
    assert page.open_page(runtime, saved_practice.token, "") is not None
