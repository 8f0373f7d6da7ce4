"""The 30-second card: what a therapist must know before she starts, as plain data for screen, A6 and the PDF."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A label and its text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CardFlag:
    """One flag in few words. tag: STOP, AVOID, ADAPT, ASK or INFO; limit: its own limit, which another flag may lower,
    "" without one or while the place is not known.

    said: her first answer that raised it; action: what is suggested; decision: what was decided, "" while open.
    """

    code: str
    tag: str
    urgent: bool
    title: str
    limit: str
    said: str
    action: str
    decision: str


@dataclass(frozen=True, slots=True)
class PressureLimit:
    """The pressure of some places: what she asked for, and the highest that is suggested, "" when nothing limits it.

    level: the lower of both, 0 to 5, None when neither is known. lowered: the limit is below her wish.
    """

    places: str
    asked: str
    at_most: str
    because: str
    level: int | None
    lowered: bool


@dataclass(frozen=True, slots=True)
class SafetyCard:
    """One phone screen. untouched: place and why, so that its flags are not told again; levels: region -> level, for
    the places that the map draws; unmarked: what no sign on it means, "" when that is not known.

    name: what she is called, and the first letter of her last name. signed: the day, in words.
    lowered: STOPs that only her word for a doctor's OK took away: without it, the card would begin with them.
    words: what she wrote herself, where no rule reads. facts: allergies, position, goals, agreements and people.
    note: what to know about the card itself.
    stale: that the answers about today are too old, "" while they are not. again: when they were asked again.
    before: STOPs of the form that the answers given then do not raise. typed: who typed it from which paper form.
    cautions: every flag below a STOP, for the pages after the card; once_agreed: those that follow when a doctor says
    yes, whose limits count already; when: for which moment the limits are meant, "" without a STOP.
    no_limit: what is said of a place that nothing limits; first_line: what to know first where no STOP is left.
    rules: the rule set, by which, and its SHA-256.
    """

    name: str
    age: int
    signed: str
    stops: tuple[CardFlag, ...]
    untouched: tuple[LabelledText, ...]
    limits: tuple[PressureLimit, ...]
    adapts: tuple[CardFlag, ...]
    lowered: tuple[CardFlag, ...]
    asks: tuple[CardFlag, ...]
    talk: tuple[str, ...]
    words: tuple[LabelledText, ...]
    facts: tuple[LabelledText, ...]
    note: str
    stale: str
    again: str = ""
    levels: dict[str, int] = field(default_factory=dict)
    unmarked: str = ""
    typed: str = ""
    before: tuple[CardFlag, ...] = ()
    cautions: tuple[CardFlag, ...] = ()
    once_agreed: tuple[CardFlag, ...] = ()
    when: str = ""
    no_limit: str = "no limit suggested"
    first_line: str = ""
    rules: LabelledText | None = None

    @property
    def before_she_begins(self) -> str:
        """What to do about the STOPs: how many of them still wait for a decision."""
        waiting, all_of_them = sum(not one.decision for one in self.stops), len(self.stops)
        if not waiting:
            return "Decided. Read how before the client lies down."
        these = "this" if all_of_them == 1 else f"these {all_of_them}"
        return f"Settle {these if waiting == all_of_them else f'{waiting} of {these}'} before the client lies down."
