"""The form of one step.

The questions of a page, what was typed in them, and the answers that may be kept.
"""

from collections.abc import Collection, Mapping
from functools import cached_property

from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from intake_app.questionnaire import Answer, Journey, Step
from intake_app.web.step_forms import conditional
from intake_app.web.step_forms.body_map import (
    BodyMapField,
    OneMapField,
    PressureMapField,
    RegionsField,
)
from intake_app.web.step_forms.field import ItemField, Typed
from intake_app.web.step_forms.plain_text import printable
from intake_app.web.step_forms.registry import META, html_name, make_field
from intake_app.web.step_forms.repeat import RepeatField, RowChange, row_change
from intake_app.web.step_forms.text import TextField

FIGURES = (RegionsField, BodyMapField, PressureMapField)
"""The questions that have the body figure.

A page draws it for the first of them; the others have lists.
"""

WITH_ROWS = (RepeatField, OneMapField)
"""The questions with buttons of their own, which add or take away a row."""


class StepForm(BaseForm):
    """Made by `form_for`.

    Holds every question asked on the page, or that can follow from an answer on it.
    """

    def __init__(self, step: Step, journey: Journey) -> None:
        super().__init__({}, meta=META)
        self.step = step
        self.journey = journey
        self.row_change: RowChange | None = None
        own = {item.link_id for item in step.items}
        self._others = {key: value for key, value in journey.live().items() if key not in own}
        self._answers: dict[str, Answer] = {}
        self.fields: list[ItemField] = []  # the questions in page order
        here: frozenset[str] = frozenset()
        for item in step.items:
            offered = conditional.may_be_offered(item, self._others, journey.context, here)
            if offered.has_choice and conditional.may_be_asked(
                item, self._others, journey.context, here
            ):
                name = html_name(item.link_id)
                field = self._fields[name] = make_field(offered, journey.context.today, name)
                self.fields.append(field)
                here |= {item.link_id}

    @cached_property
    def drawn(self) -> list[ItemField]:
        """The questions in page order.

        Arranged for the page: what follows from what, and where the figure is.
        """
        conditional.arrange(self.fields, self._others, self.journey.context)
        for field in [f for f in self.fields if isinstance(f, FIGURES) and not f.cond][:1]:
            field.pictured = True
        return self.fields

    def fill(
        self,
        typed: Mapping[str, list[str]],
        stored: Mapping[str, Answer],
        therapist_only: Collection[str] = (),
    ) -> None:
        """Show what was typed.

        Where nothing was shown yet, the stored answer, with its tick if only therapists read it.
        """
        for field in self.fields:
            field.take(typed)
            never_shown = field.name not in typed and len(field.typed) == 1
            if never_shown and field.item.link_id in stored:
                field.prefill(stored[field.item.link_id])
                if isinstance(field, TextField) and field.item.link_id in therapist_only:
                    field.tick_therapist_only()
        if any(field.item.of for field in self.fields):
            self._read()  # what can be chosen in these follows from another answer
            for field in self.fields:
                field.forgive()

    def _read(self) -> None:
        """Read every box, then ask the questionnaire which questions count with these answers."""
        given: dict[str, Answer] = {}
        for field in self.fields:
            answer = field.check({**self._others, **given})
            if answer is not None:
                given[field.item.link_id] = answer
        asked = {item.link_id: item for item in self.journey.items_with(self.step, given)}
        for field in self.fields:
            link_id = field.item.link_id
            field.in_play = link_id in asked
            if field.in_play and link_id in given:
                field.errors = field.withheld(asked[link_id], given[link_id])
                if field.errors:
                    del given[link_id]
        self._answers = {key: value for key, value in given.items() if key in asked}

    @property
    def has_rows(self) -> bool:
        """Whether the page has buttons besides Continue."""
        return any(isinstance(field, WITH_ROWS) for field in self.fields)

    def holding(self, names: Collection[str]) -> list[ItemField]:
        """The questions that any of these HTML names belong to."""
        return [field for field in self.fields if not field.typed.keys().isdisjoint(names)]

    def shown(self) -> Typed:
        """Like `typed`, without the signs that HTML cannot hold."""
        return {name: list(map(printable, texts)) for name, texts in self.typed().items()}

    def typed(self) -> Typed:
        """What is in the boxes, by HTML name, exactly as typed."""
        return {name: list(texts) for field in self.fields for name, texts in field.typed.items()}

    def validate(self, *_: object, **__: object) -> bool:
        """Whether every question in play is answered well.

        Afterwards the wrong ones carry their `errors`.
        """
        self._read()
        for field in self.fields:
            if not field.in_play:
                field.forgive()
        return not any(field.errors for field in self.fields)

    def answers(self) -> dict[str, Answer]:
        """The answers of the questions in play; unanswered ones are absent."""
        return dict(self._answers)

    def asked(self) -> frozenset[str]:
        """The link ids of the questions in play."""
        return frozenset(field.item.link_id for field in self.fields if field.in_play)

    def therapist_only(self) -> frozenset[str]:
        """The link ids of the answers that are for the therapist only."""
        ticked = (
            field.item.link_id
            for field in self.fields
            if isinstance(field, TextField) and field.is_therapist_only
        )
        return frozenset(link_id for link_id in ticked if link_id in self._answers)

    def problems(self) -> list[tuple[str, str]]:
        """(id to jump to, sentence) of every error, in page order, for the summary on top."""
        return [problem for field in self.fields if field.errors for problem in field.problems()]

    def change_rows(self, change: RowChange) -> Typed:
        """What is typed after this row was added or taken away."""
        field = self._fields.get(change.name)
        if not isinstance(field, WITH_ROWS):
            return self.typed()
        others = {name: texts for name, texts in self.typed().items() if name not in field.typed}
        return others | field.changed(change.row)


def form_for(
    step: Step,
    journey: Journey,
    *,
    formdata: MultiDict[str, str] | None = None,
    typed: Mapping[str, list[str]] | None = None,
    therapist_only: Collection[str] = (),
) -> StepForm:
    """The form of a step.

    It holds what was just sent, or what was typed before, or else the stored answers.

    therapist_only: the stored answers that no one else reads.
    """
    form = StepForm(step, journey)
    sent = formdata.to_dict(flat=False) if formdata is not None else dict(typed or {})
    form.fill(sent, {} if formdata is not None else journey.live(), therapist_only)
    form.row_change = row_change(sent) if formdata is not None else None
    return form
