"""Questions answered on the body figure: which places, how they feel, how much pressure."""

from collections.abc import Iterable, Mapping, Sequence

from intake_app.questionnaire import REGIONS, Answer, Answers, Region
from intake_app.questionnaire.body.marks import (
    AVOID,
    FELT,
    FIRMER,
    KEY_OF_LEVELS,
    KEY_OF_MARKS,
    KEY_OF_ONE_MAP,
    LABELS_OF_ONE_MAP,
    LEVELS,
    LIGHTER,
    MARK_KINDS,
    PAIN,
    STRONGEST_PAIN,
    mark_badge,
    mark_style,
)
from intake_app.questionnaire.body.regions import GROUPS, NONE
from intake_app.questionnaire.context import table_in
from intake_app.questionnaire.facts.fact import ticked
from intake_app.web.step_forms.choices import ChoicesField
from intake_app.web.step_forms.field import ItemField, Typed
from intake_app.web.step_forms.messages import FORGED, Wrong

KIND_LABELS = {code: MARK_KINDS[code].label for code in FELT}
KIND_STYLES = {code: MARK_KINDS[code].style for code in FELT}
LEVEL_LABELS = {code: level.label for code, level in LEVELS.items()}
STRENGTHS = [str(number) for number in range(STRONGEST_PAIN + 1)]


def grouped(codes: Iterable[str]) -> list[tuple[str, list[Region]]]:
    """(heading, regions) in the order of GROUPS, for the list that is equal to the picture."""
    members: dict[str, list[Region]] = {group: [] for group in GROUPS}
    for code in codes:
        if code in REGIONS:
            members[REGIONS[code].group].append(REGIONS[code])
    return [(GROUPS[group], regions) for group, regions in members.items() if regions]


class RegionsField(ChoicesField):
    """Places on the body. “No areas” is an answer; nothing at all is not."""

    @property
    def groups(self) -> list[tuple[str, list[Region]]]:
        """The list beside the picture."""
        return grouped(self.item.labels)

    @property
    def paint(self) -> dict[str, str]:
        """Region -> how it is drawn."""
        return {code: "marked" for code in self.ticked if code in REGIONS}

    def missing(self) -> str:
        none = self.item.none_label
        return f"Choose one or more places, or “{none}”" if none else "Choose one or more places"


class BodyMapField(ItemField):
    """How each chosen place feels: at least one kind a place, and how strong the pain is."""

    key: Sequence[tuple[str, str]] = KEY_OF_MARKS
    picture_title = "Where, and how it feels"
    strengths = STRENGTHS
    chosen: tuple[str, ...] = ()
    wrong: Mapping[str, str] = {}

    @property
    def kinds(self) -> Mapping[str, str]:
        """How a place can be, with the labels, in the order of the page."""
        return KIND_LABELS

    @property
    def styles(self) -> Mapping[str, str]:
        """Kind -> how it is drawn."""
        return KIND_STYLES

    def offer(self, answers: Answers) -> None:
        """Ask about the places chosen in the other question, and no others."""
        places = ticked(answers, self.item.of) if self.item.of else tuple(self.item.labels)
        self.chosen = tuple(code for code in places if code in self.item.labels and code != NONE)

    @property
    def regions(self) -> list[Region]:
        """The places to ask about, in the order of the figure."""
        return [region for code, region in REGIONS.items() if code in self.chosen]

    @property
    def paint(self) -> dict[str, str]:
        """Region -> how it is drawn."""
        marks = {code: self._mark(code) for code in self.chosen}
        return {code: mark_style(mark) or "marked" for code, mark in marks.items()}

    @property
    def badges(self) -> dict[str, str]:
        """Region -> signs on the figure: a cross for avoid, the strength of pain, T, N."""
        marks = {code: self._mark(code) for code in self.chosen}
        return {code: mark_badge(mark) for code, mark in marks.items()}

    @property
    def said(self) -> str:
        felt = {
            code: ", ".join(self.kinds[kind].lower() for kind in self._mark(code))
            for code in self.chosen
        }
        return "; ".join(f"{REGIONS[code].label}: {words}" for code, words in felt.items())

    def names(self, typed: Mapping[str, list[str]]) -> Iterable[str]:
        boxes = [f"{self.name}-{code}" for code in self.item.labels]
        return [*boxes, *(f"{box}-{PAIN}" for box in boxes)]

    def felt(self, code: str) -> list[str]:
        """The kinds ticked at a place."""
        return self.typed.get(f"{self.name}-{code}", [])

    def read(self, answers: Answers) -> Answer | None:
        """{place: {kind: True, "pain": 0-10}}.

        Raises Wrong; `wrong` says what is missing at which place.
        """
        self.offer(answers)
        self.wrong = {code: sentence for code in self.chosen if (sentence := self._trouble(code))}
        if self.wrong:
            raise Wrong("Say for each place how it feels")
        return {code: self._mark(code) for code in self.chosen} or None

    def _trouble(self, code: str) -> str:
        felt = self.felt(code)
        label = REGIONS[code].label
        if not set(felt).issubset(FELT):
            return f"{label}: choose from the answers on the page"
        if not felt:
            return f"{label}: choose how it feels"
        strength = self.value(f"-{code}-{PAIN}")
        if PAIN in felt and strength not in STRENGTHS:
            return f"{label}: choose how strong the pain is"
        return ""

    def _mark(self, code: str) -> dict[str, int | bool]:
        strength = self.value(f"-{code}-{PAIN}")
        mark: dict[str, int | bool] = {kind: True for kind in self.kinds if kind in self.felt(code)}
        if mark.pop(PAIN, False) and strength in STRENGTHS:
            mark = {PAIN: int(strength), **mark}
        return mark

    def write(self, answer: Answer) -> Typed:
        marks = {code: table_in(mark) for code, mark in table_in(answer).items()}
        typed = {f"{self.name}-{code}": list(mark) for code, mark in marks.items()}
        strengths = {
            f"{self.name}-{code}-{PAIN}": [str(mark[PAIN])]
            for code, mark in marks.items()
            if PAIN in mark
        }
        return typed | strengths

    def missing(self) -> str:
        return "Say for each place how it feels"

    def forgive(self) -> None:
        super().forgive()
        self.wrong = {}

    def problems(self) -> list[tuple[str, str]]:
        return [
            (f"{self.name}-{code}", text) for code, text in self.wrong.items()
        ] or super().problems()


class OneMapField(BodyMapField):
    """The one picture of a form: places are chosen and marked in the same question.

    The list of places carries the bare name; each chosen place has boxes of its own beside it.
    Nothing to mark is an answer where the question says so; nothing at all is not. The marks of a
    place that lost its tick stay in the boxes, in case it was a slip, and are not read.
    """

    key = KEY_OF_ONE_MAP

    @property
    def kinds(self) -> Mapping[str, str]:
        return {code: LABELS_OF_ONE_MAP[code] for code in self.item.marks}

    @property
    def words(self) -> Mapping[str, str]:
        """Kind -> the word for it in “What you marked”."""
        return {code: MARK_KINDS[code].word for code in self.item.marks}

    @property
    def signs(self) -> Mapping[str, str]:
        """Kind -> its letter on the figure, "" for pain, whose sign is its strength."""
        return {code: MARK_KINDS[code].sign for code in self.item.marks}

    @property
    def groups(self) -> list[tuple[str, list[Region]]]:
        """The list beside the picture."""
        return grouped(self.item.labels)

    @property
    def ticked(self) -> list[str]:
        """What is ticked in the list, each once."""
        return list(dict.fromkeys(self.typed[self.name]))

    @property
    def in_words(self) -> dict[str, str]:
        """Place -> what is marked there, "" for nothing yet."""
        return {code: self._in_words(code) for code in self.chosen}

    def _in_words(self, code: str) -> str:
        return ", ".join(
            f"{self.words[kind]} {strength}" if kind == PAIN else self.words[kind]
            for kind, strength in self._mark(code).items()
        )

    @property
    def said(self) -> str:
        return "; ".join(f"{REGIONS[code].label}: {said}" for code, said in self.in_words.items())

    def names(self, typed: Mapping[str, list[str]]) -> Iterable[str]:
        return [self.name, *super().names(typed)]

    def take(self, typed: Mapping[str, list[str]]) -> None:
        super().take(typed)
        self.offer({})

    def prefill(self, answer: Answer) -> None:
        super().prefill(answer)
        self.offer({})

    def offer(self, answers: Answers) -> None:
        """Ask about the places that are ticked in the list."""
        self.chosen = tuple(code for code in self.item.labels if code in self.ticked)

    def read(self, answers: Answers) -> Answer | None:
        """{place: {kind: True, "pain": 0-10}}, {} for nothing to mark.

        Raises Wrong; `wrong` says what is not right at which place.
        """
        self.wrong = {}
        none = {NONE} if self.item.none_label else set()
        if set(self.ticked) - self.item.labels.keys() - none:
            raise Wrong(FORGED)
        if NONE in self.ticked:
            if self.chosen:
                raise Wrong(f"Choose “{self.item.none_label}” alone, or take its tick away")
            return {}
        self.wrong = {code: sentence for code in self.chosen if (sentence := self._trouble(code))}
        if self.wrong:
            raise Wrong("Say for each place what it is")
        return {code: self._mark(code) for code in self.chosen} or None

    def _trouble(self, code: str) -> str:
        felt = set(self.felt(code))
        label = REGIONS[code].label
        found = ""
        if not felt.issubset(self.kinds):
            found = FORGED[:1].lower() + FORGED[1:]
        elif not felt:
            found = "choose what it is, or remove this place"
        elif AVOID in felt and len(felt) > 1:
            found = f"choose “{self.kinds[AVOID]}” alone, or take its tick away"
        elif {LIGHTER, FIRMER} <= felt:
            found = f"choose “{self.kinds[LIGHTER]}” or “{self.kinds[FIRMER]}”, not both"
        elif PAIN in felt and self.value(f"-{code}-{PAIN}") not in STRENGTHS:
            found = "choose how strong the pain is"
        return f"{label}: {found}" if found else ""

    def write(self, answer: Answer) -> Typed:
        places = list(table_in(answer))
        return {self.name: places} | super().write(answer) if places else {self.name: [NONE]}

    def changed(self, place: str | None) -> Typed:
        """What is typed here after the chosen places were opened (None) or one was taken away."""
        kept = [code for code in self.typed[self.name] if code != place]
        return self.typed | {self.name: kept}

    def missing(self) -> str:
        none = self.item.none_label
        return f"Mark a place, or choose “{none}”" if none else "Mark one place or more"


class PressureMapField(ItemField):
    """Places that like another pressure than the rest. None changed is an answer too."""

    levels = LEVEL_LABELS
    key = KEY_OF_LEVELS
    picture_title = "How much pressure, and where"

    def names(self, typed: Mapping[str, list[str]]) -> Iterable[str]:
        return (f"{self.name}-{code}" for code in self.item.labels)

    @property
    def groups(self) -> list[tuple[str, list[Region]]]:
        """The list beside the picture."""
        return grouped(self.item.labels)

    @property
    def paint(self) -> dict[str, str]:
        """Region -> how it is drawn."""
        return {
            code: level for code in self.item.labels if (level := self.value(f"-{code}")) in LEVELS
        }

    @property
    def badges(self) -> dict[str, str]:
        """Region -> the letter of its pressure."""
        return {code: LEVELS[level].sign for code, level in self.paint.items()}

    @property
    def said(self) -> str:
        return "; ".join(
            f"{REGIONS[code].label}: {self.levels[level].lower()}"
            for code, level in self.paint.items()
        )

    def read(self, answers: Answers) -> Answer | None:
        """{place: level} of the changed ones. Raises Wrong for a level that is not offered."""
        changed = {code: level for code in self.item.labels if (level := self.value(f"-{code}"))}
        if set(changed.values()) - LEVELS.keys():
            raise Wrong(FORGED)
        return changed

    def write(self, answer: Answer) -> Typed:
        levels = table_in(answer).items()
        return {f"{self.name}-{code}": [str(level)] for code, level in levels}

    def missing(self) -> str:
        return "Choose the pressure"
