"""What is inside a draft, once it is decrypted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from intake_app.core.stored_json import FieldValue, JsonObject, StoredValue
from intake_app.intake.draft_parts import (
    DayOfVisitReference,
    GivenConsent,
    SentDayOfVisit,
    Snapshot,
    TranscribedForm,
    Typed,
)
from intake_app.questionnaire import Answers
from intake_app.records.sealed.evidence import Evidence, PreviousAnswers, TimelineEvent

PAGES_KEPT = 12
SNAPSHOTS_KEPT = 5
BROWSERS_KEPT = 8
CLOSED = -1  # a page that was submitted: its late autosaves no longer count
ENGLISH = "en"
OFFERED = (ENGLISH,)
"""What clients may choose. "es" joins once every question, heading, button and agreement is in
Spanish; a form that was begun in it is finished in it."""


def offers(language: str) -> bool:
    """Whether clients may choose this language."""
    return language in OFFERED


@dataclass(frozen=True, slots=True)
class DraftState:
    """What is inside a draft.

    typed: by step, what stands in the boxes. snapshots: the last saves of each step. pages: the
    last sequence number of each open page, CLOSED once it was submitted. browsers: hashes of those
    that carried the form on, in hex. birth_date: ISO 8601. language: chosen on the start page or on
    the first screen of a tablet. advised_rules: codes of the urgent rules the client was advised
    on. reviewed: part -> its steps that were taken over unchanged. therapist_only: questions whose
    words are for the therapist only. day_of_visit: set in a short form about today. transcription:
    set in a form that a therapist types from paper. evidence: set once the form is signed; sent:
    instead of it, once a short form about today is.
    """

    typed: Mapping[str, Typed] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    done: tuple[str, ...] = ()
    snapshots: Mapping[str, tuple[Snapshot, ...]] = field(default_factory=dict)
    pages: Mapping[str, int] = field(default_factory=dict)
    events: tuple[TimelineEvent, ...] = ()
    consents: Mapping[str, GivenConsent] = field(default_factory=dict)
    browsers: tuple[str, ...] = ()
    birth_date: str | None = None
    language: str = ENGLISH
    evidence: Evidence | None = None
    advised_rules: tuple[str, ...] = ()
    previous: PreviousAnswers | None = None
    reviewed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    therapist_only: tuple[str, ...] = ()
    day_of_visit: DayOfVisitReference | None = None
    transcription: TranscribedForm | None = None
    sent: SentDayOfVisit | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, FieldValue]) -> Self:
        """Read what `to_json` wrote. A key that an older version did not write has its default.

        Raises KeyError for a key that is not known: nothing of a form is dropped silently.
        stored_json.MalformedValue for a part that is not as it was written.
        """
        fields: dict[str, FieldValue] = {}
        for key, part in stored.items():
            name = FIELDS[key]
            if key == "evidence" and isinstance(part, dict) and SENT in part:
                name = "sent"
            fields[name] = READ[name](part) if part is not None and name in READ else part
        return cls(**fields)

    def to_json(self) -> dict[str, FieldValue]:
        """Every part under its stored key, in the stored order, of JSON's own types."""
        return {
            "typed": dict(self.typed),
            "answers": dict(self.answers),
            "done": list(self.done),
            "snapshots": {
                step: [list(save) for save in saves] for step, saves in self.snapshots.items()
            },
            "pages": dict(self.pages),
            "events": [list(event) for event in self.events],
            "agreed": {id_: consent.to_json() for id_, consent in self.consents.items()},
            "browsers": list(self.browsers),
            "birth_date": self.birth_date,
            "language": self.language,
            "evidence": _part(self.evidence or self.sent),
            "told": list(self.advised_rules),
            "previous": _part(self.previous),
            "reviewed": {part: list(steps) for part, steps in self.reviewed.items()},
            "apart": list(self.therapist_only),
            "arrival": _part(self.day_of_visit),
            "paper": _part(self.transcription),
        }

    @property
    def is_signed(self) -> bool:
        """Whether the form is signed, so that nothing in it can change any more."""
        return self.evidence is not None or self.sent is not None

    @property
    def pinned_definition(self) -> str | None:
        """SHA-256 of the questionnaire this form must be filled in on, None for the newest."""
        pinned = self.day_of_visit or self.transcription
        return pinned.definition_sha256 if pinned else None

    def with_event(self, at: str, code: str) -> Self:
        """The state after this has happened, too. at: ISO 8601."""
        return replace(self, events=(*self.events, TimelineEvent(at, code)))

    def carried_by(self, browser: str, at: str, code: str) -> Self:
        """The state once this browser has taken the form over. browser: its hash in hex."""
        browsers = (*(name for name in self.browsers if name != browser), browser)
        return replace(self, browsers=browsers[-BROWSERS_KEPT:]).with_event(at, code)

    def with_typed(self, rev: int, step_id: str, page: str, typed: Typed, seq: int) -> Self:
        """The state after this was typed on a page of a draft that is at `rev`."""
        saves = (*self.snapshots.get(step_id, ()), Snapshot(rev + 1, page, typed))
        last_of_each_page = {save.page: index for index, save in enumerate(saves)}
        kept_saves = tuple(saves[index] for index in sorted(last_of_each_page.values()))
        pages = {name: last for name, last in self.pages.items() if name != page}
        pages[page] = seq
        return replace(
            self,
            typed={**self.typed, step_id: typed},
            snapshots={**self.snapshots, step_id: kept_saves[-SNAPSHOTS_KEPT:]},
            pages=dict(list(pages.items())[-PAGES_KEPT:]),
        )

    def with_step_done(
        self,
        step_id: str,
        answers: Answers,
        asked: frozenset[str],
        therapist_only: frozenset[str],
    ) -> Self:
        """The state after Continue: these are the step's answers, and the step is done.

        asked: link ids that were in play on the page; those left empty lose an earlier answer.
        """
        remaining = {key: value for key, value in self.answers.items() if key not in asked}
        others = (key for key in self.therapist_only if key not in asked)
        return replace(
            self,
            answers={**remaining, **answers},
            therapist_only=(*others, *sorted(therapist_only)),
            done=(*(step for step in self.done if step != step_id), step_id),
            reviewed={
                part: tuple(step for step in steps if step != step_id)
                for part, steps in self.reviewed.items()
            },
        )


FIELDS = {
    "typed": "typed",
    "answers": "answers",
    "done": "done",
    "snapshots": "snapshots",
    "pages": "pages",
    "events": "events",
    "agreed": "consents",
    "browsers": "browsers",
    "birth_date": "birth_date",
    "language": "language",
    "evidence": "evidence",
    "told": "advised_rules",
    "previous": "previous",
    "reviewed": "reviewed",
    "apart": "therapist_only",
    "arrival": "day_of_visit",
    "paper": "transcription",
}
"""Key in the stored JSON -> field of `DraftState`."""


SENT = "addendum"
"""The key in place of the evidence that says that a short form about today is signed."""


READ: Mapping[str, Callable[[FieldValue], object]] = {
    "done": tuple,
    "snapshots": lambda steps: {
        step: tuple(Snapshot(*save) for save in saves) for step, saves in steps.items()
    },
    "events": lambda events: tuple(TimelineEvent(*event) for event in events),
    "consents": lambda ticks: {key: GivenConsent.from_json(tick) for key, tick in ticks.items()},
    "browsers": tuple,
    "evidence": Evidence.from_json,
    "sent": SentDayOfVisit.from_json,
    "advised_rules": tuple,
    "previous": PreviousAnswers.from_json,
    "reviewed": lambda parts: {part: tuple(steps) for part, steps in parts.items()},
    "therapist_only": tuple,
    "day_of_visit": DayOfVisitReference.from_json,
    "transcription": TranscribedForm.from_json,
}
"""How the fields are read that are not stored as they are held."""


def _part(part: StoredValue | None) -> JsonObject | None:
    return None if part is None else part.to_json()
