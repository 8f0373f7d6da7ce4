"""Facts: what conditions may know besides single answers. A closed list; adding one means adding it here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from intake_app.questionnaire.context import Answers, Context, years_between

BIRTH_DATE = "id.dob"
OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. needs: the items it is computed from. None from `compute` means: not known yet."""

    kind: type[bool] | type[int]
    needs: tuple[str, ...]
    compute: Callable[[Answers, Context], bool | int | None]


def age(answers: Answers, context: Context) -> int | None:
    """Whole years on the day of the visit, None without a birth date."""
    try:
        return years_between(date.fromisoformat(answers[BIRTH_DATE]), context.today)
    except (KeyError, TypeError, ValueError):
        return None


def minor(answers: Answers, context: Context) -> bool | None:
    """Under 18: the age of majority in most US states (19 in Nebraska, Rev. Stat. 43-2101, and in Alabama,
    Code 26-1-1; 21 in Mississippi, Code 1-3-27). None without a birth date.
    """
    years = age(answers, context)
    return None if years is None else years < OF_AGE


def adult(answers: Answers, context: Context) -> bool | None:
    """18 or older; see `minor`. None without a birth date."""
    under = minor(answers, context)
    return None if under is None else not under


def returning(answers: Answers, context: Context) -> bool:
    """The practice already holds a record of this client."""
    return context.returning


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "age": Fact(int, (BIRTH_DATE,), age),
        "minor": Fact(bool, (BIRTH_DATE,), minor),
        "adult": Fact(bool, (BIRTH_DATE,), adult),
        "returning": Fact(bool, (), returning),
    }
)
