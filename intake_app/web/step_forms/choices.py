"""Questions answered by choosing.

Yes or no, one or some of several, a number on a scale, the top three.
"""

from collections.abc import Iterable

from intake_app.questionnaire import Answer, Answers, Option
from intake_app.questionnaire.context import codes_in
from intake_app.questionnaire.facts.fact import ticked
from intake_app.web.step_forms.field import ItemField, Typed
from intake_app.web.step_forms.messages import FORGED, Wrong, listed

PLACES = (("-1", "First"), ("-2", "Second"), ("-3", "Third"))


class ChoiceField(ItemField):
    """One of the options."""

    def read(self, answers: Answers) -> Answer | None:
        """The code. Raises Wrong for a code that is not offered."""
        code = self.value()
        if code and code not in self.item.labels:
            raise Wrong(FORGED)
        return code or None

    def missing(self) -> str:
        return "Choose one answer"

    def single_choices(self) -> Iterable[tuple[str, Answer]]:
        return ((code, code) for code in self.item.labels)


class YesNoField(ChoiceField):
    """Yes or no, or “not sure” where the question allows it. Nothing is chosen beforehand."""

    def missing(self) -> str:
        return f"Choose {listed(list(self.item.labels.values()))}"


class ScaleField(ItemField):
    """A number from 0 to 10."""

    @property
    def numbers(self) -> range:
        """The numbers to choose from."""
        return range(self.item.min or 0, (self.item.max or 0) + 1)

    def read(self, answers: Answers) -> Answer | None:
        """The number. Raises Wrong for anything that is not on the scale."""
        text = self.value()
        if text and text not in map(str, self.numbers):
            raise Wrong(self.missing())
        return int(text) if text else None

    def missing(self) -> str:
        return f"Choose a number from {self.numbers[0]} to {self.numbers[-1]}"

    def single_choices(self) -> Iterable[tuple[str, Answer]]:
        return ((str(number), number) for number in self.numbers)


class ChoicesField(ItemField):
    """Some of the options. An exclusive one, such as “None of these”, stands alone."""

    @property
    def alone(self) -> Option | None:
        """The exclusive option."""
        return next((option for option in self.item.options if option.exclusive), None)

    @property
    def ticked(self) -> list[str]:
        """The codes that are ticked, each once."""
        return list(dict.fromkeys(self.typed[self.name]))

    def read(self, answers: Answers) -> Answer | None:
        """The codes in the question's order.

        Raises Wrong for a forged code, or “none” together with others.
        """
        ticked = set(self.ticked)
        if ticked - self.item.labels.keys():
            raise Wrong(FORGED)
        alone = ticked & self.item.exclusive
        if alone and len(ticked) > 1:
            raise Wrong(f"Choose “{self.item.labels[min(alone)]}” alone, or take its tick away")
        return [code for code in self.item.labels if code in ticked] or None

    def write(self, answer: Answer) -> Typed:
        return {self.name: list(codes_in(answer))}

    def missing(self) -> str:
        return (
            f"Choose one or more, or “{self.alone.label}”" if self.alone else "Choose one or more"
        )

    def single_choices(self) -> Iterable[tuple[str, Answer]]:
        return ((code, [code]) for code in self.item.labels)


class RankField(ItemField):
    """The most important ones, in order, of those chosen in another question.

    Fewer than three are fine.
    """

    suffixes = tuple(suffix for suffix, _ in PLACES)
    places = PLACES
    offered: tuple[Option, ...] = ()

    def offer(self, answers: Answers) -> None:
        """Offer what was chosen in the other question; everything while nothing was."""
        chosen = ticked(answers, self.item.of)
        self.offered = tuple(o for o in self.item.options if o.code in chosen) or self.item.options

    def read(self, answers: Answers) -> Answer | None:
        """The codes, first one first.

        Raises Wrong for one named twice or not among those chosen.
        """
        self.offer(answers)
        codes = [code for suffix in self.suffixes if (code := self.value(suffix))]
        if set(codes) - {option.code for option in self.offered}:
            raise Wrong("Choose among those you ticked in the question before")
        if len(set(codes)) < len(codes):
            raise Wrong("Choose each one only once")
        return codes or None

    def write(self, answer: Answer) -> Typed:
        return {
            self.name + suffix: [code]
            for suffix, code in zip(self.suffixes, codes_in(answer), strict=False)
        }

    def missing(self) -> str:
        return "Choose what comes first"
