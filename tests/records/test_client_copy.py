"""The client's own copy: their answers and the plain advice, and nothing of what the rules say.

A massage therapist does not find or name an illness: the copy names only what the client did.
"""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from intake_app.client_portal import page
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, signing
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.records import open_record
from tests.support import form_2, people
from tests.support.form_2 import ANA
from tests.support.pdf_text import text_of

BROWSER = "browser"
CLOT: dict[str, Any] = {
    **ANA,
    "td.clot_sign": "yes",
    "td.clot_where": ["leg_r"],
    "sc.heart": "yes",
    "hx.cardio": ["stroke"],
    "hx.stroke_when": "lt3m",
    "ok.stroke": "yes",
    "dr.ok_who": "Dr. Lee",
    "dr.ok_when": "week",
    "cl.letter": "no",
    "pr.overall": "deep",
}
"""A swollen leg that nobody looked at; a stroke, and by their own word a doctor's yes."""


@pytest.fixture
def token(runtime: Runtime, practice: people.Staff) -> str:
    """The link of somebody who signed just now, and whose papers are printed."""
    people.use_form(runtime, "2.0.0")
    token = drafts.create(runtime, BROWSER)
    form_2.walk(runtime, token, BROWSER, CLOT)
    form_2.agree_and_sign(runtime, token, BROWSER, "Ana Moreno")
    draft = drafts.open_draft(runtime, token, BROWSER)
    assert draft is not None and signing.complete(runtime, draft)
    return token


def copy_of(runtime: Runtime, token: str) -> bytes:
    """The PDF that the client's link opens."""
    opened = page.open_page(runtime, token, BROWSER)
    assert opened is not None
    return page.pdf(runtime, opened)


def attached(pdf: bytes, folder: Path) -> str:
    """Everything that is attached to a PDF, as text."""
    file = folder / "copy.pdf"
    file.write_bytes(pdf)
    command = ["pdfdetach", "-saveall", "-o", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True)
    return "".join(one.read_text() for one in folder.iterdir() if one.suffix == ".json")


def test_the_copy_holds_answers_and_advice_and_no_flag(
    runtime: Runtime, token: str, tmp_path: Path
) -> None:
    pdf = copy_of(runtime, token)
    text = text_of(pdf).replace("I can reply STOP.", "")  # of text messages
    assert "My right leg is swollen" in text
    assert "Stroke or mini-stroke" in text  # their own answer
    for word in ("STOP", "ASK FIRST", "AVOID", "ADAPT", "Lowered", "level", "Homans", "S42"):
        assert word not in text, word
    assert not re.search(r"\bclot\b", text.replace("blood clot or clotting illness", ""), re.I)
    data = attached(pdf, tmp_path).replace("I can reply STOP.", "")
    assert '"td.clot_sign": "yes"' in data
    assert "STOP" not in data and "flags" not in data


def test_the_therapist_reads_the_stop_and_the_lowered_one_by_name(
    runtime: Runtime, token: str
) -> None:
    donna = people.enter(runtime, people.DONNA)
    (row,) = open_record_ids(runtime)
    record = open_record.open_record(runtime, donna, row)
    card = record.paper.card
    assert [one.title for one in card.stops] == ["One limb may have a blood clot"]
    assert card.firsts[0].title.startswith("Lowered STOP: Stroke")
    assert card.firsts[0].title.endswith("by the client’s word")
    assert "STOP" in text_of(open_record.download_pdf(runtime, donna, row))


def open_record_ids(runtime: Runtime) -> list[str]:
    """The records of the practice."""
    with transaction(runtime.engine, write=False) as session:
        return list(session.scalars(select(Record.id)))
