"""What is stored or public never changes its name or its bytes, whatever the code is called.

The files beside this one were made by version 0.1.0, before the modules moved to where they are
now: a practice in a backup, what was in it, evidence of each version, and the lists of names in
names.toml.
"""

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from intake_app import create_app
from intake_app.backup import backup
from intake_app.core import canonical_json
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.core.stored_json import StoredValue
from intake_app.intake import drafts, links
from intake_app.intake.draft_state import DraftState
from intake_app.models.base import Base
from intake_app.records import addenda, authenticity, evidence, inbox, open_record
from intake_app.records.cautions.decisions import UnsignedDecisions
from intake_app.records.sealed.addendum import (
    AddendumEvidence,
    DayOfVisitAnswers,
    SignedDecisions,
)
from intake_app.records.sealed.beside_evidence import (
    ClientPageCard,
    DirectoryEntry,
    StopNote,
    TherapistOnlyAnswers,
)
from intake_app.records.sealed.evidence import Evidence
from tests.support.people import enter
from tests.support.runtimes import SharedWorkers, new_browser, settings_for

GOLDEN = Path(__file__).parent
NAMES: dict[str, Any] = tomllib.loads((GOLDEN / "names.toml").read_text())
BEFORE: dict[str, Any] = json.loads((GOLDEN / "practice-0.1.0.json").read_text())
THEN = datetime.fromisoformat(BEFORE["made_at"])
PACKAGE = GOLDEN.parents[1] / "intake_app"


def words_in_code() -> set[str]:
    """Every string that stands in the code as a whole."""
    trees = (ast.parse(source.read_text()) for source in PACKAGE.rglob("*.py"))
    constants = (
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    )
    return {node.value for node in constants if isinstance(node.value, str)}


def as_the_browser_sees_it(address: str) -> str:
    """An address without what the code calls its parts: their places and shapes are public."""
    return re.sub(r"\w+>", "part>", address)


def test_every_address_is_still_there(app: Flask) -> None:
    found = {
        as_the_browser_sees_it(f"{method} {rule.rule}")
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    assert {as_the_browser_sees_it(address) for address in NAMES["addresses"]} <= found


def test_every_table_and_column_is_still_there() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    }
    assert set(NAMES["columns"]) <= found


def test_audit_actions_and_cookies_keep_their_names() -> None:
    assert set(NAMES["audit_actions"]) | set(NAMES["cookies"]) <= words_in_code()


@pytest.fixture(scope="module")
def restored(
    tmp_path_factory: pytest.TempPathFactory, shared_workers: SharedWorkers
) -> Iterator[Runtime]:
    """The practice of then, brought back by the code of now."""
    fresh = replace(settings_for(tmp_path_factory.mktemp("restored")), app_key=bytes(32))
    backup.restore(fresh, GOLDEN / "practice-0.1.0.age", BEFORE["recovery"])
    with shared_workers.open(fresh.data) as pressed:
        runtime = open_runtime(
            replace(fresh, app_key=bytes.fromhex((fresh.data / "app.key").read_text()))
        )
        yield replace(runtime, pool=pressed.pool, clock=lambda: THEN)
        runtime.engine.dispose()


@pytest.mark.parametrize("then", BEFORE["records"], ids=lambda then: then["id"][:4])
def test_every_record_of_then_opens_as_it_was(restored: Runtime, then: dict[str, Any]) -> None:
    donna = enter(restored)
    found, _ = authenticity.load_verified(restored, donna, then["id"])
    assert canonical_json.sha256(found.to_json()) == then["evidence_sha256"]
    assert (
        hashlib.sha256(open_record.download_pdf(restored, donna, then["id"])).hexdigest()
        == then["pdf_sha256"]
    )
    opened = open_record.open_record(restored, donna, then["id"])
    assert [one.code for one in opened.cautions or ()] == then["cautions"]
    assert [
        [one.id, one.kind, one.title] for one in addenda.for_record(restored, donna, then["id"])
    ] == then["addenda"]
    assert {row.id: row.stop for row in inbox.load_inbox(restored, donna).rows}[then["id"]] == then[
        "stop"
    ]


def test_a_form_begun_then_goes_on_as_it_was(restored: Runtime) -> None:
    before = BEFORE["draft"]
    draft = drafts.open_draft(restored, before["token"], before["browser"])
    assert draft is not None
    assert draft.state.to_json() == before["state"]


DRAFTS = ["returning", "day-of-visit", "day-of-visit-sent", "transcription", "signed"]
"""Forms in the middle of every way through, as their drafts were stored."""


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_is_read_and_written_byte_for_byte(name: str) -> None:
    before = (GOLDEN / f"draft-{name}.json").read_bytes()
    state = DraftState.from_json(json.loads(before))
    assert json.dumps(state.to_json(), separators=(",", ":")).encode() == before


def test_between_them_these_drafts_hold_every_part() -> None:
    states = [json.loads((GOLDEN / f"draft-{name}.json").read_bytes()) for name in DRAFTS]
    filled = {key for state in states for key, part in state.items() if part}
    assert filled == set(DraftState().to_json())


def test_a_draft_of_before_opens_without_the_parts_that_were_not_there_yet() -> None:
    stored = json.loads((GOLDEN / "draft-returning.json").read_bytes())
    del stored["apart"], stored["previous"]["apart"]
    state = DraftState.from_json(stored)
    assert state.therapist_only == ()
    assert state.to_json() == stored | {"apart": []}


def test_nothing_of_a_draft_is_dropped_silently() -> None:
    with pytest.raises(KeyError):
        DraftState.from_json({"unheard_of": 1})


def test_links_tablets_and_own_pages_of_then_still_open(restored: Runtime) -> None:
    app = create_app(runtime=restored)
    assert links.redeem(restored, BEFORE["visit"]["link"]) is not None
    for cookie, page, words in (
        ("__Host-kiosk", "/kiosk", "Welcome"),
        ("__Host-intake", "/mine", "Your page"),
    ):
        browser = new_browser(app)
        browser.set_cookie(cookie, BEFORE["cookies"][cookie], secure=True, path="/")
        answer = browser.get(page)
        assert (answer.status_code, words in answer.text) == (200, True)


EVIDENCE = ["v1", "v2", "returning", "therapist-only", "helped", "from-paper"]
"""Signed forms of every version and every kind, as they were sealed."""
ADDENDA = ["decisions", "asked-again", "request-answered", "consent-withdrawn"]


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_of_every_kind_is_read_and_written_byte_for_byte(name: str) -> None:
    before = (GOLDEN / f"evidence-{name}.json").read_bytes()
    found = Evidence.from_json(json.loads(before))
    assert canonical_json.canonical(found.to_json()) == before
    assert evidence.journey_of(found).complete


@pytest.mark.parametrize("name", ADDENDA)
def test_an_addendum_is_read_and_written_byte_for_byte(name: str) -> None:
    before = (GOLDEN / f"addendum-{name}.json").read_bytes()
    found = AddendumEvidence.from_json(json.loads(before))
    assert canonical_json.canonical(found.to_json()) == before
    data = {"decisions": SignedDecisions, "asked-again": DayOfVisitAnswers}.get(name)
    assert data is None or data.from_json(found.data).to_json() == found.data
    words = {name: found.to_json()[name] for name in ("title", "lead", "entries", "data")}
    assert canonical_json.sha256(words) == found.content_sha256


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("therapist-only", TherapistOnlyAnswers),
        ("client-page", ClientPageCard),
        ("directory-entry", DirectoryEntry),
        ("stop-note", StopNote),
        ("decisions-draft", UnsignedDecisions),
    ],
)
def test_what_lies_beside_the_evidence_is_read_and_written_byte_for_byte(
    name: str, kind: type[StoredValue]
) -> None:
    before = (GOLDEN / f"{name}.json").read_text()
    found = kind.from_json(json.loads(before))
    assert found.to_json() == json.loads(before)
    assert list(found.to_json()) == list(json.loads(before))


def test_what_a_later_version_wrote_beside_it_is_carried_along() -> None:
    stored = json.loads((GOLDEN / "evidence-v2.json").read_bytes())
    stored["a later key"] = {"more": [1, 2.5, None]}
    stored["practice"]["a later key"] = True
    found = Evidence.from_json(stored)
    assert found.to_json() == stored
    assert replace(found, language="es").to_json() == stored | {"language": "es"}
