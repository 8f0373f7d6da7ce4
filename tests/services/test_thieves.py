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

from intake_app.house import House
from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.records import ClientCopy, Document, Record
from intake_app.models.staff import KeyGrant, Practitioner, SecondFactor, StaffSession
from intake_app.record import certificate, verify
from intake_app.services import (
    archive,
    backup,
    card,
    demo,
    doctor,
    drafts,
    evidence,
    intake,
    mine,
    proof,
    recipients,
    records,
    staff,
)
from intake_app.services.proof import NotAuthentic
from intake_app.vault import copies, passphrase, seal
from intake_app.vault import drafts as vault_drafts
from intake_app.vault.keys import KeyRing, open_directory
from tests import factories, tablet
from tests.conftest import new_browser
from tests.desk import expect
from tests.kept import ANA, Kept, house, kept

__all__ = ["house", "kept"]

ANOTHER = KeyRing.from_root(b"\x01" * 32)  # what a thief without the app key can only guess
ANSWERS = [b"Moreno", b"stiff neck", b"A stiff"]


@pytest.fixture
def ana(house: House) -> str:
    """The id of Ana's record."""
    with transaction(house.engine, write=False) as session:
        return session.scalars(select(Record.id)).one()


@pytest.fixture
def database(house: House) -> Iterator[Session]:
    """What somebody who has the database can read and change."""
    with transaction(house.engine, write=True) as session:
        yield session


def secrets_in(house: House, *, key_files: bool) -> list[bytes]:
    """All bytes of the stolen files."""
    house.engine.dispose()
    files = [one for one in house.settings.data.iterdir() if one.is_file()]
    return [one.read_bytes() for one in files if key_files or one.name.startswith("intake.db")]


def test_the_database_alone(house: House, kept: Kept) -> None:
    """Counts, times, sizes. No name, no answer, no PDF; not even a passphrase that is known can be verified."""
    stolen = b"".join(secrets_in(house, key_files=False))
    assert kept.donna.sign_in_name.encode() in stolen  # so that this search could find something
    assert not [word for word in (*ANSWERS, b"%PDF", b"AGE-SECRET-KEY") if word in stolen]
    with transaction(house.engine, write=False) as session:
        wrapped = session.scalars(select(Practitioner.wrapped)).first()
    assert wrapped is not None
    with pytest.raises(passphrase.WrongPassphrase):
        passphrase.unwrap(wrapped, kept.donna.passphrase, ANOTHER.pepper)
    assert passphrase.unwrap(wrapped, kept.donna.passphrase, house.keys.pepper)


def test_the_nightly_backup_file(house: House, kept: Kept) -> None:
    """Nothing without the paper: neither the practice's key nor the server's opens it."""
    made = backup.make(house)
    assert not [word for word in (*ANSWERS, b"%PDF", b"Stillwater") if word in made.read_bytes()]
    for secret in factories.enter(house).identities:
        with pytest.raises(archive.NotABackup):
            backup.manifest_of(made, secret)


def test_the_database_and_the_app_key(house: House, kept: Kept, ana: str) -> None:
    """Names, birth dates, seeds of second factors. No answer while the passphrase holds, no form without its link."""
    token = drafts.start(house, "her browser")
    with transaction(house.engine, write=False) as database:
        _no_answer_with(house, database, ana, token)


def _no_answer_with(house: House, database: Session, ana: str, token: str) -> None:
    draft = database.scalars(select(Draft)).one()
    assert vault_drafts.decrypt(token, house.keys.pepper, draft.id, draft.rev, draft.blob)
    for guess in (draft.token_hash.hex(), draft.id, ""):
        with pytest.raises(vault_drafts.DraftLocked):
            vault_drafts.decrypt(guess, house.keys.pepper, draft.id, draft.rev, draft.blob)
    record = database.get_one(Record, ana)
    assert b"Moreno" in open_directory(house.keys, f"record:{ana}", record.directory)
    assert database.scalars(select(SecondFactor)).all()
    assert not [data for data in secrets_in(house, key_files=True) if b"stiff neck" in data or b"AGE-SECRET" in data]
    wrapped = database.scalars(select(Practitioner.wrapped)).first() or b""
    with pytest.raises(passphrase.WrongPassphrase):
        passphrase.unwrap(wrapped, "a guess of fifteen letters", house.keys.pepper)
    with pytest.raises(seal.SealError):
        seal.open_sealed(record.sealed, [seal.new_identity()[0]])


def test_a_clients_link_from_a_mailbox(house: House, kept: Kept, app: Flask) -> None:
    """An unfinished form only with the birth date; after signing her copy, for 30 days, with the birth date too."""
    token = drafts.start(house, "her browser")
    demo.seal(house, token, "her browser", ANA)
    unfinished = drafts.invite(house, "Noor", date(1990, 5, 1), by="demo")
    for code, asked, paths in (
        (unfinished, "/intake/identity", ("/intake", "/intake/step/name", "/intake/check", "/intake/sign")),
        (token, "/intake/identity", ("/intake", "/intake/step/name", "/intake/check", "/intake/paper")),
        (kept.token, "/mine/identity", ("/mine", "/intake/copy", "/intake/done", "/mine/correction")),
    ):
        thief = new_browser(app)
        answer = thief.post("/i", data={"csrf_token": factories.csrf(thief.get("/i").text), "code": code})
        assert answer.status_code == 303
        assert {path: thief.get(path).location for path in paths} == dict.fromkeys(paths, asked)
        assert not [word for word in ("Noor", "Moreno", "stiff") if word in thief.get(asked).text]


def test_a_clients_link_and_the_database(house: House, kept: Kept, database: Session) -> None:
    """Nothing more without the app key: her token alone opens neither the form nor the copy in a stolen database."""
    token = drafts.vault_drafts.new_token()
    blob = vault_drafts.encrypt(token, house.keys.pepper, "d1", 1, b"answers")
    with pytest.raises(vault_drafts.DraftLocked):
        vault_drafts.decrypt(token, ANOTHER.pepper, "d1", 1, blob)
    copy = database.scalars(select(ClientCopy)).one()
    with pytest.raises(copies.CopyLocked):
        copies.decrypt_copy(copies.copy_key(kept.token, ANOTHER.pepper, copy.record_id), copy.record_id, copy.blob)


def test_the_logs(house: House, kept: Kept, app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Kinds and places of errors: no token, no name, no answer, at any level. (Proxy and swap: deploy/, doctor.)"""
    browser = new_browser(app)
    with caplog.at_level(logging.DEBUG):
        factories.sign_in(browser, kept.donna)
        for path in ("/records", "/records?q=Moreno", f"/i?{kept.token}", "/nowhere/Moreno"):
            browser.get(path)
        with transaction(house.engine, write=True) as session:
            session.execute(text("DROP TABLE visit"))
        browser.get("/desk")
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert not [word for word in ("Moreno", "stiff", kept.token, kept.donna.passphrase, "Donna") if word in said]


def test_the_front_desks_passphrase_and_second_factor(house: House, kept: Kept, app: Flask, ana: str) -> None:
    """Names and times. Even code that runs as the desk has no key for any clinical byte."""
    dora = factories.hire(house, demo.DORA)
    desk = factories.enter(house, demo.DORA)
    assert desk.identities == ()
    for read in (records.open_record, records.pdf, proof.record):
        with pytest.raises(NotAuthentic):
            read(house, desk, ana)
    with transaction(house.engine, write=False) as session:
        assert session.scalars(select(KeyGrant).where(KeyGrant.holder == desk.practitioner_id)).all() == []
    browser = new_browser(app)
    factories.sign_in(browser, dora)
    assert browser.get(f"/records/{ana}").status_code == 403


def test_a_therapists_passphrase_alone(house: House, kept: Kept) -> None:
    """Nothing over the network: the session waits for the second factor and opens no page."""
    cookie = staff.sign_in(house, kept.donna.sign_in_name, kept.donna.passphrase, "192.0.2.66")
    assert staff.session_from(house, cookie) is None
    assert staff.waiting(house, cookie) is not None


def test_a_therapists_unlocked_browser(house: House, kept: Kept, ana: str) -> None:
    """Everything until she is idle for fifteen minutes, and every look is written down."""
    donna = factories.enter(house)
    records.open_record(house, donna, ana)
    with transaction(house.engine, write=False) as session:
        looks = session.scalars(select(AuditEvent).where(AuditEvent.action == "record.viewed")).all()
    assert [(one.actor, one.subject) for one in looks] == [(donna.practitioner_id, ana)]
    later = replace(house, clock=lambda: house.clock() + timedelta(minutes=15, seconds=1))
    assert staff.session_from(later, donna.cookie) is None


def test_the_tablet_after_the_end(house: House, kept: Kept, app: Flask) -> None:
    """The form is gone: no address shows an answer, also to whoever copied its cookies; nothing may be kept."""
    desk, dora = new_browser(app), factories.hire(house, demo.DORA)
    factories.sign_in(desk, dora)
    device = tablet.pair(app, dora)
    tablet.send(desk, expect(house, tablet.BORN))
    tablet.tap(device, "/kiosk/start")
    tablet.write(device, "name", id__first_name="Ana", id__last_name="Moreno")
    assert "Moreno" in device.get("/intake/step/name").text
    token, _, browser = tablet.cookie(device, "__Host-intake").partition(".")
    demo.sign_draft(house, token, browser, ANA)
    device.get("/intake/done")
    device.get("/kiosk/away")
    thief = new_browser(app)
    thief.set_cookie("__Host-intake", f"{token}.{browser}", domain="localhost", secure=True)
    thief.set_cookie("__Host-kiosk", tablet.cookie(device, "__Host-kiosk"), domain="localhost", secure=True)
    paths = ("/intake", "/intake/step/name", "/intake/check", "/intake/sign", "/intake/done", "/intake/copy", "/mine")
    for path in (*paths, "/", "/kiosk", "/kiosk/copy", "/kiosk/phone"):
        for left in (device, thief):
            answer = left.get(path, follow_redirects=True)
            assert answer.headers["Cache-Control"] == "no-store"
            assert not [word for word in ("Moreno", "stiff", "%PDF") if word in answer.get_data().decode("latin-1")]


def test_the_paper_sheet_alone(house: House, kept: Kept, ana: str) -> None:
    """A key and nothing else; with any database or backup, every record."""
    assert kept.donna.recovery.startswith("AGE-SECRET-KEY-1")
    with transaction(house.engine, write=False) as session:
        record = session.get_one(Record, ana)
    assert b"A stiff neck" in seal.open_sealed(record.sealed, [kept.donna.recovery])
    assert backup.manifest_of(backup.make(house), kept.donna.recovery).records == 1


def test_the_key_of_the_seal(house: House, kept: Kept, ana: str) -> None:
    """A new PDF with a valid seal, which the practice's own log does not know and the app does not show."""
    donna = factories.enter(house)
    told, _ = proof.record(house, donna, ana)
    lie = {**told, "answers": {**told["answers"], "v.reason": "To relax"}}
    with transaction(house.engine, write=False) as session:
        head = intake.signing_head(session, ana)
    printing = evidence.Printing(head, certificate.seal_fingerprint(house.settings.seal_file), house.clock())
    forged = house.pool.render(evidence.paper(lie, evidence.journey_of(lie), printing, card.of(lie)))
    assert verify.check(forged, [(house.settings.data / "ca.pem").read_bytes()]).ok
    assert records.pdf(house, donna, ana) != forged
    with transaction(house.engine, write=True) as session:
        document = session.get_one(Document, ana)
        document.sealed = seal.seal(forged, recipients.pinned(house))
        document.pdf_sha256 = hashlib.sha256(forged).hexdigest()
    with pytest.raises(NotAuthentic):
        records.pdf(house, donna, ana)


def test_writing_to_the_database_a_forged_record(house: House, ana: str) -> None:
    """Anybody can seal to the public key; nobody but the server can write the log entry that makes it count."""
    evidence = {"record_id": "f" * 32, "role": "intake"}
    forged = seal.seal(json.dumps(evidence).encode(), recipients.pinned(house))
    with transaction(house.engine, write=True) as session:
        real = session.get_one(Record, ana)
        columns = {c.name: getattr(real, c.name) for c in Record.__table__.columns}
        columns |= {"id": "f" * 32, "sealed": forged, "sealed_sha256": hashlib.sha256(forged).hexdigest()}
        session.add(Record(**columns))
    with pytest.raises(NotAuthentic):
        records.open_record(house, factories.enter(house), "f" * 32)


def test_writing_to_the_database_another_recipient(house: House) -> None:
    """The recipients come from the pinned file; a database that says otherwise stops the start."""
    thief = seal.new_identity()[1]
    with transaction(house.engine, write=True) as session:
        session.execute(text("UPDATE practice SET recipient = :thief"), {"thief": thief})
    assert thief not in recipients.pinned(house)
    assert "different keys" in doctor.refuse(house)


def test_writing_to_the_database_a_record_taken_away(house: House, ana: str) -> None:
    """Deleting is possible, and found: the log says that it was signed."""
    with transaction(house.engine, write=True) as session:
        session.execute(text("DELETE FROM client_copy"))
        session.execute(text("DELETE FROM document"))
        session.execute(text("DELETE FROM record"))
    missing = doctor.records_there(house)
    assert (missing.ok, ana[:8] in missing.said) == (False, True)


def test_a_live_server_taken_over(house: House, kept: Kept, ana: str) -> None:
    """All that is typed or opened from then on; the past only once a therapist signs in: no session, no key."""
    donna = factories.enter(house)
    staff.sign_out(house, donna.cookie)
    with transaction(house.engine, write=False) as session:
        assert session.scalars(select(StaffSession)).all() == []
    assert not [data for data in secrets_in(house, key_files=True) if b"AGE-SECRET-KEY" in data]
    assert mine.open_page(house, kept.token, "") is not None
