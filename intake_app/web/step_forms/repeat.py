"""Questions with rows, such as a list of medicines.

Buttons add and remove rows, also without scripts; so do those of the places on the body map.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake_app.questionnaire import Answer, Answers, Item
from intake_app.questionnaire.context import rows_in
from intake_app.web.step_forms.field import ItemField, Typed
from intake_app.web.step_forms.messages import Wrong

ROW = re.compile(r"[0-9]{1,3}|[a-z][a-z_]{0,39}")
"""The number of a row (no list has a thousand), or the code of a place."""
Make = Callable[[Item, date, str], ItemField]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A button was pressed: one more row (row is None), or this row away: its number or place."""

    name: str
    row: str | None


def row_change(buttons: Mapping[str, list[str]]) -> RowChange | None:
    """The row button among what was sent, None when it was Continue."""
    for value in buttons.get("add", []):
        return RowChange(value.replace(".", "-"), None)
    for value in buttons.get("remove", []):
        name, _, row = value.replace(".", "-").rpartition("-")
        if ROW.fullmatch(row):
            return RowChange(name, row)
    return None


class RepeatField(ItemField):
    """Rows of columns. There is always a row to type in; rows left empty do not count."""

    def __init__(self, item: Item, today: date, make: Make, **kwargs: Any) -> None:
        super().__init__(item, today, **kwargs)
        self.make = make
        self.rows: list[list[ItemField]] = []

    @property
    def most(self) -> int:
        """How many rows there can be."""
        return self.item.max or 1

    def names(self, typed: Mapping[str, list[str]]) -> Iterable[str]:
        pattern = re.compile(rf"{re.escape(self.name)}-(\d{{1,2}})-")
        return (
            name for name in typed if (found := pattern.match(name)) and int(found[1]) < self.most
        )

    def take(self, typed: Mapping[str, list[str]]) -> None:
        super().take(typed)
        self._lay_out()

    def prefill(self, answer: Answer) -> None:
        super().prefill(answer)
        self._lay_out()

    def _lay_out(self) -> None:
        begin = len(self.name) + 1
        last = max(
            (int(name[begin:].split("-")[0]) for name in self.typed if name != self.name), default=0
        )
        self.rows = [
            [self._cell(column, row) for column in self.item.columns] for row in range(last + 1)
        ]

    def _cell(self, column: Item, row: int) -> ItemField:
        cell = self.make(
            column, self.today, f"{self.name}-{row}-{column.link_id.replace('.', '-')}"
        )
        cell.take(self.typed)
        return cell

    @property
    def first_id(self) -> str:
        return self.rows[0][0].first_id

    @property
    def may_add(self) -> bool:
        """Whether there is room for one more row."""
        return len(self.rows) < self.most

    def read(self, answers: Answers) -> Answer | None:
        """[{column: value}] without the empty rows.

        Raises Wrong when a cell is; the cells say how.
        """
        self.forgive()
        read = [
            row
            for cells in self.rows
            if _filled(cells) and (row := _read(cells, answers)) is not None
        ]
        if any(cell.errors for cells in self.rows for cell in cells):
            raise Wrong("Look at the rows again")
        return read or None

    def write(self, answer: Answer) -> Typed:
        typed: Typed = {}
        for number, row in enumerate(rows_in(answer)):
            for column in self.item.columns:
                if column.link_id in row:
                    name = f"{self.name}-{number}-{column.link_id.replace('.', '-')}"
                    typed |= self.make(column, self.today, name).write(row[column.link_id])
        return typed

    def forgive(self) -> None:
        super().forgive()
        for cells in self.rows:
            for cell in cells:
                cell.forgive()

    def missing(self) -> str:
        return "Fill in at least one row"

    def problems(self) -> list[tuple[str, str]]:
        found = [
            (anchor, f"Row {number}: {sentence}")
            for number, cells in enumerate(self.rows, 1)
            for cell in cells
            for anchor, sentence in cell.problems()
        ]
        return found or super().problems()

    def changed(self, row: str | None) -> Typed:
        """What is typed here after a row was added (None) or taken away."""
        if row is None:
            new = f"{self.name}-{len(self.rows)}-{self.item.columns[0].link_id.replace('.', '-')}"
            return self.typed | ({new: [""]} if self.may_add else {})
        if not row.isdecimal():
            return self.typed
        return {
            kept: text
            for name, text in self.typed.items()
            if (kept := self._without(int(row), name))
        }

    def _without(self, row: int, name: str) -> str:
        number, _, column = name[len(self.name) + 1 :].partition("-")
        if not column or int(number) < row:
            return name
        return f"{self.name}-{int(number) - 1}-{column}" if int(number) > row else ""


def _filled(cells: list[ItemField]) -> bool:
    return any(text.strip() for cell in cells for texts in cell.typed.values() for text in texts)


def _read(cells: list[ItemField], answers: Answers) -> dict[str, Answer]:
    values = {cell.item.link_id: cell.check(answers) for cell in cells}
    return {column: value for column, value in values.items() if value is not None}
