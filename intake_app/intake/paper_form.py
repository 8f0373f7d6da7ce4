"""The form on paper: blank, or with what the client has answered so far.

The numbers are the same on both.

A question's number is its part and its place in the part, like 3.4. It depends on the version of
the questionnaire alone, never on an answer.
"""

from dataclasses import dataclass

from intake_app.questionnaire import Item, Journey, Questionnaire, Section, text_of

PICTURED = {"regions", "body_map", "pressure_map"}
LINES = {"longtext": 3, "repeat": 4}


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    """One question on paper.

    boxes: what can be ticked; lines: how many to write on; answer: the client's, "" without one.
    """

    number: str
    text: str
    help: str
    boxes: tuple[str, ...]
    lines: int
    pictured: bool
    only_some: bool
    answer: str


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """One part of the form."""

    number: int
    title: str
    lines: tuple[PrintedQuestion, ...]


def printable_form(journey: Journey, blank: bool) -> tuple[PrintedPart, ...]:
    """All parts. Blank: every question there is; otherwise those that this client is asked."""
    sections = enumerate(journey.questionnaire.sections, 1)
    parts = (
        PrintedPart(number, section.title, _lines(journey, section, number, blank))
        for number, section in sections
    )
    return tuple(part for part in parts if part.lines)


def question_numbers(questionnaire: Questionnaire) -> dict[str, str]:
    """Question -> its number on paper."""
    parts = enumerate(questionnaire.sections, 1)
    return {
        item.link_id: number for part, section in parts for number, item in _numbered(section, part)
    }


def _numbered(section: Section, part: int) -> list[tuple[str, Item]]:
    items = enumerate((item for step in section.steps for item in step.items), 1)
    return [(f"{part}.{place}", item) for place, item in items]


def _lines(
    journey: Journey, section: Section, part: int, blank: bool
) -> tuple[PrintedQuestion, ...]:
    asked = {item.link_id for step in section.steps for item in journey.items(step)}
    answers = {} if blank else journey.live()
    return tuple(
        _line(item, number, text_of(item, answers[item.link_id]) if item.link_id in answers else "")
        for number, item in _numbered(section, part)
        if blank or item.link_id in asked
    )


def _line(item: Item, number: str, answer: str) -> PrintedQuestion:
    pictured = item.type in PICTURED
    boxes = () if pictured else tuple(option.label for option in item.options)
    lines = 0 if boxes or pictured else LINES.get(item.type, 1)
    return PrintedQuestion(
        number, item.text, item.help, boxes, lines, pictured, item.enable_when is not None, answer
    )
