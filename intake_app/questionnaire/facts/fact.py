"""What a fact is, and how facts read answers: any shape may come in, and nothing raises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from intake_app.questionnaire.context import (
    Answer,
    Answers,
    Context,
    codes_in,
    rows_in,
    table_in,
)

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
    return codes_in(answers.get(question))


def has(answers: Answers, question: str, *codes: str) -> bool:
    """Whether one of these is ticked."""
    return not set(codes).isdisjoint(ticked(answers, question))


def table(answers: Answers, question: str) -> Mapping[str, Answer]:
    """An answer that has an entry for each region or row, {} when there is none."""
    return table_in(answers.get(question))


def rows(answers: Answers, question: str) -> list[Mapping[str, Answer]]:
    """The rows of a repeated question, [] when there are none."""
    return rows_in(answers.get(question))
