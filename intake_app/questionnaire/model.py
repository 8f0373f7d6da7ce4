"""A questionnaire as data: sections (parts), steps (pages), items (questions), options."""

from dataclasses import dataclass, field, replace

from intake_app.questionnaire.conditions import Condition, holds
from intake_app.questionnaire.context import Answers, Context

SCREENER = ("yes", "no", "unsure", "talk")
"""The answers to a first question, such as one about a part of the body."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice. exclusive: it cannot be ticked together with others, such as “None of these”.

    enable_when: it is offered only then.
    """

    code: str
    label: str
    exclusive: bool = False
    hint: str = ""
    enable_when: Condition | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A question. `options` has every code that may be answered, also of yes_no, maps and rank.

    why: the reason we ask. short: a short label for lists and print. of: the earlier item this one
    refers to. notice: the answers that the therapist reads first. when="arrival": asked again on
    the day. sensitive: can be answered with a talk in person. confidential: the client may keep
    their words for their therapist only. volatile: an answer of another day is worth nothing, the
    next visit asks afresh. carried: the only codes that the next visit may take over, () for all.
    printed_in: a list of the printed record that it belongs to; on_card: a part of the safety card;
    "" for none. marks: what a place on a body map of its own can be marked with. fold: more help,
    folded away.
    """

    link_id: str
    type: str
    text: str
    required: bool = False
    help: str = ""
    why: str = ""
    short: str = ""
    enable_when: Condition | None = None
    options: tuple[Option, ...] = ()
    unsure: bool = False
    min: int | None = None
    max: int | None = None
    max_length: int | None = None
    autocomplete: str = ""
    of: str = ""
    columns: tuple["Item", ...] = ()
    notice: tuple[str, ...] = ()
    sensitive: bool = False
    confidential: bool = False
    when: str = ""
    none_label: str = ""
    volatile: bool = False
    carried: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    fold: str = ""
    printed_in: str = ""
    on_card: str = ""
    labels: dict[str, str] = field(init=False, repr=False, compare=False)
    exclusive: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", {option.code: option.label for option in self.options})
        object.__setattr__(
            self, "exclusive", frozenset(o.code for o in self.options if o.exclusive)
        )

    def offered(self, answers: Answers, context: Context) -> "Item":
        """The item with the options that are offered after these answers.

        Where only “None of these” and its like is left, it has no choice and is not asked.
        """
        if all(option.enable_when is None for option in self.options):
            return self
        fitting = (one for one in self.options if holds(one.enable_when, answers, context))
        return replace(self, options=tuple(fitting))

    @property
    def has_choice(self) -> bool:
        """Whether there is something to choose besides the exclusive answers."""
        return not self.options or not self.exclusive.issuperset(self.labels)

    @property
    def is_screener(self) -> bool:
        """Whether it is a first question before a list: yes, no, not sure, or in person."""
        return tuple(self.labels) == SCREENER

    @property
    def label(self) -> str:
        """The short label where there is one, else the question."""
        return self.short or self.text


@dataclass(frozen=True, slots=True)
class Step:
    """One page: a few questions that belong together. private: printed on a page of its own.

    day: about the day of the visit: asked on that day, and in a walk on that day. day_items: what
    the form of the day asks there, in order: the page's own items and those asked a second time.
    more: behind the door “Tell us more”, outside the walk.
    """

    id: str
    title: str
    items: tuple[Item, ...]
    section_id: str
    lead: str = ""
    enable_when: Condition | None = None
    private: bool = False
    day: bool = False
    day_items: tuple[Item, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts that the client sees counted."""

    id: str
    title: str
    steps: tuple[Step, ...]
    intro: str = ""

    @property
    def more(self) -> bool:
        """Whether all of it stands behind the door “Tell us more”."""
        return all(step.more for step in self.steps)


@dataclass(frozen=True, slots=True, eq=False)
class Questionnaire:
    """A whole questionnaire. `source` are the bytes it was read from, `sha256` their hash, in hex.

    words_sha256: the hash of the file that its words come from, "" where they stand in the source.

    places: step id -> where in the order of steps it stands, from 0. homes: link_id -> the place of
    the step that asks. private: the link_ids of what is asked on private steps.
    """

    name: str
    version: str
    url: str
    title: str
    language: str
    sections: tuple[Section, ...]
    source: bytes
    sha256: str
    words_sha256: str = ""
    steps: tuple[Step, ...] = field(init=False)
    items: tuple[Item, ...] = field(init=False)
    places: dict[str, int] = field(init=False, repr=False)
    homes: dict[str, int] = field(init=False, repr=False)
    private: frozenset[str] = field(init=False, repr=False)
    _sections: dict[str, Section] = field(init=False, repr=False)
    _steps: dict[str, Step] = field(init=False, repr=False)
    _items: dict[str, Item] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        steps = tuple(step for section in self.sections for step in section.steps)
        items = tuple(item for step in steps for item in step.items)
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "items", items)
        object.__setattr__(self, "_sections", {section.id: section for section in self.sections})
        object.__setattr__(self, "_steps", {step.id: step for step in steps})
        object.__setattr__(self, "_items", {item.link_id: item for item in items})
        places = {step.id: place for place, step in enumerate(steps)}
        object.__setattr__(self, "places", places)
        object.__setattr__(
            self, "homes", {item.link_id: places[step.id] for step in steps for item in step.items}
        )
        private = frozenset(item.link_id for step in steps if step.private for item in step.items)
        object.__setattr__(self, "private", private)

    @property
    def parts(self) -> tuple[Section, ...]:
        """The sections of the walk, without what stands behind the door “Tell us more”."""
        return tuple(section for section in self.sections if not section.more)

    @property
    def has_screeners(self) -> bool:
        """Whether a first question stands before the lists about a part of the body."""
        return any(item.is_screener for item in self.items)

    def section(self, section_id: str) -> Section:
        """The section with this id. Raises KeyError."""
        return self._sections[section_id]

    def step(self, step_id: str) -> Step:
        """The step with this id. Raises KeyError."""
        return self._steps[step_id]

    def item(self, link_id: str) -> Item:
        """The item with this link_id. Raises KeyError."""
        return self._items[link_id]

    @property
    def day_steps(self) -> tuple[Step, ...]:
        """The pages of the day; () in a definition that asks about the day among the rest."""
        return tuple(step for step in self.steps if step.day)

    def volatile(self) -> tuple[str, ...]:
        """The link_ids of what is marked as asked afresh each time; () in a definition without."""
        return tuple(item.link_id for item in self.items if item.volatile)

    def printed_in(self, part: str) -> tuple[str, ...]:
        """The link_ids of what belongs to this list of the printed record, in order."""
        return tuple(item.link_id for item in self.items if item.printed_in == part)

    def on_card(self, part: str) -> tuple[str, ...]:
        """The link_ids of what belongs to this part of the safety card, in order."""
        return tuple(item.link_id for item in self.items if item.on_card == part)
