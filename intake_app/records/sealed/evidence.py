"""The evidence of a signed form, each part as it is sealed. The keys of its JSON never change."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from intake_app.core.stored_json import StoredValue, named, omitted
from intake_app.questionnaire import Answers
from intake_app.records.sealed.flags import EvaluatedFlags, RaisedFlag


class TimelineEvent(NamedTuple):
    """Something that happened to the form. at: ISO 8601; code: what it was."""

    at: str
    code: str


@dataclass(frozen=True, slots=True)
class QuestionnaireReference(StoredValue):
    """What pins an answer to its exact questions.

    words_sha256: of the file with their words, "" where these stand with the questions.
    """

    name: str
    url: str
    version: str
    sha256: str
    words_sha256: str = field(default="", metadata=omitted())


@dataclass(frozen=True, slots=True)
class PracticeReference(StoredValue):
    """The practice as it is printed, its clock and paper size, and what the flags need of it."""

    name: str
    lines: tuple[str, ...]
    timezone: str
    page_size: str
    allergen_free: bool = False
    prenatal_trained: bool = False


@dataclass(frozen=True, slots=True)
class PreviousVisits(StoredValue):
    """What the walk knew of the client's visits. form_age_days: since the last full form.

    visit_today: the visit was near, so the pages of the day were asked. Without all this, other
    questions would have been asked.
    """

    returning: bool = False
    form_age_days: int | None = None
    visit_today: bool = field(default=False, metadata=omitted())


def unknown_visits() -> PreviousVisits:
    """What a form says that was signed before it was written down: nothing."""
    return PreviousVisits.from_json({})


@dataclass(frozen=True, slots=True)
class SignedConsent(StoredValue):
    """An agreement word for word as the client saw it.

    at: when it was ticked (ISO 8601), or the day on the paper; "" while it was not.
    """

    id: str
    title: str
    text: str
    version: str
    sha256: str
    agreed: bool
    at: str


@dataclass(frozen=True, slots=True)
class Drawing(StoredValue):
    """A drawn signature, in CSS pixels of its canvas. A point: x, y, pressure, milliseconds."""

    strokes: tuple[tuple[tuple[float, ...], ...], ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class HelpedBy(StoredValue):
    """Who helped the client to answer, and with which parts (titles)."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature(StoredValue):
    """A typed name as it is signed. relationship: to the client, "" for the client.

    on_paper: the day (ISO 8601) of a signature by hand on a paper form.
    """

    role: str
    name: str
    relationship: str = ""
    drawing: Drawing | None = field(default=None, metadata=omitted())
    on_paper: str | None = field(default=None, metadata=omitted())
    helped_by: HelpedBy | None = field(default=None, metadata=omitted())


@dataclass(frozen=True, slots=True)
class ChangedAnswer(StoredValue):
    """One question whose answer is not what it was, in words. notice: one of both is read first.

    said_on: the day of the answer before, in words, where it is newer than the form.
    """

    link_id: str
    label: str
    before: str
    after: str
    notice: bool
    said_on: str = field(default="", metadata=omitted())


@dataclass(frozen=True, slots=True)
class ChangesSince(StoredValue):
    """The client's record before this one, and what changed. Days are ISO 8601."""

    record_id: str
    pdf_sha256: str
    signed_on: str
    full_form_on: str
    changes: tuple[ChangedAnswer, ...]


@dataclass(frozen=True, slots=True)
class SigningOrigin(StoredValue):
    """From where the form was signed."""

    address: str
    browser: str
    device: str


@dataclass(frozen=True, slots=True)
class ClientCopyKeys(StoredValue):
    """What the client's own copy is made with, once the document is there. key: in Base64.

    browsers: hashes of those that carried the form, in hex. taken_over_at: when the last of them
    took it over (ISO 8601), "" when none did.
    """

    key: str
    token_hash: str
    draft_id: str
    browsers: tuple[str, ...] = ()
    taken_over_at: str = ""


@dataclass(frozen=True, slots=True)
class PaperOrigin(StoredValue):
    """The paper form that a record was typed from.

    signed_on: the day beside the signature (ISO 8601). number: the 12 digits on the sheet.
    """

    typed_by: str
    signed_on: str = field(metadata=named("of"))
    number: str


class SignedAnswers(Protocol):
    """What is needed to walk a signed form again: its answers, and what they answer."""

    @property
    def questionnaire(self) -> QuestionnaireReference: ...
    @property
    def practice(self) -> PracticeReference: ...
    @property
    def context(self) -> PreviousVisits: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def signed_at(self) -> str: ...
    @property
    def from_paper(self) -> PaperOrigin | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(StoredValue):
    """What was asked, answered, agreed and signed.

    previous: None at a first visit. flags: None in a record from before there were rules.
    therapist_only: the questions whose words are for the therapist only; therapist_only_sha256: of
    these words; both None without any. from_paper: None when the client typed it.
    """

    version: int = field(metadata=named("v"))
    role: str
    record_id: str
    questionnaire: QuestionnaireReference
    language: str
    shown_in: str = "en"
    practice: PracticeReference
    context: PreviousVisits = field(default_factory=unknown_visits)
    previous: ChangesSince | None = None
    answers: Answers
    answers_sha256: str
    flags: EvaluatedFlags | None = field(default=None, metadata=omitted())
    consents: tuple[SignedConsent, ...]
    signatures: tuple[Signature, ...]
    intent: str
    events: tuple[TimelineEvent, ...]
    signed_at: str
    origin: SigningOrigin = field(metadata=named("from"))
    copy: ClientCopyKeys
    from_paper: PaperOrigin | None = field(default=None, metadata=omitted())
    therapist_only: tuple[str, ...] | None = field(default=None, metadata=omitted("apart"))
    therapist_only_sha256: str | None = field(default=None, metadata=omitted("apart_sha256"))


@dataclass(frozen=True, slots=True)
class RecordOnTheDay:
    """A record as it is to be read now: with the newest answers about today, and their flags.

    evidence: of the record, with these in place of its own. asked_again: which questions;
    asked_again_at: when (ISO 8601), None while they were not. stops_before: the STOPs of the form,
    or of answers about an earlier day, that the new answers do not raise.
    """

    evidence: Evidence
    asked_again: tuple[str, ...] = ()
    asked_again_at: str | None = None
    stops_before: tuple[RaisedFlag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousEvidence(StoredValue):
    """The parts of a signed record that the next form of the client holds.

    asked_again, asked_again_at: see RecordOnTheDay.
    """

    questionnaire: QuestionnaireReference
    signed_at: str
    from_paper: PaperOrigin | None = None
    practice: PracticeReference
    answers: Answers
    context: PreviousVisits = field(default_factory=unknown_visits)
    asked_again: tuple[str, ...] = ()
    asked_again_at: str | None = None


@dataclass(frozen=True, slots=True)
class PreviousAnswers(StoredValue):
    """What the form of a returning client holds of their last record.

    full_form_on: the day of the last full form (ISO 8601). full_form_due: it is over a year old, so
    every page is asked. therapist_only: questions whose words were for the therapist only; None in
    a form from before they could be. evidence: what the comparison needs.
    """

    record_id: str
    pdf_sha256: str
    full_form_on: str
    full_form_due: bool = field(metadata=named("full"))
    therapist_only: tuple[str, ...] | None = field(
        default=None, metadata=omitted("apart"), kw_only=True
    )
    evidence: PreviousEvidence
