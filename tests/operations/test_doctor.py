"""`flask doctor` finds what a practice can get wrong, and says what to do;
the start refuses the worst of it.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from intake_app.backup import backup
from intake_app.core.runtime import Runtime
from intake_app.migrations import upgrade
from intake_app.models.engine import transaction
from intake_app.operations import doctor, machine_checks
from intake_app.operations.machine_checks import Finding
from intake_app.pdf import weasyprint
from tests.cli.test_backup import break_a_page, run
from tests.support import REPOSITORY, people
from tests.support.runtimes import SavedPractice, new_browser
from tests.support.server import Server

pytestmark = pytest.mark.starts_from("practice_with_record")


def problems(runtime: Runtime) -> dict[str, Finding]:
    return {one.check: one for one in doctor.run_checks(runtime) if not one.ok}


@pytest.fixture
def healthy(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """A practice with a backup, on a computer that has nothing wrong with it."""
    for check in ("check_clock_sync", "check_swap", "check_fonts"):
        monkeypatch.setattr(machine_checks, check, lambda: Finding("machine", True, ""))
    runtime.settings.data.chmod(0o700)
    backup.make(runtime)
    return runtime


def test_a_healthy_practice_has_nothing_to_do(healthy: Runtime, app: Flask) -> None:
    assert problems(healthy) == {}
    told = run(app, "doctor")
    assert (told.exit_code, "BAD" in told.output) == (0, False)


def test_programs_can_read_it_too(healthy: Runtime, app: Flask) -> None:
    findings = json.loads(run(app, "doctor", "--json").output)
    assert {"disk", "backup", "audit log", "recipients"} <= {one["check"] for one in findings}


def test_before_the_set_up_only_the_machine_is_examined(tmp_path: Path) -> None:
    from intake_app.core.runtime import open_runtime
    from tests.support.runtimes import settings_for

    fresh = open_runtime(settings_for(tmp_path))
    upgrade(fresh.engine)
    assert "backup" not in {one.check for one in doctor.run_checks(fresh)}


@pytest.mark.parametrize(
    ("check", "change"),
    [
        (
            "backup",
            lambda runtime: replace(runtime, clock=lambda: runtime.clock() + timedelta(days=9)),
        ),
        (
            "time",
            lambda runtime: replace(runtime, clock=lambda: runtime.clock() - timedelta(days=1)),
        ),
        (
            "seal",
            lambda runtime: replace(runtime, clock=lambda: runtime.clock() + timedelta(days=3600)),
        ),
        (
            "disk",
            lambda runtime: replace(runtime, settings=replace(runtime.settings, low_disk_mb=10**9)),
        ),
    ],
)
def test_what_time_and_use_bring(healthy: Runtime, check: str, change: "object") -> None:
    found = problems(change(healthy))  # type: ignore[operator]
    assert check in found
    assert found[check].todo


def test_nine_days_without_a_backup_are_counted(healthy: Runtime) -> None:
    later = replace(healthy, clock=lambda: healthy.clock() + timedelta(days=9, hours=1))
    assert problems(later)["backup"].said == "No backup for 9 days."


def test_a_backup_that_was_never_made_is_said(runtime: Runtime) -> None:
    assert problems(runtime)["backup"].said == "There is no backup."


def test_the_inbox_says_so_too(runtime: Runtime, saved_practice: SavedPractice, app: Flask) -> None:
    browser = new_browser(app)
    people.sign_in(browser, saved_practice.donna)
    assert "No backup for" not in browser.get("/records").text
    with transaction(runtime.engine, write=True) as session:
        session.execute(text("UPDATE practice SET created_at = '2026-01-01 00:00:00.000000'"))
    assert "No backup for" in browser.get("/records").text
    backup.make(runtime)
    assert "No backup for" not in browser.get("/records").text


def test_a_file_that_others_may_read_is_named(healthy: Runtime) -> None:
    (healthy.settings.data / "seal.pass").chmod(0o444)
    assert "seal.pass" in problems(healthy)["files"].said


def test_a_seal_that_does_not_open_is_named(healthy: Runtime) -> None:
    password = healthy.settings.data / "seal.pass"
    password.chmod(0o600)
    password.write_text("another")
    assert "does not open" in problems(healthy)["seal"].said


def test_a_changed_log_and_old_tables_are_found(healthy: Runtime) -> None:
    with transaction(healthy.engine, write=True) as session:
        session.execute(text("DROP TRIGGER audit_event_no_UPDATE"))
        session.execute(text("UPDATE audit_event SET actor = 'rosa' WHERE seq = 2"))
    assert "entry 2" in problems(healthy)["audit log"].said
    with transaction(healthy.engine, write=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "another version" in problems(healthy)["migrations"].said


def test_the_paper_is_really_tried() -> None:
    assert machine_checks.check_fonts().ok


def test_a_weasyprint_that_is_not_known_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not known" not in machine_checks.check_pdf_shortcuts().said
    monkeypatch.setattr(weasyprint, "KNOWN", frozenset({"71.0"}))
    said = machine_checks.check_pdf_shortcuts().said
    installed = weasyprint.installed_version()
    assert f"PDFs are made without the shortcuts: WeasyPrint {installed} is not known." in said


def test_plain_swap_is_named_and_encrypted_swap_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "_swaps", lambda: ["/dev/zram0"])
    assert machine_checks.check_swap().ok
    monkeypatch.setattr(machine_checks, "_swaps", lambda: ["/dev/sda5"])
    assert "/dev/sda5" in machine_checks.check_swap().said


def test_the_fonts_are_looked_for_in_the_process_that_needs_them(tmp_path: Path) -> None:
    """A copy of the app whose fonts are gone: doctor still answers, and says so."""
    shutil.copytree(
        REPOSITORY / "intake_app", tmp_path / "intake_app", ignore=shutil.ignore_patterns("*.ttf")
    )
    script = (
        "from intake_app.operations.machine_checks import check_fonts as check; "
        "print(check().ok, check().said)"
    )
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.startswith("False")


def put_key(runtime: Runtime, key: bytes) -> None:
    """The key file as the app itself would write it."""
    file = runtime.settings.data / "app.key"
    file.unlink(missing_ok=True)
    file.write_text(key.hex())
    file.chmod(0o400)


def another_key(runtime: Runtime) -> None:
    put_key(runtime, bytes(range(1, 33)))


def another_recipient(runtime: Runtime) -> None:
    with transaction(runtime.engine, write=True) as session:
        session.execute(text("UPDATE practice SET recovery_recipient = recipient"))


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda runtime: break_a_page(runtime, "record"), "damaged"),
        (another_key, "not the key of this database"),
        (another_recipient, "different keys"),
    ],
    ids=["a damaged database", "another app key", "another recipient"],
)
def test_the_start_is_refused_with_a_sentence(
    runtime: Runtime, tmp_path: Path, harm: "object", sentence: str
) -> None:
    put_key(runtime, runtime.settings.app_key)
    harm(runtime)  # type: ignore[operator]
    runtime.engine.dispose()
    server = Server(runtime.settings.data, tmp_path / "log")
    with pytest.raises(TimeoutError):
        server.start()
    server.stop()
    assert sentence in server.log.read_text()
