"""What is printed, as plain data, and its HTML.

A second kind of document (an addendum, say) is a dataclass that extends Document and names its
template, what its data is called in the file, and why it is sealed; `RenderPool.render` takes it as
it takes a RecordDocument.

The template gets the fields as `p`. It stands in templates/pdf/, is well-formed XML (`<br/>`,
`<!DOCTYPE html>`), styled by print.css alone, names whose document it is at the foot of each page
(`data-who` on the heading), draws the body with pdf/figure.html, prints `p.note` (characters that
no font has), and holds one element with the id `seal`, where the seal is shown. Rows are
`<p><b>question</b> answer</p>`: a table costs WeasyPrint half as much again, and a PDF worker knows
blocks and lines only. A class `kept` says that an element holds words of a template or a
definition, none of a person, and a worker may remember its lines. WeasyPrint's own style sheet is
left out, so that an element which print.css does not name is inline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypedDict

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from intake_app.files import shipped
from intake_app.pdf.safety_card import SafetyCard
from intake_app.questionnaire.body.marks import (
    AVOID,
    FIRMER,
    LIGHTER,
    NUMBNESS,
    PAIN,
    TENSION,
    WALTON_STYLES,
    Mark,
    mark_badge,
    mark_in_words,
    mark_style,
    walton_badge,
)

TEMPLATES = shipped("templates")
PAGE_SIZES = ("letter", "a4")


@dataclass(frozen=True, slots=True)
class Row:
    """One question and what was answered."""

    label: str
    answer: str
    link_id: str
    answered: bool = True


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """One part of the form. private: printed on a page of its own."""

    title: str
    rows: tuple[Row, ...]
    private: bool


@dataclass(frozen=True, slots=True)
class BodyMark:
    """How one place of the body feels, and how it should be treated.

    pain: 0 to 10, None when there is none. lighter, firmer: than the rest of the body.
    """

    region: str
    label: str
    pain: int | None
    tension: bool
    numbness: bool
    avoid: bool
    lighter: bool = False
    firmer: bool = False


class MarkFields(TypedDict):
    """A BodyMark as the worker that makes the pages gets it."""

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
class Changed:
    """A question whose answer is not what it was last time. notice: the therapist reads it first.

    said_on: the day of the answer before, "" when it is that of the form before.
    """

    link_id: str
    label: str
    before: str
    after: str
    notice: bool
    said_on: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """The client's record before this one, the SHA-256 of its PDF, and what changed.

    changes: the most important first.
    """

    signed_on: str
    record_id: str
    pdf_sha256: str
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class SignatureMark:
    """Who signed, in which capacity, and who helped with what.

    by_hand: on a paper form, of which only the day is known.
    strokes: the drawing as points (x, y) on a canvas of width × height; none when typed only.
    """

    role: str
    name: str
    relationship: str
    strokes: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float
    signed_at_utc: str
    signed_at_local: str
    meaning: str
    capacity: str = ""
    helped: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that happened, and when."""

    at: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """What every document has.

    page_size: letter or a4. answers_json is attached, not printed. note: a last remark.
    """

    template: ClassVar[str]
    attached_as: ClassVar[str]
    sealed_because: ClassVar[str]

    practice_name: str
    page_size: str
    lang: str
    answers_json: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDocument(PrintedDocument):
    """Everything on the pages of one record. Text is printed as it stands."""

    template: ClassVar[str] = "pdf/record.html"
    attached_as: ClassVar[str] = "intake.json"
    sealed_because: ClassVar[str] = "Record sealed after the client signed"

    record_id: str
    practice_lines: tuple[str, ...]
    client_name: str
    client_age: int
    birth_date: str
    pronouns: str
    reason: str
    first_visit: bool
    card: SafetyCard
    since: Since | None
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
    answers_sha256: str
    audit_seq: int
    audit_hash: str
    seal_fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDocument(RecordDocument):
    """The client's own copy: their answers, agreements and signature, and the advice they got.

    No flag stands in it, no level, and no illness that the client did not name.
    """

    template: ClassVar[str] = "pdf/client_copy.html"

    advice: tuple[str, ...]


def html(template: str, fields: Mapping[str, Any]) -> str:
    """The fields of a document as one HTML page; style it with css()."""
    return _environment().get_template(template).render(p=fields)


def css(page_size: str) -> str:
    """The print style for one page size.

    Raises ValueError for a size that is neither letter nor a4.
    """
    if page_size not in PAGE_SIZES:
        raise ValueError(f"a page is {' or '.join(PAGE_SIZES)}")
    style = (TEMPLATES / "pdf" / "print.css").read_text(encoding="utf-8")
    return style.replace("size: letter", f"size: {page_size}")


@cache
def _environment() -> Environment:
    from intake_app.pdf import figure_glyphs  # only where pages are made: it loads a font

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["groups"] = _in_groups
    environment.filters["path"] = path
    environment.globals["sign"] = figure_glyphs.glyph_outlines
    environment.globals["drawn"] = drawn
    environment.globals["leveled"] = leveled
    environment.globals["felt"] = felt
    return environment


def _in_groups(text: str) -> str:
    """A long number or hash in groups of eight, to be compared by eye."""
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


FILLS = {
    "pain-low": "#F3C9A5",
    "pain-middle": "#DA7F4E",
    "pain-high": "#9C3012",
    "tight": "url(#p-tight)",
    "numb": "url(#p-numb)",
    "avoid": "url(#p-avoid)",
    "light": "url(#p-light)",
    "medium": "url(#p-medium)",
    "firm": "url(#p-firm)",
    "deep": "#123F3C",
}
"""How each drawing style is painted in print: a colour, or a pattern of figure.html."""


def drawn(marks: Sequence[MarkFields]) -> list[dict[str, str]]:
    """How places feel, as they are drawn."""
    return [_drawn(mark["region"], _kinds(mark)) for mark in marks]


def _drawn(region: str, mark: Mark) -> dict[str, str]:
    return {"region": region, "fill": FILLS[mark_style(mark)], "badge": mark_badge(mark)}


def leveled(levels: Mapping[str, int]) -> list[dict[str, str]]:
    """The limits of places, as they are drawn: a pattern and a number."""
    return [
        {"region": code, "fill": FILLS[WALTON_STYLES[level]], "badge": walton_badge(level)}
        for code, level in levels.items()
    ]


def path(strokes: list[list[list[float]]]) -> str:
    """A drawing as SVG path data, made from numbers only. A single point becomes a dot."""
    return "".join(
        f"M{stroke[0][0]:.1f} {stroke[0][1]:.1f}"
        + ("".join(f"L{x:.1f} {y:.1f}" for x, y in stroke[1:]) or "h.1")
        for stroke in strokes
    )


def felt(mark: MarkFields) -> str:
    """How a place feels, in words."""
    return mark_in_words(_kinds(mark))


def _kinds(mark: MarkFields) -> Mark:
    """The kinds that were marked."""
    marked = {
        TENSION: mark["tension"],
        NUMBNESS: mark["numbness"],
        LIGHTER: mark.get("lighter", False),
        FIRMER: mark.get("firmer", False),
        AVOID: mark["avoid"],
    }
    kinds: Mark = {kind: True for kind in marked if marked[kind]}
    return kinds if mark["pain"] is None else {PAIN: mark["pain"], **kinds}
