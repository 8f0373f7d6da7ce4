"""The app key is changed while the practice works; killed at any moment, nothing is lost."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from intake_app.core import audit
from intake_app.core.config import SettingError, from_environment
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.crypto import app_key
from intake_app.intake import drafts
from intake_app.keys import rotation
from intake_app.migrations import upgrade
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.operations import doctor
from intake_app.operations.scheduler import run_jobs_once
from intake_app.records import inbox
from tests.support import people
from tests.support.people import Staff

BROWSER = "a browser"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], Runtime]]:
    """A house opened from its folder, as each start does."""
    houses: list[Runtime] = []

    def start() -> Runtime:
        settings = replace(
            from_environment({"INTAKE_DATA": str(tmp_path)}), kdf_memory_kib=64, kdf_time=1
        )
        houses.append(open_runtime(settings))
        upgrade(houses[-1].engine)
        return houses[-1]

    yield start
    for runtime in houses:
        runtime.pool.close()
        runtime.engine.dispose()


@pytest.fixture
def practice(opened: Callable[[], Runtime]) -> Staff:
    """Stillwater Massage in that folder."""
    return people.set_up(opened())


def works(runtime: Runtime, token: str) -> bool:
    """Names, sign-in, unfinished forms and the log are all readable."""
    with transaction(runtime.engine, write=False) as session:
        log = audit.verify(session, runtime.keys).ok
    donna = people.enter(runtime)
    link = inbox.load_inbox(runtime, donna).links[0].first_name
    return (
        log
        and link == "Noor"
        and bool(donna.identities)
        and bool(drafts.open_draft(runtime, token, BROWSER))
    )


def test_everything_opens_after_a_new_app_key_in_the_running_app_and_in_the_next_start(
    opened: Callable[[], Runtime], practice: Staff, tmp_path: Path
) -> None:
    running = opened()
    token, old = drafts.create(running, BROWSER), (tmp_path / "app.key").read_text()
    drafts.create_invited(running, "Noor", None, by="demo")
    rotation.new_app_key(running, "operator")
    assert (tmp_path / "app.key").read_text() != old
    assert works(running, token)
    assert works(opened(), token)


def test_the_old_key_opens_nothing_any_more(
    opened: Callable[[], Runtime], practice: Staff, tmp_path: Path
) -> None:
    old = opened().settings.app_key
    rotation.new_app_key(opened(), "operator")
    with pytest.raises(app_key.WeakKey, match="not the key of this database"):
        app_key.root(tmp_path, old)


@pytest.mark.parametrize("step", [0, 1, 2])
def test_killed_before_any_step_it_has_not_begun_or_finishes_by_itself_and_is_in_the_log(
    opened: Callable[[], Runtime], practice: Staff, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    runtime = opened()
    token, old = drafts.create(runtime, BROWSER), runtime.settings.app_key
    drafts.create_invited(runtime, "Noor", None, by="demo")

    class Killed(BaseException):
        """As if the process had died here."""

    real, calls = Path.replace, [0]

    def replaced(self: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] > step:
            raise Killed
        return real(self, target)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "replace", replaced)
        rotation.new_app_key(runtime, "operator")
    again = opened()
    assert works(again, token)
    assert doctor.refuse_start(again) == ""
    run_jobs_once(again)
    changed = again.settings.app_key != old
    assert (changed, changes_logged(again)) == ((True, 1) if step > 1 else (False, 0))
    assert len(json.loads((again.settings.data / "keys.sealed").read_text())["boxes"]) == 1
    assert works(opened(), token)
    rotation.new_app_key(again, "operator")
    assert works(opened(), token)


def changes_logged(runtime: Runtime) -> int:
    with transaction(runtime.engine, write=False) as session:
        return len(
            session.scalars(select(AuditEvent).where(AuditEvent.action == "app_key.changed")).all()
        )


def test_a_key_of_another_practice_stops_the_start(
    opened: Callable[[], Runtime], practice: Staff, tmp_path: Path
) -> None:
    (tmp_path / "app.key").unlink()
    with pytest.raises(SettingError, match="not the key of this database"):
        opened()
