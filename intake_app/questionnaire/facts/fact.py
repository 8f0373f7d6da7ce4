"""What a fact is, and how facts read answers: any shape may come in, and nothing raises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from intake_app.questionnaire.context import Answers, Context

Value = bool | int


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. needs: the items it is computed from, () when it looks at all or none of them.

    also: items that only some versions of a questionnaire ask, read where there are answers. None
    from `compute` means: not known yet.
    """

    kind: type[bool] | type[int]
    needs: tuple[str, ...]
    compute: Callable[[Answers, Context], Value | None]
    also: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """Every item that can change it; () when that may be any."""
        return (*self.needs, *self.also)


def ticked(answers: Answers, question: str) -> tuple[str, ...]:
    """The codes ticked here, () when there are none."""
    given = answers.get(question)
    return tuple(code for code in given if isinstance(code, str)) if isinstance(given, list) else ()


def has(answers: Answers, question: str, *codes: str) -> bool:
    """Whether one of these is ticked."""
    return not set(codes).isdisjoint(ticked(answers, question))


def table(answers: Answers, question: str) -> Mapping[str, Any]:
    """An answer that has an entry for each region or row, {} when there is none."""
    given = answers.get(question)
    return given if isinstance(given, dict) else {}


def rows(answers: Answers, question: str) -> list[Mapping[str, Any]]:
    """The rows of a repeated question, [] when there are none."""
    given = answers.get(question)
    return [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
