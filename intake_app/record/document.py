"""What a record prints, as plain data, and its HTML."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGE_SIZES = ("letter", "a4")


@dataclass(frozen=True, slots=True)
class Row:
    """One question and what was answered."""

    label: str
    answer: str
    link_id: str


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """One part of the form. private: printed on a page of its own."""

    title: str
    rows: tuple[Row, ...]
    private: bool


@dataclass(frozen=True, slots=True)
class BodyMark:
    """How one place of the body feels. pain: 0 to 10, None when there is none."""

    region: str
    label: str
    pain: int | None
    tension: bool
    numbness: bool
    avoid: bool


@dataclass(frozen=True, slots=True)
class PressureMark:
    """The pressure wished for one place: avoid, light, medium, firm or deep."""

    region: str
    label: str
    level: str


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """One agreement word for word, whether it was ticked, and when (ISO 8601)."""

    id: str
    title: str
    text: str
    version: str
    sha256: str
    agreed: bool
    at: str


@dataclass(frozen=True, slots=True)
class SignatureMark:
    """Who signed. strokes: the drawing as points (x, y) on a canvas of width × height; none when typed only."""

    role: str
    name: str
    relationship: str
    strokes: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float
    signed_at_utc: str
    signed_at_local: str
    meaning: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that happened, and when."""

    at: str
    what: str


@dataclass(frozen=True, slots=True)
class RecordPaper:
    """Everything on the pages of one record. Text is printed as it stands; answers_json is attached, not printed."""

    record_id: str
    practice_name: str
    practice_lines: tuple[str, ...]
    page_size: str
    lang: str
    client_name: str
    client_age: int
    birth_date: str
    pronouns: str
    reason: str
    first_visit: bool
    read_first: tuple[Row, ...]
    allergies: tuple[str, ...]
    body_marks: tuple[BodyMark, ...]
    pressure_overall: str
    pressure_marks: tuple[PressureMark, ...]
    goals: tuple[str, ...]
    medicines: tuple[Row, ...]
    sections: tuple[AnswerSection, ...]
    consents: tuple[ConsentGiven, ...]
    signatures: tuple[SignatureMark, ...]
    events: tuple[AuditLine, ...]
    definition_name: str
    definition_version: str
    definition_sha256: str
    answers_json: str
    answers_sha256: str
    audit_seq: int
    audit_hash: str
    seal_fingerprint: str
    note: str


def html(paper: RecordPaper | Mapping[str, Any]) -> str:
    """The record as one HTML page; style it with templates/pdf/print.css."""
    fields = asdict(paper) if isinstance(paper, RecordPaper) else paper
    return _environment().get_template("pdf/record.html").render(p=fields)


def css(page_size: str) -> str:
    """The print style for one paper size. Raises ValueError for a size that is neither letter nor a4."""
    if page_size not in PAGE_SIZES:
        raise ValueError(f"a page is {' or '.join(PAGE_SIZES)}")
    style = (TEMPLATES / "pdf" / "print.css").read_text(encoding="utf-8")
    return style.replace("size:letter", f"size:{page_size}")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["groups"] = lambda text: " ".join(text[i : i + 8] for i in range(0, len(text), 8))
    environment.filters["path"] = path
    environment.globals["fill"] = fill
    environment.globals["badge"] = badge
    environment.globals["felt"] = felt
    return environment


def path(strokes: list[list[list[float]]]) -> str:
    """A drawing as SVG path data, made from numbers only. A single point becomes a dot."""
    return "".join(
        f"M{stroke[0][0]:.1f} {stroke[0][1]:.1f}" + ("".join(f"L{x:.1f} {y:.1f}" for x, y in stroke[1:]) or "h.1")
        for stroke in strokes
    )


def fill(mark: Mapping[str, Any]) -> str:
    """How a marked place is painted; avoid wins over pain, pain over numb, numb over tight (design kit)."""
    if mark["avoid"]:
        return "url(#p-avoid)"
    if mark["pain"] is not None:
        return "#F3C9A5" if mark["pain"] <= 3 else "#DA7F4E" if mark["pain"] <= 6 else "#9C3012"
    return "url(#p-numb)" if mark["numbness"] else "url(#p-tight)"


def badge(mark: Mapping[str, Any]) -> str:
    """The sign on a marked place: all kinds together, so that grey print loses nothing."""
    kinds = ("T" if mark["tension"] else "") + ("N" if mark["numbness"] else "")
    pain = "" if mark["pain"] is None else str(mark["pain"])
    return ("×" if mark["avoid"] else "") + kinds + pain


def felt(mark: Mapping[str, Any]) -> str:
    """The same in words."""
    words = ["do not touch"] if mark["avoid"] else []
    words += [] if mark["pain"] is None else [f"pain {mark['pain']} of 10"]
    words += ["tight or stiff"] if mark["tension"] else []
    words += ["numb or tingling"] if mark["numbness"] else []
    return ", ".join(words)
