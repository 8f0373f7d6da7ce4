"""The marks on the body, from answers to what is printed."""

from collections.abc import Mapping

from intake_app.pdf.record_document import BodyMark, PressureMark
from intake_app.questionnaire import REGIONS
from intake_app.questionnaire.body.marks import Mark


def body_marks(marks: Mapping[str, Mark]) -> tuple[BodyMark, ...]:
    """How each marked place feels."""
    return tuple(
        BodyMark(
            region=code,
            label=REGIONS[code].label,
            pain=kinds.get("pain"),
            tension="tension" in kinds,
            numbness="numbness" in kinds,
            avoid="avoid" in kinds,
        )
        for code, kinds in marks.items()
    )


def pressure_marks(levels: Mapping[str, str]) -> tuple[PressureMark, ...]:
    """The pressure wished for each place."""
    return tuple(PressureMark(code, REGIONS[code].label, level) for code, level in levels.items())
