"""A question that nobody has answered: it looks the same for everybody."""

from dataclasses import dataclass
from datetime import date

from intake_app.questionnaire import Item
from intake_app.web.step_forms.field import ItemField
from intake_app.web.step_forms.registry import make_field


@dataclass(frozen=True, slots=True)
class UntouchedQuestion:
    """All that decides how such a question looks.

    Made of the definition only: it holds no answer of anybody.
    """

    item: Item
    name: str
    pictured: bool
    only_if: str
    cond: tuple[int, ...]
    shows: tuple[tuple[str, tuple[int, ...]], ...]

    @classmethod
    def of(cls, field: ItemField) -> "UntouchedQuestion":
        """How this question would look if nobody had answered it."""
        shows = tuple([(value, tuple(groups)) for value, groups in field.shows.items()])
        return cls(field.item, field.name, field.pictured, field.only_if, field.cond, shows)

    def field(self) -> ItemField:
        """A new field that looks so. Nothing was ever typed in it."""
        field = make_field(self.item, date.min, self.name)
        field.take({})
        field.pictured = self.pictured
        field.only_if = self.only_if
        field.cond = self.cond
        field.shows = {value: list(groups) for value, groups in self.shows}
        return field
