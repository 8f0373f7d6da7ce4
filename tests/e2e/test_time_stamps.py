"""A time-stamp server that lives, is dead, or never answers:
what the PDF says, and what anchors the log.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from intake_app import create_app
from intake_app.client_portal import page as mine
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.operations import audit_anchors
from intake_app.pdf import timestamps, verify
from intake_app.pdf.timestamps import NotStamped
from tests.cli.test_backup import run
from tests.support import clients, timestamp_server
from tests.support.clients import ANA
from tests.support.runtimes import SavedPractice, settings_for


@pytest.fixture(scope="module")
def stamping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a time-stamp server that lives, and its folder."""
    folder = tmp_path_factory.mktemp("tsa")
    with timestamp_server.alive(folder) as url:
        yield url, folder


@pytest.fixture
def with_server(practice_with_record: SavedPractice, tmp_path: Path) -> Iterator["object"]:
    """The practice with a time-stamp server at this address."""
    houses: list[Runtime] = []

    def opened(url: str) -> Runtime:
        shutil.copytree(practice_with_record.folder, tmp_path / "data")
        houses.append(open_runtime(replace(settings_for(tmp_path / "data"), tsa_url=url)))
        return houses[-1]

    yield opened
    for runtime in houses:
        runtime.pool.close()
        runtime.engine.dispose()


def signed(runtime: Runtime) -> tuple[verify.SealVerdict, str]:
    """One more client signs: what their PDF proves, and what the log says of it."""
    page = mine.open_page(runtime, clients.complete_new(runtime, ANA), "")
    assert page is not None
    pdf = mine.pdf(runtime, page)
    with transaction(runtime.engine, write=False) as session:
        completed = select(AuditEvent.data_json).where(AuditEvent.action == "record.completed")
        said = session.scalars(completed.order_by(AuditEvent.seq.desc())).first()
    return verify.check(pdf, [(runtime.settings.data / "ca.pem").read_bytes()]), said or ""


def test_a_server_that_lives_stamps_the_pdf(
    with_server: "object", stamping: tuple[str, Path]
) -> None:
    verdict, said = signed(with_server(stamping[0]))  # type: ignore[operator]
    assert verdict.ok
    assert verdict.stamped_at is not None
    assert '"stamped":true' in said


def test_a_dead_server_costs_nothing_but_the_stamp(with_server: "object") -> None:
    verdict, said = signed(with_server(timestamp_server.dead()))  # type: ignore[operator]
    assert (verdict.ok, verdict.stamped_at) == (True, None)
    assert '"stamped":false' in said


def test_a_server_that_never_answers_costs_three_seconds(with_server: "object") -> None:
    with timestamp_server.slow() as url:
        verdict, said = signed(with_server(url))  # type: ignore[operator]
        begun = time.monotonic()
        with pytest.raises(timestamps.NoTimeStamp):
            timestamps.stamp(url, b"content")
        assert time.monotonic() - begun < 5
    assert (verdict.ok, verdict.stamped_at) == (True, None)
    assert '"stamped":false' in said


def app_of(runtime: Runtime) -> Flask:
    return create_app(runtime=runtime)


def test_an_anchor_finds_a_log_that_was_cut_off(
    with_server: "object", stamping: tuple[str, Path]
) -> None:
    runtime: Runtime = with_server(stamping[0])  # type: ignore[operator]
    made = run(app_of(runtime), "audit", "anchor")
    assert (made.exit_code, "Stamps for Tests" in made.output) == (0, True), made.output
    assert run(app_of(runtime), "audit", "verify").exit_code == 0
    with transaction(runtime.engine, write=True) as session:
        session.execute(text("DROP TRIGGER audit_event_no_DELETE"))
        session.execute(text("DELETE FROM audit_event WHERE seq > 2"))
    cut = run(app_of(runtime), "audit", "verify")
    assert (cut.exit_code, "the entry printed elsewhere is missing" in cut.output) == (1, True)


def test_an_anchor_that_was_changed_is_no_anchor(
    with_server: "object", stamping: tuple[str, Path]
) -> None:
    runtime: Runtime = with_server(stamping[0])  # type: ignore[operator]
    audit_anchors.make(runtime)
    file = audit_anchors.newest(runtime)
    assert file is not None
    file.write_text(f"{audit_anchors.read(file).head.seq} {'0' * 64}\n")
    with pytest.raises(NotStamped):
        audit_anchors.read(file)


def test_openssl_alone_checks_an_anchor(with_server: "object", stamping: tuple[str, Path]) -> None:
    runtime: Runtime = with_server(stamping[0])  # type: ignore[operator]
    audit_anchors.make(runtime)
    file = audit_anchors.newest(runtime)
    assert file is not None
    words = [
        "openssl",
        "ts",
        "-verify",
        "-data",
        str(file),
        "-in",
        str(file.with_suffix(".tst")),
        "-token_in",
    ]
    done = subprocess.run(
        [*words, "-CAfile", str(stamping[1] / "root.pem")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in done.stdout + done.stderr


def test_without_an_answer_or_without_a_server_it_is_said(with_server: "object") -> None:
    runtime: Runtime = with_server("")  # type: ignore[operator]
    assert "not set" in run(app_of(runtime), "audit", "anchor").output
    unreachable = replace(
        runtime, settings=replace(runtime.settings, tsa_url=timestamp_server.dead())
    )
    told = run(app_of(unreachable), "audit", "anchor")
    assert (told.exit_code, "did not answer" in told.output) == (1, True)
