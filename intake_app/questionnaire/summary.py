"""Everything that was asked and answered, in words: for the check page and the record."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake_app.questionnaire.context import Answers
from intake_app.questionnaire.item_types import is_notable, text_of
from intake_app.questionnaire.journey import Journey
from intake_app.questionnaire.model import Item, Step

NOT_ANSWERED = "Not answered"
NO = "no"


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One question and its answer. notice: the therapist reads it first.

    step_id: where to change it.
    """

    link_id: str
    step_id: str
    label: str
    text: str
    unanswered: bool
    notice: bool


@dataclass(frozen=True, slots=True)
class SummarySection:
    """One part of the questionnaire; a private step is a section of its own, after its part."""

    id: str
    title: str
    private: bool
    rows: tuple[SummaryRow, ...]


@dataclass(frozen=True, slots=True)
class SaidNo:
    """The first questions of one page that were answered “No”, by their labels."""

    step_id: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    """What was answered in one part: the rows, and what a No stands for, page by page."""

    title: str
    rows: tuple[SummaryRow, ...]
    said_no: tuple[SaidNo, ...]


def answered(journey: Journey) -> tuple[AnsweredSection, ...]:
    """What this client answered, in order, without what they left open.

    A “No” to the first question about a part of the body has no row of its own: those of one page
    stand together, for a second look.
    """
    answers = journey.live()
    found = []
    for section in summarise(journey):
        rows = [row for row in section.rows if not row.unanswered]
        no = [row for row in rows if _is_no(journey.questionnaire.item(row.link_id), answers)]
        if rows:
            kept = tuple(row for row in rows if row not in no)
            found.append(AnsweredSection(section.title, kept, _by_step(no)))
    return tuple(found)


def _is_no(item: Item, answers: Answers) -> bool:
    return item.is_screener and answers[item.link_id] == NO


def _by_step(rows: Iterable[SummaryRow]) -> tuple[SaidNo, ...]:
    pages: dict[str, list[str]] = {}
    for row in rows:
        pages.setdefault(row.step_id, []).append(row.label)
    return tuple(SaidNo(step_id, tuple(labels)) for step_id, labels in pages.items())


def summarise(journey: Journey) -> tuple[SummarySection, ...]:
    """What this client is asked, in order, with their answers or “Not answered”."""
    answers = journey.live()
    found: list[SummarySection] = []
    for section in journey.questionnaire.sections:
        asked = [step for step in section.steps if _is_shown(step, journey, answers)]
        open_rows = _rows(journey, (step for step in asked if not step.private), answers)
        if open_rows:
            found.append(SummarySection(section.id, section.title, False, open_rows))
        found += (
            SummarySection(step.id, step.title, True, _rows(journey, [step], answers))
            for step in asked
            if step.private
        )
    return tuple(found)


def _is_shown(step: Step, journey: Journey, answers: Answers) -> bool:
    """Whether this client is asked; behind the door “Tell us more”, whether they answered."""
    items = journey.items(step)
    return any(not step.more or item.link_id in answers for item in items)


def _rows(journey: Journey, steps: Iterable[Step], answers: Answers) -> tuple[SummaryRow, ...]:
    return tuple(_row(item, step, answers) for step in steps for item in journey.items(step))


def _row(item: Item, step: Step, answers: Answers) -> SummaryRow:
    if item.link_id not in answers:
        return SummaryRow(
            item.link_id, step.id, item.label, NOT_ANSWERED, unanswered=True, notice=False
        )
    value = answers[item.link_id]
    return SummaryRow(
        item.link_id,
        step.id,
        item.label,
        text_of(item, value),
        unanswered=False,
        notice=is_notable(item, value),
    )
