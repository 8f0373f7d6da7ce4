"""The body figures of the check-your-answers page: what was marked, drawn once more."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake_app.questionnaire import Journey
from intake_app.web.step_forms.body_map import BodyMapField, PressureMapField
from intake_app.web.step_forms.registry import html_name, make_field


@dataclass(frozen=True, slots=True)
class BodyPicture:
    """A figure to look at. paint, badges: region -> style and signs; key: (style, words)."""

    title: str
    paint: dict[str, str]
    badges: dict[str, str]
    key: Sequence[tuple[str, str]]


def body_pictures(journey: Journey) -> list[BodyPicture]:
    """One figure for each answered question that marks the body; none for marks that are empty."""
    answers = journey.live()
    found = []
    for item in journey.questionnaire.items:
        if answers.get(item.link_id):
            field = make_field(item, journey.context.today, html_name(item.link_id))
            if isinstance(field, BodyMapField | PressureMapField):
                field.prefill(answers[item.link_id])
                field.offer(answers)
                found.append(BodyPicture(field.picture_title, field.paint, field.badges, field.key))
    return found
