"""The parts of a draft's state, each read from JSON and written as the JSON it was.

The keys of the JSON are as old as the first form. They stay what they are, whatever the fields are
called here: a form that was begun before an update goes on after it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object as `json.loads` returns it."""

Typed: TypeAlias = dict[str, list[str]]
"""What is typed on the page of a step, by HTML field name."""


class TimelineEvent(NamedTuple):
    """Something that happened to the form. at: ISO 8601; code: what it was."""

    at: str
    code: str


class Snapshot(NamedTuple):
    """A save of a step's page.

    rev: of the draft after it; page: the id of the open page that sent it.
    """

    rev: int
    page: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A ticked agreement. sha256: of the words it was ticked for; at: when (ISO 8601)."""

    sha256: str
    at: str

    def to_json(self) -> JsonObject:
        """As it stands in the draft."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PreviousAnswers:
    """What the form of a returning client holds of their last record.

    full_form_on: the day of the last full form (ISO 8601). full_form_due: it is over a year old, so
    every page is asked. therapist_only: questions whose words were for the therapist only; None in
    a form from before they could be. evidence: the parts of the signed evidence that the comparison
    needs, as JSON.
    """

    record_id: str
    pdf_sha256: str
    full_form_on: str
    full_form_due: bool
    therapist_only: tuple[str, ...] | None
    evidence: JsonObject

    @classmethod
    def from_json(cls, stored: JsonObject) -> Self:
        """Read what `to_json` wrote. Raises KeyError when a part is missing."""
        questions = stored.get("apart")
        return cls(
            record_id=stored["record_id"],
            pdf_sha256=stored["pdf_sha256"],
            full_form_on=stored["full_form_on"],
            full_form_due=stored["full"],
            therapist_only=None if questions is None else tuple(questions),
            evidence=stored["evidence"],
        )

    def to_json(self) -> JsonObject:
        """As it stands in the draft, and as `records.previous_record` reads it."""
        head = {
            "record_id": self.record_id,
            "pdf_sha256": self.pdf_sha256,
            "full_form_on": self.full_form_on,
            "full": self.full_form_due,
        }
        if self.therapist_only is not None:
            head["apart"] = list(self.therapist_only)
        return {**head, "evidence": self.evidence}


@dataclass(frozen=True, slots=True)
class DayOfVisitReference:
    """The signed record to which a short form about today adds.

    definition_sha256: of the questionnaire it was signed on. signed_at: ISO 8601.
    client_page_token: of the client's own page, "" when they did not come from there.
    """

    record_id: str
    definition_sha256: str
    signed_at: str
    client_name: str
    client_page_token: str

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Self:
        """Read what `to_json` wrote. Raises KeyError when a part is missing."""
        return cls(
            record_id=stored["record_id"],
            definition_sha256=stored["definition"],
            signed_at=stored["signed_at"],
            client_name=stored["name"],
            client_page_token=stored["back"],
        )

    def to_json(self) -> JsonObject:
        """As it stands in the draft."""
        return {
            "record_id": self.record_id,
            "definition": self.definition_sha256,
            "signed_at": self.signed_at,
            "name": self.client_name,
            "back": self.client_page_token,
        }


@dataclass(frozen=True, slots=True)
class TranscribedForm:
    """The paper form that a therapist types.

    signed_on: the day beside the signature (ISO 8601). number: the 12 digits on the sheet.
    definition_sha256: of the questionnaire that was printed. visit_id: "" when the sheet belongs to
    no visit.
    """

    therapist_id: str
    therapist_name: str
    client_name: str
    signed_on: str
    number: str
    definition_sha256: str
    visit_id: str

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Self:
        """Read what `to_json` wrote. Raises KeyError when a part is missing."""
        return cls(
            therapist_id=stored["by"],
            therapist_name=stored["name"],
            client_name=stored["whose"],
            signed_on=stored["of"],
            number=stored["number"],
            definition_sha256=stored["definition"],
            visit_id=stored["visit"],
        )

    def to_json(self) -> JsonObject:
        """As it stands in the draft."""
        return {
            "by": self.therapist_id,
            "name": self.therapist_name,
            "whose": self.client_name,
            "of": self.signed_on,
            "number": self.number,
            "definition": self.definition_sha256,
            "visit": self.visit_id,
        }
