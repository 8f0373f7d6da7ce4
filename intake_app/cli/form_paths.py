"""How much the form asks of made-up people: pages, needed answers and words, before and after.

A word is what holds a letter or a digit. Counted is every word that is seen without opening
anything: questions, help, hints, options, agreements, and what the pages show around them. Not
counted is what is folded: why we ask, more help, the places in the list of a picture.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from intake_app.questionnaire import (
    Answer,
    Answers,
    Consent,
    Context,
    Item,
    Journey,
    Questionnaire,
    Step,
    answered,
    consents_of,
    fill_wording,
    released,
    reusable,
    short_form,
    summarise,
)

FORM = "massage_intake"
BEFORE = "1.1.0"
"""What every version is compared with."""
CALM = ("no", "never", "none", "gt1y")
PICTURED = ("body_map", "regions", "pressure_map")
NOTHING: Answers = {}
PAGES_AROUND = 5
"""Start, check, agree, sign, done."""
SIGNATURE = 1


@dataclass(frozen=True, slots=True)
class Size:
    """What one person meets. Agreements and the signature count among the needed answers."""

    pages: int
    needed: int
    words: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One path in both versions."""

    name: str
    before: Size
    after: Size


@cache
def _data() -> dict[str, Any]:
    file = Path(__file__).with_suffix(".toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def compare(version: str) -> tuple[Comparison, ...]:
    """Every path through 1.1.0 and through this version. Raises DefinitionError for an unknown."""
    before = released(FORM, BEFORE)
    after = released(FORM, version)
    return tuple(
        Comparison(
            path["name"],
            size(before, path, path.get("before", path.get("answers", {}))),
            size(after, path, path.get("answers", {})),
        )
        for path in _data()["path"]
    )


def size(form: Questionnaire, path: dict[str, Any], own: Answers) -> Size:
    """What this person meets in this version."""
    born = {"id.dob": f"{path['born']}-01-01"}
    kind = path["kind"]
    today: date = _data()["today"]
    context = Context(today, kind == "returning", visit_today=kind == "today")
    home = _walk(form, {**_data()["given"], **born, **own}, context)
    if kind == "day":
        return _of_the_day(form, home, today)
    if kind == "returning":
        return _returning(form, home)
    agreements = consents_of(form.sha256).offered(home)
    needed = sum(item.required for step in home.steps for item in home.items(step))
    words = sum(_step_words(home, step) for step in home.steps)
    return Size(
        len(home.steps) + PAGES_AROUND,
        needed + sum(one.required for one in agreements) + SIGNATURE,
        words + _around(home, agreements),
    )


def _of_the_day(form: Questionnaire, home: Journey, today: date) -> Size:
    """The pages of the day, for somebody of whom only age and practice are known."""
    day = short_form(form)
    asked = {item.link_id for item in day.items}
    known = {key: value for key, value in home.live().items() if key not in asked}
    journey = _walk(day, _data()["given"], Context(today, on_the_day=True), known)
    steps = journey.steps
    return Size(
        len(steps),
        sum(item.required for step in steps for item in journey.items(step)),
        sum(_step_words(journey, step) for step in steps),
    )


def _returning(form: Questionnaire, home: Journey) -> Size:
    """The pages that still ask, when everything that may be is taken over from the last form."""
    carried = reusable(form, home.live())
    agreements = consents_of(form.sha256).offered(home)
    open_steps = {
        step: [one for one in home.items(step) if one.required and one.link_id not in carried]
        for step in home.steps
    }
    asking = [step for step, items in open_steps.items() if items]
    return Size(
        len(asking) + PAGES_AROUND,
        sum(map(len, open_steps.values())) + sum(one.required for one in agreements) + SIGNATURE,
        sum(_step_words(home, step) for step in asking) + _around(home, agreements),
    )


def _walk(
    form: Questionnaire, given: Answers, context: Context, known: Answers = NOTHING
) -> Journey:
    """The walk to its end, where what is not given is answered calmly."""
    calm = {item.link_id: answer for item in form.items if (answer := _calm(item)) is not None}
    done = frozenset(step.id for step in form.steps)
    return Journey(form, {**calm, **given}, done, context, known)


def _calm(item: Item) -> Answer:
    """The answer of somebody who has nothing to tell; None where there is no such answer."""
    if not item.required:
        return None
    code = next((code for code in CALM if code in item.labels), None)
    if item.type in ("regions", "choices"):
        return None if code is None else [code]
    return code if item.type in ("choice", "yes_no") else None


def words_in(text: str) -> int:
    """How many words this is."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def _all_words(texts: Iterable[str]) -> int:
    return sum(map(words_in, texts))


def _step_words(journey: Journey, step: Step) -> int:
    words: dict[str, int] = _data()["words"]
    section = journey.questionnaire.section(step.section_id)
    pages = [one for one in section.steps if journey.items(one) and not one.more]
    frame = words["name_of_practice"] + words["part"] + words["buttons_of_a_step"]
    lead = step.lead or (section.intro if pages[0] is step else "")
    items = journey.items(step)
    return frame + _all_words((step.title, lead)) + sum(map(_item_words, items))


def _item_words(item: Item) -> int:
    """What a question shows before it is touched."""
    return _own_words(item) + sum(map(_item_words, item.columns)) + _control_words(item)


def _own_words(item: Item) -> int:
    options = () if item.type in PICTURED else item.options
    choices = (text for one in options for text in (one.label, one.hint))
    return _all_words((item.text, item.help, item.none_label, *choices))


def _control_words(item: Item) -> int:
    control: dict[str, int] = _data()["control"]
    shown = {
        "optional": not item.required,
        "why": bool(item.why),
        "fold": bool(item.fold),
        "therapist_only": item.confidential,
        "date": item.type == "date",
        "scale": item.type == "scale",
        "picture": item.type in PICTURED,
        "marks": bool(item.marks),
        "marked": bool(item.marks),
        "list_of_places": bool(item.marks),
        "row": item.type == "repeat",
    }
    return sum(control[name] for name, is_shown in shown.items() if is_shown)


def _around(journey: Journey, agreements: tuple[Consent, ...]) -> int:
    """The words of start, check, agree, sign and done."""
    words: dict[str, int] = _data()["words"]
    fixed = sum(words[page] for page in ("start", "check", "agree", "sign", "done"))
    choices = words["agree_choice"] * any(one.choice for one in agreements)
    door = words["tell_us_more"] * bool(journey.more_steps)
    titles = _all_words(one.title for one in agreements if one.required)
    texts = sum(_agreement_words(one) for one in agreements)
    return fixed + choices + door + titles + texts + _check_words(journey)


def _agreement_words(agreement: Consent) -> int:
    filled = fill_wording(agreement, _data()["blanks"]).text
    tick = "Yes" if agreement.choice else "I agree"
    return _all_words((agreement.title, filled, tick))


def _check_words(journey: Journey) -> int:
    """The rows of “Check your answers”, as each kind of form shows them."""
    if not journey.questionnaire.has_screeners:
        return sum(
            words_in(part.title) + _all_words(f"{row.label} {row.text} Change" for row in part.rows)
            for part in summarise(journey)
        )
    return sum(
        words_in(part.title)
        + _all_words(f"{row.label} {row.text} Change" for row in part.rows)
        + _all_words(f"No to: {' '.join(no.labels)} Change" for no in part.said_no)
        for part in answered(journey)
    )
