"""The commands of a person who keeps backups, on a terminal."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from intake_app import create_app
from intake_app.backup import backup
from intake_app.core.runtime import Runtime
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.records import inbox, open_record
from tests.support import people
from tests.support.runtimes import SavedPractice, settings_for

pytestmark = pytest.mark.starts_from("practice_with_record")


def run(app: Flask, *words: object, typed: str = "") -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=[str(word) for word in words], input=typed)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Flask:
    """The app in an empty folder of another computer."""
    (tmp_path / "new").mkdir()
    return create_app(settings_for(tmp_path / "new"))


def test_backup_and_restore_on_a_terminal(
    app: Flask, elsewhere: Flask, saved_practice: SavedPractice, tmp_path: Path
) -> None:
    file = tmp_path / "disk" / "friday.age"
    made = run(app, "backup", file)
    assert made.exit_code == 0
    assert "Only the recovery sheet opens it" in made.output
    typed = saved_practice.donna.recovery.lower().replace("-1", "-1 ") + "\n"
    restored = run(elsewhere, "restore", file, typed=typed)
    assert restored.exit_code == 0, restored.output
    assert "1 records" in restored.output
    assert "sign in with your passphrase" in restored.output
    assert saved_practice.donna.recovery.lower() not in restored.output.lower()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("AGE-SECRET-KEY-1WRONG", "The key is not the one of this backup"),
        ("", "The key is not the one of this backup"),
    ],
)
def test_a_wrong_key_is_told_so(
    app: Flask, elsewhere: Flask, tmp_path: Path, key: str, sentence: str
) -> None:
    run(app, "backup", tmp_path / "b.age")
    (tmp_path / "key").write_text(key)
    refused = run(elsewhere, "restore", tmp_path / "b.age", "--key-file", tmp_path / "key")
    assert refused.exit_code == 1
    assert sentence in refused.output


def test_a_restore_into_a_folder_in_use_changes_nothing(
    app: Flask, saved_practice: SavedPractice, tmp_path: Path
) -> None:
    run(app, "backup", tmp_path / "b.age")
    refused = run(app, "restore", tmp_path / "b.age", typed=saved_practice.donna.recovery + "\n")
    assert refused.exit_code == 1
    assert "Choose an empty place" in refused.output


def break_a_page(runtime: Runtime, table: str) -> None:
    """What a failing disk does: the page where this table begins comes back full of zeros."""
    with runtime.engine.connect() as connection:
        root = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).scalar_one()
    runtime.engine.dispose()  # the last one out puts everything into the one file
    with (runtime.settings.data / "intake.db").open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(bytes(4096))


def test_a_damaged_database_is_not_backed_up_over_the_good_ones(
    app: Flask, runtime: Runtime, tmp_path: Path
) -> None:
    good = backup.make(runtime)
    break_a_page(runtime, "record")
    answer = run(app, "backup")
    assert answer.exit_code == 1
    assert "NO BACKUP WAS MADE" in answer.output
    assert list(good.parent.iterdir()) == [good]


def test_the_audit_log_is_checked_against_a_backup_and_against_a_printed_entry(
    app: Flask, runtime: Runtime, saved_practice: SavedPractice, tmp_path: Path
) -> None:
    made = backup.make(runtime)
    (tmp_path / "key").write_text(saved_practice.donna.recovery)
    head = backup.manifest_of(made, saved_practice.donna.recovery).head
    good = run(app, "audit", "verify", "--anchor", made, "--key-file", tmp_path / "key")
    assert (good.exit_code, "all in order" in good.output) == (0, True)
    assert run(app, "audit", "verify", "--anchor", f"{head.seq} {head.hash}").exit_code == 0
    assert run(app, "audit", "verify", "--anchor", f"{head.seq + 40} {head.hash}").exit_code == 1
    in_groups = " ".join(head.hash[at : at + 4] for at in range(0, 64, 4))
    assert run(app, "audit", "verify", "--anchor", f"{head.seq} {in_groups}").exit_code == 0
    nonsense = run(app, "audit", "verify", "--anchor", "nothing", typed="x\n")
    assert (nonsense.exit_code, "is no anchor" in nonsense.output) == (1, True)


def test_a_pdf_that_a_client_holds_finds_a_log_whose_end_was_cut_off(
    app: Flask, runtime: Runtime, tmp_path: Path
) -> None:
    donna, file, forged = people.enter(runtime), tmp_path / "genuine.pdf", tmp_path / "forged.pdf"
    (row,) = inbox.load_inbox(runtime, donna).rows
    file.write_bytes(open_record.download_pdf(runtime, donna, row.id))
    forged.write_bytes(file.read_bytes().replace(b"log ", b"log 9", 1))
    assert run(app, "audit", "verify", "--anchor", file).exit_code == 0
    assert "is no anchor" in run(app, "audit", "verify", "--anchor", forged).output
    with transaction(runtime.engine, write=True) as session:
        signed = session.scalars(
            select(AuditEvent.seq).where(AuditEvent.action == "record.signed")
        ).one()
        session.execute(text("DROP TRIGGER audit_event_no_DELETE"))
        session.execute(text("DELETE FROM audit_event WHERE seq >= :signed"), {"signed": signed})
    assert run(app, "audit", "verify").exit_code == 0
    cut = run(app, "audit", "verify", "--anchor", file)
    assert (cut.exit_code, f"Changed at entry {signed}" in cut.output) == (1, True)
