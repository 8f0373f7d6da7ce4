"""What every question on a page can do.

Take what was typed, show it again, and read it as an answer.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from wtforms import Field

from intake_app.questionnaire import Answer, Answers, Item, problem
from intake_app.web.step_forms.messages import FORGED, Wrong, in_summary
from intake_app.web.step_forms.plain_text import printable

Typed = dict[str, list[str]]


class ItemField(Field, ABC):
    """A question on a page. Its HTML names begin with `name`; `typed` is what they carry.

    in_play: False while its condition does not hold; then nothing is asked and nothing is wrong.
    pictured: the page draws the body figure for this question.
    cond: the page's groups it is shown with; shows: value -> the groups that this box opens.
    """

    suffixes: ClassVar[tuple[str, ...]] = ("",)
    today: date

    def __init__(self, item: Item, today: date, **kwargs: Any) -> None:
        super().__init__(item.text, **kwargs)
        self.item = item
        self.today = today
        self.typed: Typed = {}
        self.in_play = True
        self.cond: tuple[int, ...] = ()
        self.only_if = ""
        self.pictured = False
        self.shows: dict[str, list[int]] = {}
        self.errors: list[str] = []

    # --- typed text

    def names(self, typed: Mapping[str, list[str]]) -> Iterable[str]:
        """The HTML names that belong to this question."""
        return (self.name + suffix for suffix in self.suffixes)

    def take(self, typed: Mapping[str, list[str]]) -> None:
        """Keep what was typed here.

        The bare name is kept too, to tell “left empty” from “never shown”.
        """
        self.typed = {self.name: []} | {
            name: list(typed[name]) for name in self.names(typed) if name in typed
        }

    def prefill(self, answer: Answer) -> None:
        """Show an answer given before as if it was typed."""
        self.typed = {self.name: []} | self.write(answer)

    def value(self, suffix: str = "") -> str:
        """What was typed in one box, "" when nothing was."""
        return next(iter(self.typed.get(self.name + suffix, [])), "")

    def shown(self, suffix: str = "") -> str:
        """The same, without the signs that HTML cannot hold."""
        return printable(self.value(suffix))

    def offer(self, answers: Answers) -> None:
        """Learn from the other answers what can be chosen here; most questions do not care."""

    # --- answers

    def write(self, answer: Answer) -> Typed:
        """An answer as typed text."""
        return {self.name: [str(answer)]}

    @abstractmethod
    def read(self, answers: Answers) -> Answer | None:
        """The answer, None when the question was left open. Raises Wrong with a sentence."""

    @abstractmethod
    def missing(self) -> str:
        """What to say when a needed answer is not there."""

    def forgive(self) -> None:
        """Forget the errors: nothing was sent yet, or the question is not in play."""
        self.errors = []

    def check(self, answers: Answers) -> Answer | None:
        """Read, and note in `errors` what is not right. Returns the answer if it may be kept."""
        self.errors = []
        try:
            answer = self.read(answers)
        except Wrong as error:
            self.errors = [str(error)]
            return None
        if answer is None:
            self.errors = [self.missing()] if self.item.required else []
            return None
        trouble = problem(self.item, answer, answers, self.today)
        self.errors = [trouble] if trouble else []
        return None if trouble else answer

    def withheld(self, offered: Item, answer: Answer) -> list[str]:
        """What is wrong with an answer that this question does not offer after the others, [] else.

        offered: the question as the journey asks it.
        """
        codes = answer if isinstance(answer, list) else [answer]
        if offered.options == self.item.options or offered.labels.keys() >= set(codes):
            return []
        return [FORGED]

    # --- for the page

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever typed here, and nothing changes how the question looks.

        So nothing is wrong, and no other answer changes what can be chosen.
        """
        return self.typed == {self.name: []} and not self.errors and not self.item.of

    @property
    def said(self) -> str:
        """What is typed or chosen, in words, also while it is not right."""
        words = (
            self.item.labels.get(text, printable(text))
            for texts in self.typed.values()
            for text in texts
        )
        return ", ".join(word for word in words if word)

    @property
    def first_id(self) -> str:
        """The id of the first box: where a link in the error summary leads."""
        return self.name + self.suffixes[0]

    @property
    def described_by(self) -> str:
        """Ids of the hint and the error, for aria-describedby."""
        return " ".join(
            [f"{self.name}-hint"] * bool(self.item.help)
            + [f"{self.name}-error"] * bool(self.errors)
        )

    def problems(self) -> list[tuple[str, str]]:
        """(id to jump to, sentence) for the error summary."""
        return [(self.first_id, in_summary(self.item, error)) for error in self.errors]

    def single_choices(self) -> Iterable[tuple[str, Answer]]:
        """(HTML value, the answer when only that is chosen), for questions answered by tapping."""
        return ()
