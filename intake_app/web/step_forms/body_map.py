"""Questions answered on the body figure: which places, how each one feels, how much pressure it likes."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from intake_app.questionnaire import REGIONS, Answer, Answers, Region
from intake_app.web.step_forms.choices import FORGED, ChoicesField
from intake_app.web.step_forms.field import ItemField, Typed
from intake_app.web.step_forms.messages import Wrong

NONE = "none"
PAIN = "pain"
KINDS = {
    PAIN: "Pain",
    "tension": "Tight or stiff",
    "numbness": "Numb or tingling",
    "avoid": "Do not touch",
}
STYLES = {PAIN: "pain-high", "tension": "tight", "numbness": "numb", "avoid": "avoid"}
LEVELS = {
    "light": "Light",
    "medium": "Medium",
    "firm": "Firm",
    "deep": "Deep",
    "avoid": "Do not touch",
}
BADGES = {"light": "L", "medium": "M", "firm": "F", "deep": "D", "avoid": "✕"}
KEY_OF_MARKS = (
    ("pain-low", "Pain 0 to 3"), ("pain-middle", "Pain 4 to 6"), ("pain-high", "Pain 7 to 10"),
    ("tight", "Tight, T"), ("numb", "Numb, N"), ("avoid", "Do not touch, ✕"),
)  # fmt: skip
KEY_OF_LEVELS = tuple((level, f"{label}, {BADGES[level]}") for level, label in LEVELS.items())
STRENGTHS = [str(number) for number in range(11)]
GROUPS = {
    "head": "Head and face", "neck": "Neck", "chest": "Chest and ribs", "abdomen": "Belly",
    "shoulder": "Shoulders", "arm": "Arms and hands", "upper_back": "Upper back", "mid_back": "Middle back",
    "low_back": "Low back", "hip": "Hips and buttocks", "leg": "Legs", "foot": "Feet",
}  # fmt: skip


def grouped(codes: Iterable[str]) -> list[tuple[str, list[Region]]]:
    """(heading, regions) in the order of GROUPS, for the list that is equal to the picture."""
    order = list(GROUPS)
    regions = sorted(
        (REGIONS[c] for c in codes if c in REGIONS), key=lambda one: order.index(one.group)
    )
    return [
        (GROUPS[group], list(members)) for group, members in groupby(regions, key=lambda r: r.group)
    ]


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

    kinds = KINDS
    styles = STYLES
    key = KEY_OF_MARKS
    picture_title = "Where, and how it feels"
    strengths = STRENGTHS
    chosen: tuple[str, ...] = ()
    wrong: Mapping[str, str] = {}

    def offer(self, answers: Answers) -> None:
        """Ask about the places chosen in the other question, and no others."""
        places = answers.get(self.item.of, []) if self.item.of else self.item.labels
        self.chosen = tuple(code for code in places if code in self.item.labels and code != NONE)

    @property
    def regions(self) -> list[Region]:
        """The places to ask about, in the order of the figure."""
        return [region for code, region in REGIONS.items() if code in self.chosen]

    @property
    def paint(self) -> dict[str, str]:
        """Region -> how it is drawn."""
        marks = {code: self._mark(code) for code in self.chosen}
        return {code: fill(mark) or "marked" for code, mark in marks.items()}

    @property
    def badges(self) -> dict[str, str]:
        """Region -> signs on the figure: the strength of pain, N for numb, T for tight, a cross for avoid."""
        marks = {code: self._mark(code) for code in self.chosen}
        return {code: badge(mark) for code, mark in marks.items()}

    @property
    def said(self) -> str:
        felt = {
            code: ", ".join(KINDS[kind].lower() for kind in self._mark(code))
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
        """{place: {kind: True, "pain": 0-10}}. Raises Wrong; `wrong` says what is missing at which place."""
        self.offer(answers)
        self.wrong = {code: sentence for code in self.chosen if (sentence := self._trouble(code))}
        if self.wrong:
            raise Wrong("Say for each place how it feels")
        return {code: self._mark(code) for code in self.chosen} or None

    def _trouble(self, code: str) -> str:
        felt, label = self.felt(code), REGIONS[code].label
        if set(felt) - KINDS.keys():
            return f"{label}: choose from the answers on the page"
        if not felt:
            return f"{label}: choose how it feels"
        strength = self.value(f"-{code}-{PAIN}")
        return (
            f"{label}: choose how strong the pain is"
            if PAIN in felt and strength not in STRENGTHS
            else ""
        )

    def _mark(self, code: str) -> dict[str, int | bool]:
        strength = self.value(f"-{code}-{PAIN}")
        mark: dict[str, int | bool] = {kind: True for kind in KINDS if kind in self.felt(code)}
        if mark.pop(PAIN, False) and strength in STRENGTHS:
            mark = {PAIN: int(strength), **mark}
        return mark

    def write(self, answer: Answer) -> Typed:
        typed = {f"{self.name}-{code}": list(mark) for code, mark in answer.items()}
        strengths = {
            f"{self.name}-{code}-{PAIN}": [str(m[PAIN])] for code, m in answer.items() if PAIN in m
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


class PressureMapField(ItemField):
    """Places that like another pressure than the rest. None changed is an answer too."""

    levels = LEVELS
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
        return {code: BADGES[level] for code, level in self.paint.items()}

    @property
    def said(self) -> str:
        changed = {REGIONS[code].label: LEVELS[level].lower() for code, level in self.paint.items()}
        return "; ".join(f"{place}: {level}" for place, level in changed.items())

    def read(self, answers: Answers) -> Answer | None:
        """{place: level} of the changed ones. Raises Wrong for a level that is not offered."""
        changed = {code: level for code in self.item.labels if (level := self.value(f"-{code}"))}
        if set(changed.values()) - LEVELS.keys():
            raise Wrong(FORGED)
        return changed

    def write(self, answer: Answer) -> Typed:
        return {f"{self.name}-{code}": [level] for code, level in answer.items()}

    def missing(self) -> str:
        return "Choose the pressure"


def fill(mark: Mapping[str, int | bool]) -> str:
    """The drawing style of a mark: avoid before pain before numb before tight; "" for none."""
    if "avoid" in mark:
        return "avoid"
    if PAIN in mark:
        return ("pain-low", "pain-middle", "pain-high")[(mark[PAIN] > 3) + (mark[PAIN] > 6)]
    return "numb" if "numbness" in mark else "tight" if "tension" in mark else ""


def badge(mark: Mapping[str, int | bool]) -> str:
    """The signs of a mark, joined: “7T”."""
    pain = str(mark[PAIN]) if PAIN in mark else ""
    return pain + "N" * ("numbness" in mark) + "T" * ("tension" in mark) + "✕" * ("avoid" in mark)
