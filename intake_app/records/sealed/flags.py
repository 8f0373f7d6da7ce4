"""The flags of a record as they were raised at its signing, word for word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from intake_app.core.stored_json import StoredValue, omitted


class FlagSource(NamedTuple):
    """Where a rule comes from: a book or a study, and where to find it."""

    name: str
    address: str


class Pressure(NamedTuple):
    """How firmly a place may be touched: Walton levels, 0 to 5, None when not known.

    asked: what the client asks for. cap: the lowest limit. level: the lower of both. because: the
    codes of the rules that limit it.
    """

    asked: int | None
    cap: int | None
    level: int | None
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleSetReference(StoredValue):
    """What pins a flag to the exact rules that raised it."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedFlag(StoredValue):
    """One flag. level: of the rule. cap: Walton, 0 to 5. raised_by: the questions that did.

    lowered: a STOP that a doctor's yes, by the client's word, made ASK_FIRST. until_signed: its
    limit holds until a therapist has decided. levels_below: its limit is so many levels below what
    the client asks for, place by place. if_agreed: a STOP must be settled first.
    """

    code: str
    level: str
    urgent: bool
    reason: str
    action: str
    cap: int | None
    regions: tuple[str, ...]
    area_missing: bool
    area_open: bool = False
    conflict: bool
    strength: str
    sources: tuple[FlagSource, ...]
    raised_by: tuple[str, ...]
    lowered: bool = field(default=False, metadata=omitted())
    until_signed: bool = field(default=False, metadata=omitted())
    levels_below: int | None = field(default=None, metadata=omitted())
    if_agreed: bool = field(default=False, metadata=omitted())


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedFlags(StoredValue):
    """What rules made of the answers: each raised flag in full, every region's pressure.

    The pressures say what may be done once every STOP is settled: they leave the STOPs out, and
    count the limits that follow when the doctors who were asked for agree (`once_agreed`, None in
    a record that does not hold them yet). lowered: the STOPs that a doctor's OK took away.
    places: limits that follow from nothing but how much the client asks for; they are no prompts.
    """

    rules: RuleSetReference
    raised: tuple[RaisedFlag, ...] = ()
    once_agreed: tuple[RaisedFlag, ...] | None = field(default=None, metadata=omitted())
    lowered: tuple[RaisedFlag, ...] = ()
    places: tuple[RaisedFlag, ...] = field(default=(), metadata=omitted())
    pressures: Mapping[str, Pressure] = field(default_factory=dict)
