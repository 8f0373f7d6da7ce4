"""“For my therapist only”: Donna reads it on a page of its own;
no copy, no PDF and no other page says it.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from intake_app import create_app
from intake_app.backup import backup
from intake_app.core import canonical_json
from intake_app.core.runtime import Runtime
from intake_app.crypto import age, token_box
from intake_app.intake import drafts
from intake_app.intake.draft_state import DraftState
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.erasures import Erasure
from intake_app.models.records import Record, TherapistOnlyWords
from intake_app.records import therapist_only
from tests.support.clients import make_record, newest_record
from tests.support.form_walker import HealthyAdult
from tests.support.html_pages import Form, words
from tests.support.http_client import Answer
from tests.support.people import csrf
from tests.support.returning_client import ANA, Tab, come_back, invite_again
from tests.support.runtimes import SavedPractice, SharedWorkers, settings_for

pytestmark = pytest.mark.starts_from("practice_with_private_words")

WORDS = "My brother hurt me, canary quokka"
TICK = ("v-reason-apart", "For my therapist only")
CHANGED = ("now", "changed")


class Discreet(HealthyAdult):
    """Ana, who says why they come to their therapist only."""

    def fill(self, form: Form) -> list[tuple[str, str]]:
        """The tick beside the words."""
        self.known["v-reason"] = WORDS
        return [*super().fill(form), *([TICK] if "v-reason" in form.controls else [])]


@dataclass(frozen=True, kw_only=True)
class PracticeWithPrivateWords(SavedPractice):
    """The practice where Ana has signed, with Ana's check page, and Ana's copy of the PDF."""

    check: str
    copy: bytes


@pytest.fixture(scope="module")
def practice_with_private_words(
    tmp_path_factory: pytest.TempPathFactory,
    new_practice: SavedPractice,
    shared_workers: SharedWorkers,
) -> PracticeWithPrivateWords:
    """Ana walks through the whole form in their browser, and signs."""
    folder = shutil.copytree(new_practice.folder, tmp_path_factory.mktemp("apart") / "data")
    with shared_workers.open(folder) as runtime:
        tab, ana = Tab(create_app(runtime=runtime)), Discreet()
        path, fields = ana.walk_to_signature(tab)
        check = tab.get("/intake/check").page.text
        assert tab.post(path, fields).path == "/intake/done"
        copy = tab.browser.get("/intake/copy").data
        return PracticeWithPrivateWords(folder, new_practice.donna, check=check, copy=copy)


@pytest.fixture
def ana(runtime: Runtime) -> str:
    """The id of their record."""
    return newest_record(runtime)


def run(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def everything_in(pdf: bytes, folder: Path) -> str:
    """The words of a PDF, and those of the files inside it."""
    folder.mkdir()
    (folder / "paper.pdf").write_bytes(pdf)
    run("pdfdetach", "-saveall", "-o", folder, folder / "paper.pdf")
    inside = "".join(file.read_text() for file in folder.glob("*.json"))
    assert '"v.reason"' in inside
    return " ".join((run("pdftotext", folder / "paper.pdf", "-") + inside).split())


def put(runtime: Runtime, ana: str, words: object) -> None:
    """What somebody with the database alone can do: other words, sealed to the public keys."""
    with transaction(runtime.engine, write=True) as session:
        session.get_one(TherapistOnlyWords, ana).sealed = age.encrypt_to(
            canonical_json.canonical(words), recipients.pinned_recipients(runtime)
        )


def sealed_words(runtime: Runtime, ana: str, key: str) -> dict[str, object]:
    with transaction(runtime.engine, write=False) as session:
        words: dict[str, object] = json.loads(
            age.decrypt_with(session.get_one(TherapistOnlyWords, ana).sealed, [key])
        )
    return words


# Their form


def at_the_reason(tab: Tab) -> Answer:
    answer = tab.press(tab.get("/"))
    while "v-reason" not in answer.page.form.controls:
        answer = tab.press(answer)
    return answer


def test_the_tick_is_kept_while_they_type_and_shown_again(
    runtime: Runtime, saved_practice: PracticeWithPrivateWords
) -> None:
    tab = Tab(create_app(runtime=runtime))
    page = at_the_reason(tab)
    assert page.page.form.controls[TICK[0]].chosen == []
    assert "Kept apart: not on your copy." in page.page.text
    typed = [*({**dict(page.page.form.values()), "v-reason": WORDS, "seq": "1"}).items(), TICK]
    assert tab.post(f"{page.path}/autosave", typed).status == 204
    assert tab.get(page.path).page.form.controls[TICK[0]].chosen == [TICK[1]]


def test_a_question_that_is_not_confidential_has_no_tick(
    runtime: Runtime, saved_practice: PracticeWithPrivateWords
) -> None:
    tab = Tab(create_app(runtime=runtime))
    name = tab.press(tab.get("/"))
    assert "id-first_name" in name.page.form.controls
    assert not [key for key in name.page.form.controls if key.endswith("-apart")]


def test_their_own_check_page_shows_the_words_and_says_who_reads_them(
    saved_practice: PracticeWithPrivateWords,
) -> None:
    assert f"{WORDS} (for your therapist only)" in " ".join(saved_practice.check.split())


def test_a_half_done_form_on_paper_does_not_say_them(
    runtime: Runtime, saved_practice: PracticeWithPrivateWords
) -> None:
    tab = Tab(create_app(runtime=runtime))
    page = at_the_reason(tab)
    tab.post(page.path, Discreet().fill(page.page.form))
    paper = tab.get("/intake/paper").page.text
    assert WORDS not in paper
    assert TICK[1] in paper


def test_a_draft_from_before_there_was_a_tick_still_opens(
    runtime: Runtime, saved_practice: PracticeWithPrivateWords
) -> None:
    token = drafts.create(runtime, "a browser")
    with transaction(runtime.engine, write=True) as session:
        row = session.scalars(select(Draft)).one()
        old = {key: part for key, part in DraftState().to_json().items() if key != "apart"}
        plain = json.dumps(old | {"answers": {"v.reason": "A stiff neck"}}).encode()
        row.blob = token_box.encrypt(token, runtime.keys.pepper, row.id, row.rev, plain)
    draft = drafts.open_draft(runtime, token, "a browser")
    assert draft is not None
    assert (draft.state.answers, draft.state.therapist_only) == (
        {"v.reason": "A stiff neck"},
        (),
    )


# Their record


def test_no_paper_no_attachment_and_no_copy_says_it(
    runtime: Runtime,
    donna: FlaskClient,
    saved_practice: PracticeWithPrivateWords,
    ana: str,
    tmp_path: Path,
) -> None:
    for place, pdf in (
        ("record", donna.get(f"/records/{ana}/pdf").data),
        ("copy", saved_practice.copy),
    ):
        said = everything_in(pdf, tmp_path / place)
        assert "quokka" not in said
        assert therapist_only.INSTEAD in said


def test_the_sealed_evidence_holds_the_hash_and_not_the_words(
    runtime: Runtime, saved_practice: PracticeWithPrivateWords, ana: str
) -> None:
    with transaction(runtime.engine, write=False) as session:
        found = json.loads(
            age.decrypt_with(session.get_one(Record, ana).sealed, [saved_practice.donna.recovery])
        )
    assert "quokka" not in json.dumps(found)
    assert found["answers"]["v.reason"] == therapist_only.INSTEAD
    words = sealed_words(runtime, ana, saved_practice.donna.recovery)
    assert words["answers"] == {"v.reason": WORDS}
    assert found["apart_sha256"] == canonical_json.sha256(words)


def test_the_therapist_reads_it_on_its_own_page_and_nowhere_else(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    record = donna.get(f"/records/{ana}").text
    assert "quokka" not in record
    assert f'href="/records/{ana}/apart"' in record
    page = words(donna.get(f"/records/{ana}/apart").text)
    assert WORDS in page
    with transaction(runtime.engine, write=False) as session:
        logged = session.scalars(
            select(AuditEvent).where(AuditEvent.action == therapist_only.VIEWED)
        ).all()
        assert [one.subject for one in logged] == [ana]
        assert "quokka" not in logged[0].data_json


def test_the_desk_and_a_stranger_do_not(desk: FlaskClient, browser: FlaskClient, ana: str) -> None:
    assert desk.get(f"/records/{ana}/apart").status_code == 403
    assert "quokka" not in browser.get(f"/records/{ana}/apart", follow_redirects=True).text


@pytest.mark.parametrize(
    "change", [{"answers": {"v.reason": "To relax"}}, {"record_id": "0" * 32}, {"role": "intake"}]
)
def test_swapped_words_are_not_shown(
    donna: FlaskClient,
    runtime: Runtime,
    saved_practice: PracticeWithPrivateWords,
    ana: str,
    change: dict[str, object],
) -> None:
    put(runtime, ana, sealed_words(runtime, ana, saved_practice.donna.recovery) | change)
    answer = donna.get(f"/records/{ana}/apart")
    assert answer.status_code == 409
    assert "not authentic" in answer.text


def test_words_taken_away_are_noticed(donna: FlaskClient, runtime: Runtime, ana: str) -> None:
    with transaction(runtime.engine, write=True) as session:
        session.delete(session.get_one(TherapistOnlyWords, ana))
    assert donna.get(f"/records/{ana}/apart").status_code == 409


def test_erasing_the_record_erases_them_and_the_receipt_counts_them(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    page = donna.get(f"/records/{ana}/keeping").text
    donna.post(
        f"/records/{ana}/erase", data={"csrf_token": csrf(page), "why": "client_asked", "sure": "y"}
    )
    with transaction(runtime.engine, write=False) as session:
        assert session.scalars(select(TherapistOnlyWords)).all() == []
        assert session.get_one(Erasure, ana).parts == 3


def test_a_backup_with_words_that_do_not_open_is_refused(
    runtime: Runtime, saved_practice: PracticeWithPrivateWords, ana: str, tmp_path: Path
) -> None:
    with transaction(runtime.engine, write=True) as session:
        session.get_one(TherapistOnlyWords, ana).sealed = age.encrypt_to(
            b"{}", [age.new_identity()[1]]
        )
    made = backup.make(runtime)
    (tmp_path / "new").mkdir()
    with pytest.raises(backup.NotWhole, match="a signed apart"):
        backup.restore(
            replace(settings_for(tmp_path / "new"), app_key=bytes(32)),
            made,
            saved_practice.donna.recovery,
        )


# The next visit


def test_the_next_form_holds_the_words_with_the_tick_and_the_new_record_does_not_tell_the_change(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    tab, answer = come_back(create_app(runtime=runtime), invite_again(donna, ana))
    while answer.path != "/intake/again/visit":
        answer = tab.press(answer)
    assert f"{WORDS} (for your therapist only)" in answer.page.text
    page = tab.press(answer, CHANGED)
    while "v-reason" not in page.page.form.controls:
        page = tab.press(page)
    assert page.page.form.controls["v-reason"].value.strip() == WORDS
    assert page.page.form.controls[TICK[0]].chosen == [TICK[1]]
    tab.post(
        page.path, [*({**dict(page.page.form.values()), "v-reason": "quokka again"}).items(), TICK]
    )
    path, fields = HealthyAdult().walk_to_signature(tab, "/intake")
    tab.post(path, fields)
    second = newest_record(runtime)
    assert second != ana
    assert "quokka" not in donna.get(f"/records/{second}").text
    assert "quokka again" in donna.get(f"/records/{second}/apart").text


def test_a_part_that_is_the_same_keeps_them_apart(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    tab, answer = come_back(create_app(runtime=runtime), invite_again(donna, ana))
    path, fields = HealthyAdult().walk_to_signature(tab, answer.path)
    tab.post(path, fields)
    second = newest_record(runtime)
    assert "quokka" not in donna.get(f"/records/{second}").text
    assert WORDS in words(donna.get(f"/records/{second}/apart").text)


def test_a_record_without_such_words_has_no_such_page(donna: FlaskClient, runtime: Runtime) -> None:
    other = make_record(runtime, ANA)
    assert "/apart" not in donna.get(f"/records/{other}").text
    assert donna.get(f"/records/{other}/apart").status_code == 404
