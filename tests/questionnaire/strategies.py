"""Made-up answers: acceptable ones for any item, walks through a whole questionnaire,
and plain junk.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from intake_app.questionnaire import Context, Item, Journey, Questionnaire

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"))
Answered = Mapping[str, Any]


def answers_for(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    """Acceptable answers to this item, given the other answers
    (which body_map and rank refer to).
    """
    return BY_TYPE[item.type](item, answers, today)


def _text(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    return st.text(LETTERS, min_size=1, max_size=min(item.max_length or 200, 30)).filter(str.strip)


def _longtext(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    return st.lists(_text(item, answers, today), min_size=1, max_size=3).map("\n".join)


def _date(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    latest = (
        today - timedelta(days=1)
        if item.autocomplete == "bday"
        else today.replace(year=today.year + 100)
    )
    return st.dates(today.replace(year=today.year - 119, day=28), latest).map(date.isoformat)


def _phone(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    return st.from_regex(r"\A\+(1[2-9][0-9]{9}|44[0-9]{10})\Z")


def _email(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    return st.emails().filter(lambda address: len(address) <= 254)


def _number(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    return st.integers(
        0 if item.min is None else item.min, (item.min or 0) + 999 if item.max is None else item.max
    )


def _choice(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    return st.sampled_from([option.code for option in item.options])


def _choices(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    alone = [[option.code] for option in item.options if option.exclusive]
    others = [option.code for option in item.options if not option.exclusive]
    many = st.lists(st.sampled_from(others), min_size=1, max_size=6, unique=True)
    return many | st.sampled_from(alone) if alone else many


def _chosen(item: Item, answers: Answered) -> list[str]:
    return [
        code
        for code in answers.get(item.of, [])
        if code in {option.code for option in item.options}
    ]


def _rank(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    return st.lists(st.sampled_from(_chosen(item, answers)), min_size=1, max_size=3, unique=True)


MARKS = st.fixed_dictionaries(
    {},
    optional={
        "pain": st.integers(0, 10),
        **{kind: st.just(True) for kind in ("tension", "numbness", "avoid")},
    },
).filter(bool)


def _body_map(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    return st.fixed_dictionaries(dict.fromkeys(_chosen(item, answers), MARKS))


def _pressure_map(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    levels = st.sampled_from(["avoid", "light", "medium", "firm", "deep"])
    return st.dictionaries(_choice(item, answers, today), levels, max_size=4)


def _repeat(item: Item, answers: Answered, today: date) -> SearchStrategy[Any]:
    cells = {column.link_id: answers_for(column, {}, today) for column in item.columns}
    needed = {
        column.link_id: cells.pop(column.link_id) for column in item.columns if column.required
    }
    rows = st.fixed_dictionaries(needed, optional=cells).filter(bool)
    return st.lists(rows, min_size=1, max_size=min(item.max or 3, 3))


BY_TYPE: dict[str, Callable[[Item, Answered, date], SearchStrategy[Any]]] = {
    "text": _text,
    "longtext": _longtext,
    "date": _date,
    "phone": _phone,
    "email": _email,
    "number": _number,
    "scale": _number,
    "yes_no": _choice,
    "choice": _choice,
    "choices": _choices,
    "regions": _choices,
    "rank": _rank,
    "body_map": _body_map,
    "pressure_map": _pressure_map,
    "repeat": _repeat,
}

JUNK: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("x" * 100_000),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
"""Anything JSON can say."""


def codes(questionnaire: Questionnaire) -> SearchStrategy[Any]:
    """Junk made of the right words in the wrong places."""
    known = {option.code for item in questionnaire.items for option in item.options}
    words = st.sampled_from(
        sorted(known | {"pain", "avoid", "light", "name", "1955-03-14", "+19205550134"})
    )
    return st.recursive(
        words | st.integers(-1, 11) | st.just(True),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
        max_leaves=6,
    )


def junk_answers(questionnaire: Questionnaire) -> SearchStrategy[dict[str, Any]]:
    """What a hostile or broken client might have stored."""
    keys = st.sampled_from([item.link_id for item in questionnaire.items]) | st.text(max_size=8)
    return st.dictionaries(keys, codes(questionnaire) | JUNK)


@st.composite
def walks(
    draw: st.DrawFn,
    questionnaire: Questionnaire,
    context: Context,
    known: Answered = MappingProxyType({}),
) -> tuple[dict[str, Any], list[str]]:
    """Somebody who answers what is asked; known: what they surely say.

    Returns their answers and the steps they saw.
    """
    answers: dict[str, Any] = {}
    seen: list[str] = []
    while (
        step := Journey(questionnaire, answers, frozenset(seen), context).first_open()
    ) is not None:
        assert step.id not in seen, f"{step.id} is asked again"
        seen.append(step.id)
        for item in step.items:
            now = Journey(questionnaire, answers, frozenset(seen), context)
            if item not in now.items(step):
                continue
            if item.link_id in known:
                answers[item.link_id] = known[item.link_id]
            elif item.required or draw(st.booleans()):
                answers[item.link_id] = draw(answers_for(item, now.live(), context.today))
    return answers, seen
