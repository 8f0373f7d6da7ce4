"""The printed record: valid for archives and screen readers, sealed, readable, whole."""

import io
import json
import subprocess
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import ClassVar

import pikepdf
import pytest

from intake_app.pdf.pool import RenderPool
from intake_app.pdf.record_document import AnswerSection, RecordDocument, Row
from intake_app.pdf.verify import check
from tests.pdf.sample import ANA, ANSWERS, CARD, paper
from tests.support.verapdf import failures

NAMES = {
    "Arabic": "فاطمة الزهراء",
    "Hebrew": "רחל כהן",
    "Chinese": "李小龙",
    "Japanese": "山田はなこ",
    "Korean": "김민준",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Елена Соколова",
    "Latin": "Łukasiewicz Nguyễn Þórðr",
    "Thai": "สมชาย",
    "Hindi": "अमिताभ",
}
HOSTILE = [
    "<script>alert(1)</script>",
    "nul\x00byte and bell\x07",
    "right\u202eto left override",
    "emoji 😀👩‍👩‍👧 in words",
    "x" * 10_000,
    "lone \ud800 surrogate",
    "z" + "\u0301" * 200 + "algo",
    "<img src=file:///etc/passwd>",
    "line\nline\r\nline\ttab",
    "\ue000 private",
]


def text(pdf: bytes, folder: Path) -> str:
    """What a reader reads."""
    file = folder / "text.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@pytest.fixture(scope="module")
def shelf(
    press: RenderPool, ana: bytes, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Every PDF of this file: Ana's on both paper sizes, one for each script,
    one with everything hostile.
    """
    folder = tmp_path_factory.mktemp("shelf")
    rows = tuple(Row(f"Question {i}", words, f"q.{i}") for i, words in enumerate(HOSTILE))
    papers = {
        "A4": paper(page_size="a4"),
        "Hostile": paper(
            card=replace(CARD, note="Old"),
            read_first=rows,
            reason=HOSTILE[0],
            client_name=HOSTILE[2],
        ),
    }
    papers |= {script: paper(client_name=name) for script, name in NAMES.items()}
    pdfs = {"Letter": ana} | {name: press.render(one) for name, one in papers.items()}
    for name, data in pdfs.items():
        (folder / f"{name}.pdf").write_bytes(data)
    return {name: folder / f"{name}.pdf" for name in pdfs}


def test_every_record_is_pdf_a_3a_and_pdf_ua_1_for_the_reference_validator(
    shelf: dict[str, Path],
) -> None:
    assert failures(*shelf.values()) == ""


@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_any_script_is_drawn_and_never_becomes_boxes(
    shelf: dict[str, Path], script: str, tmp_path: Path
) -> None:
    words = text(shelf[script].read_bytes(), tmp_path)
    assert "□" not in words
    if script not in {"Arabic", "Hebrew", "Thai", "Hindi"}:  # readers reorder or regroup these
        assert NAMES[script] in words


def test_a_sign_that_no_font_has_is_a_box_and_named_on_the_last_page(
    shelf: dict[str, Path], tmp_path: Path
) -> None:
    words = text(shelf["Hostile"].read_bytes(), tmp_path)
    assert "U+1F600" in words
    assert "U+E000" in words


def test_hostile_words_are_printed_as_words(shelf: dict[str, Path], tmp_path: Path) -> None:
    words = text(shelf["Hostile"].read_bytes(), tmp_path)
    assert "<script>alert(1)</script>" in words
    assert "<img src=file:///etc/passwd>" in words
    assert "root:" not in words


def test_the_whole_record_is_readable_text(ana: bytes, tmp_path: Path) -> None:
    words = text(ana, tmp_path)
    for section in ANA.sections:
        for row in section.rows:
            assert row.label in words
            assert row.answer in words
    for consent in ANA.consents:
        assert " ".join(consent.text.split()) in words
    for hashed in (ANA.answers_sha256, ANA.definition_sha256, ANA.seal_fingerprint):
        assert hashed in words.replace(" ", "")


def test_what_was_not_answered_is_one_line_at_the_end_of_its_part(
    press: RenderPool, tmp_path: Path
) -> None:
    rows = (
        Row("Best time to call", "Not answered", "a", answered=False),
        Row("Work", "Nurse", "b"),
    )
    rows += (Row("How did you hear of us?", "Not answered", "c", answered=False),)
    words = text(
        press.render(paper(sections=(AnswerSection("About you", rows, private=False),))), tmp_path
    )
    assert "Work Nurse Not answered: Best time to call; How did you hear of us?" in words


def test_the_answers_come_back_out_of_the_file_as_data(ana: bytes, tmp_path: Path) -> None:
    (tmp_path / "ana.pdf").write_bytes(ana)
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, tmp_path / "ana.pdf"], check=True)
    assert json.loads((tmp_path / "intake.json").read_text())["answers"] == ANSWERS


def test_another_kind_of_paper_says_what_is_attached_and_why_it_is_sealed(
    press: RenderPool,
) -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Addendum(RecordDocument):
        attached_as: ClassVar[str] = "addendum.json"
        sealed_because: ClassVar[str] = "Added after the visit"

    with pikepdf.open(io.BytesIO(press.render(Addendum(**asdict(paper()))))) as pdf:
        assert list(pdf.attachments) == ["addendum.json"]
        assert str(pdf.Root.AcroForm.Fields[0].V.Reason) == "Added after the visit"


@pytest.mark.parametrize(("size", "points"), [("Letter", (612, 792)), ("A4", (595, 842))])
def test_pages_are_letter_or_a4(shelf: dict[str, Path], size: str, points: tuple[int, int]) -> None:
    with pikepdf.open(shelf[size]) as pdf:
        assert tuple(round(float(edge)) for edge in pdf.pages[0].mediabox[2:]) == points


def test_the_seal_is_valid_for_poppler_and_for_us(
    ana: bytes, authority: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "ana.pdf"
    file.write_bytes(ana)
    said = subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    verdict = check(ana, [authority])
    assert (verdict.ok, verdict.signer) == (True, "Stillwater Massage Record Seal")


def test_any_changed_byte_breaks_the_seal(ana: bytes, authority: bytes) -> None:
    start, length = (
        int(number) for number in ana[ana.rindex(b"/ByteRange") :].split(b"[")[1].split()[1:3]
    )
    for place in range(20, start, start // 20):
        changed = ana[:place] + bytes([ana[place] ^ 1]) + ana[place + 1 :]
        assert not check(changed, [authority]).ok, place
    assert start < length < len(ana)


def test_something_added_later_breaks_the_seal(
    ana: bytes, authority: bytes, tmp_path: Path
) -> None:
    assert not check(ana + b"\n", [authority]).ok
    (tmp_path / "ana.pdf").write_bytes(ana)
    with pikepdf.open(tmp_path / "ana.pdf") as pdf:
        pdf.pages[0].Rotate = 90
        pdf.save(tmp_path / "turned.pdf")
    assert not check((tmp_path / "turned.pdf").read_bytes(), [authority]).ok


def test_a_seal_of_another_practice_is_not_trusted(ana: bytes, tmp_path: Path) -> None:
    from intake_app.pdf.certificate import make_practice_seal

    make_practice_seal("Somebody else", tmp_path)
    assert not check(ana, [(tmp_path / "ca.pem").read_bytes()]).ok
