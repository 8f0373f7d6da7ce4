"""The parts of a draft's state, each read from JSON and written as the JSON it was.

The keys of the JSON are as old as the first form. They stay what they are, whatever the fields are
called here: a form that was begun before an update goes on after it.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from intake_app.core.stored_json import StoredValue, named

Typed: TypeAlias = dict[str, list[str]]
"""What is typed on the page of a step, by HTML field name."""


class Snapshot(NamedTuple):
    """A save of a step's page.

    rev: of the draft after it; page: the id of the open page that sent it.
    """

    rev: int
    page: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class GivenConsent(StoredValue):
    """A ticked agreement. sha256: of the words it was ticked for; at: when (ISO 8601)."""

    sha256: str
    at: str


@dataclass(frozen=True, slots=True)
class DayOfVisitReference(StoredValue):
    """The signed record to which a short form about today adds.

    definition_sha256: of the questionnaire it was signed on. signed_at: ISO 8601.
    client_page_token: of the client's own page, "" when they did not come from there.
    """

    record_id: str
    definition_sha256: str = field(metadata=named("definition"))
    signed_at: str
    client_name: str = field(metadata=named("name"))
    client_page_token: str = field(metadata=named("back"))


@dataclass(frozen=True, slots=True)
class SentDayOfVisit(StoredValue):
    """A short form about today that is signed. addendum_id: what it became."""

    addendum_id: str = field(metadata=named("addendum"))


@dataclass(frozen=True, slots=True)
class TranscribedForm(StoredValue):
    """The paper form that a therapist types.

    signed_on: the day beside the signature (ISO 8601). number: the 12 digits on the sheet.
    definition_sha256: of the questionnaire that was printed. visit_id: "" when the sheet belongs to
    no visit.
    """

    therapist_id: str = field(metadata=named("by"))
    therapist_name: str = field(metadata=named("name"))
    client_name: str = field(metadata=named("whose"))
    signed_on: str = field(metadata=named("of"))
    number: str
    definition_sha256: str = field(metadata=named("definition"))
    visit_id: str = field(metadata=named("visit"))
