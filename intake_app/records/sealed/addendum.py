"""The evidence of an addendum, each part as it is sealed. The keys of its JSON never change."""

from dataclasses import dataclass, field
from typing import NamedTuple

from intake_app.core.stored_json import JsonObject, StoredValue, named
from intake_app.questionnaire import Answers
from intake_app.records.sealed.evidence import PracticeReference


class PreviousAddendum(NamedTuple):
    """An addendum of the record that was signed before this one. signed_at: ISO 8601."""

    id: str
    signed_at: str


@dataclass(frozen=True, slots=True)
class SignedLine(StoredValue):
    """A label and its text, as they are printed."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class SignedEntry(StoredValue):
    """One part of an addendum, in the words that are printed, see pdf.addendum_document."""

    title: str
    level: str
    quotes: tuple[SignedLine, ...]
    lines: tuple[SignedLine, ...]


@dataclass(frozen=True, slots=True)
class ClientReference(StoredValue):
    """Whose record it is. birth_date: ISO 8601."""

    name: str
    birth_date: str


@dataclass(frozen=True, slots=True)
class AddendumSigner(StoredValue):
    """Who signed: the id and name of their account, and the name they typed.

    role: see records.addenda.Signer.
    """

    id: str
    name: str
    typed: str
    role: str = "therapist"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddendumEvidence(StoredValue):
    """What was signed later, of which record, and by whom.

    record_pdf_sha256: of the record's own PDF, None when it had none yet. data: the same as the
    words, for machines; what is in it depends on the kind. content_sha256: of words and data.
    """

    version: int = field(metadata=named("v"))
    role: str
    kind: str
    addendum_id: str
    record_id: str
    record_pdf_sha256: str | None
    record_signed_at: str
    earlier: tuple[PreviousAddendum, ...]
    client: ClientReference
    practice: PracticeReference
    language: str
    title: str
    lead: str
    entries: tuple[SignedEntry, ...]
    data: JsonObject
    content_sha256: str
    by: AddendumSigner
    intent: str
    signed_at: str


@dataclass(frozen=True, slots=True)
class DayOfVisitAnswers(StoredValue):
    """The data of newer answers about today.

    asked: which questions. rules_sha256: of the rules at the moment of signing. advised_rules: the
    urgent rules the client was advised on.
    """

    questionnaire_sha256: str = field(metadata=named("questionnaire"))
    asked: tuple[str, ...]
    answers: Answers
    rules_sha256: str = field(metadata=named("rules"))
    advised_rules: tuple[str, ...] = field(default=(), metadata=named("told"))


@dataclass(frozen=True, slots=True)
class SignedDecision(StoredValue):
    """What was decided about one flag. choice: a code; level, rule_version: of the rule then."""

    code: str
    choice: str
    reason: str
    level: str
    rule_version: str


@dataclass(frozen=True, slots=True)
class SignedDecisions(StoredValue):
    """The data of a therapist's decisions."""

    decisions: tuple[SignedDecision, ...]
