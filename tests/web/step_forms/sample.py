"""A small questionnaire with every kind of question, and Ana, who fills it in."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from werkzeug.datastructures import MultiDict

from intake_app.questionnaire import REGIONS, Answer, Context, Journey, load
from intake_app.web.step_forms import StepForm, form_for

TODAY = date(2026, 11, 20)
SAMPLE = load(Path(__file__).with_name("sample.toml").read_bytes(), "sample.toml", REGIONS)


def walk(answers: Mapping[str, Answer] | None = None) -> Journey:
    """Ana's way, with these answers from earlier pages."""
    return Journey(SAMPLE, answers or {}, frozenset(), Context(today=TODAY))


def sent(
    step: str,
    fields: Mapping[str, str | Sequence[str]],
    answers: Mapping[str, Answer] | None = None,
) -> StepForm:
    """The form of a step after Ana pressed Continue with these fields."""
    pairs = [
        (name, v) for name, vs in fields.items() for v in ([vs] if isinstance(vs, str) else vs)
    ]
    form = form_for(SAMPLE.step(step), walk(answers), formdata=MultiDict(pairs))
    form.validate()
    return form


def opened(
    step: str,
    typed: Mapping[str, list[str]] | None = None,
    answers: Mapping[str, Answer] | None = None,
) -> StepForm:
    """The form of a step as it is opened."""
    return form_for(SAMPLE.step(step), walk(answers), typed=typed)


def errors(form: StepForm) -> dict[str, str]:
    """HTML name -> what is wrong there."""
    return {field.name: field.errors[0] for field in form.fields if field.errors}


NAME = {
    "id-first_name": "Ana",
    "id-dob-month": "3",
    "id-dob-day": "14",
    "id-dob-year": "1955",
    "id-phone": "920 555 0134",
}
