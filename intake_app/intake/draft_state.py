"""What is inside a draft, once it is decrypted."""

from dataclasses import dataclass, field, replace
from typing import Any

PAGES_KEPT = 12
SNAPSHOTS_KEPT = 5
BROWSERS_KEPT = 8
ENGLISH = "en"
OFFERED = (ENGLISH,)
"""What clients may choose. "es" joins once every question, heading, button and agreement is in Spanish; a form that was
begun in it is finished in it."""

Typed = dict[str, list[str]]


def offers(language: str) -> bool:
    """Whether clients may choose this language."""
    return language in OFFERED


@dataclass(slots=True)
class DraftState:
    """What is inside a draft. `typed` by step and field name; `snapshots` are the last saves of each step."""

    typed: dict[str, Typed] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    snapshots: dict[str, list[list[Any]]] = field(
        default_factory=dict
    )  # step -> [rev, page, typed]
    pages: dict[str, int] = field(
        default_factory=dict
    )  # page -> last seq; CLOSED once it was submitted
    events: list[list[str]] = field(default_factory=list)
    agreed: dict[str, dict[str, str]] = field(default_factory=dict)
    browsers: list[str] = field(
        default_factory=list
    )  # hashes of those that carried the form on, in hex
    birth_date: str | None = None
    language: str = ENGLISH  # chosen on the start page, or on the first screen of a tablet
    evidence: dict[str, Any] | None = None
    told: list[str] = field(default_factory=list)  # codes of the urgent rules she was told about
    previous: dict[str, Any] | None = (
        None  # what services.earlier carries over from her last record
    )
    reviewed: dict[str, list[str]] = field(
        default_factory=dict
    )  # part -> its steps that were taken over unchanged
    apart: list[str] = field(
        default_factory=list
    )  # questions whose words are for the therapist only
    arrival: dict[str, Any] | None = (
        None  # the signed record to which this short form adds, see services.arrivals
    )
    paper: dict[str, str] | None = (
        None  # typed by a therapist from this paper form, see services.keying
    )

    def carried_by(self, browser: str, at: str, how: str) -> "DraftState":
        """The state once this browser has taken the form over. browser: its hash in hex; at: ISO 8601."""
        others = [one for one in self.browsers if one != browser]
        return replace(
            self, browsers=[*others, browser][-BROWSERS_KEPT:], events=[*self.events, [at, how]]
        )

    def with_typed(self, rev: int, step_id: str, page: str, typed: Typed, seq: int) -> "DraftState":
        """The state after this was typed on a page of a draft that is at `rev`."""
        saves = [*self.snapshots.get(step_id, []), [rev + 1, page, typed]]
        first_of_page = [
            s for i, s in enumerate(saves) if not any(later[1] == s[1] for later in saves[i + 1 :])
        ]
        pages = {k: v for k, v in self.pages.items() if k != page} | {page: seq}
        return replace(
            self,
            typed={**self.typed, step_id: typed},
            snapshots={**self.snapshots, step_id: first_of_page[-SNAPSHOTS_KEPT:]},
            pages=dict(list(pages.items())[-PAGES_KEPT:]),
        )
