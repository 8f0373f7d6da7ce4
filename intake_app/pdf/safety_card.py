"""The 30-second card: what the therapist must know before they start.

Plain data for the screen, the A6 card and the PDF.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A label and its text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CardFlag:
    """One flag in few words.

    tag: STOP, ASK FIRST, AVOID, ADAPT, ASK or INFO.
    limit: its own limit, which another flag may lower, "" without one or while the place is not
    known.
    said: the client's first answer that raised it. action: what is suggested.
    decision: what was decided, "" while open.
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
    """The pressure of some places.

    asked: what the client asked for. at_most: the highest that is suggested, "" when nothing
    limits it. level: the lower of both, 0 to 5, None when neither is known.
    lowered: the limit is below what the client asked for.
    """

    places: str
    asked: str
    at_most: str
    because: str
    level: int | None
    lowered: bool


@dataclass(frozen=True, slots=True)
class SafetyCard:
    """One phone screen.

    name: what the client is called, and the first letter of their last name.
    signed: the day, in words.
    firsts: what must be asked and decided before the start, STOPs first that only a doctor's yes by
    the client's word lowered.
    ask_today: what to ask on the day, where the form left it for that day.
    untouched: place and why, so that its flags are not listed a second time.
    lowered: STOPs that only the client's word for a doctor's OK took away: without it, the card
    would begin with them.
    words: what the client wrote in their own words, where no rule reads.
    facts: allergies, position, goals, agreements and people.
    note: what to know about the card itself.
    stale: that the answers about today are too old, "" while they are not.
    again: when they were asked again.
    levels: region -> level, for the places that the map draws.
    unmarked: what no mark on the map means, "" when that is not known.
    typed: who typed it from which paper form.
    before: STOPs of the form that the answers given then do not raise.
    cautions: every flag below a STOP, for the pages after the card.
    once_agreed: flags that follow when a doctor says yes, whose limits count already.
    when: for which moment the limits are meant, "" without a STOP.
    no_limit: what is said of a place that nothing limits.
    first_line: what to know first where no STOP is left.
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
    firsts: tuple[CardFlag, ...] = ()
    ask_today: tuple[str, ...] = ()

    @property
    def before_the_massage(self) -> str:
        """What to do about the STOPs: how many of them still wait for a decision."""
        total = len(self.stops)
        undecided = sum(not stop.decision for stop in self.stops)
        if not undecided:
            return "Decided. Read how before the client lies down."
        stops = "this" if total == 1 else f"these {total}"
        if undecided < total:
            stops = f"{undecided} of {stops}"
        return f"Settle {stops} before the client lies down."
