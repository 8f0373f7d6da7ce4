"""The marks on the body, from answers to what is printed."""

from collections.abc import Mapping

from intake_app.pdf.record_document import BodyMark, PressureMark
from intake_app.questionnaire import REGIONS
from intake_app.questionnaire.context import Answer, as_text, table_in


def body_marks(marks: Mapping[str, Answer]) -> tuple[BodyMark, ...]:
    """How each marked place feels, from an acceptable answer to the map."""
    return tuple(_body_mark(code, table_in(kinds)) for code, kinds in marks.items())


def _body_mark(code: str, kinds: Mapping[str, Answer]) -> BodyMark:
    pain = kinds.get("pain")
    return BodyMark(
        region=code,
        label=REGIONS[code].label,
        pain=pain if isinstance(pain, int) else None,
        tension="tension" in kinds,
        numbness="numbness" in kinds,
        avoid="avoid" in kinds,
        lighter="lighter" in kinds,
        firmer="firmer" in kinds,
    )


def pressure_marks(levels: Mapping[str, Answer]) -> tuple[PressureMark, ...]:
    """The pressure asked for each place, from an acceptable answer to the map."""
    return tuple(
        PressureMark(code, REGIONS[code].label, as_text(level)) for code, level in levels.items()
    )
