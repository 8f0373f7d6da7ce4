"""What the app keeps of a record beside its evidence, each under a key of its own."""

from dataclasses import dataclass, field

from intake_app.core.stored_json import StoredValue, named, omitted
from intake_app.questionnaire import Answers
from intake_app.records.sealed.evidence import PracticeReference


@dataclass(frozen=True, slots=True)
class AgreedOnPage(StoredValue):
    """An agreement that the client gave. choice: saying no would have changed nothing."""

    id: str
    title: str
    text: str
    at: str
    choice: bool


@dataclass(frozen=True, slots=True)
class ClientPageCard(StoredValue):
    """What the client's own page needs of their record, under the key of their copy.

    Times are ISO 8601. browsers: hashes of those that carried the form or opened the page, in hex;
    taken_over_at: when the last of them took it over, "" when none did.
    """

    version: int = field(metadata=named("v"))
    signed_at: str
    name: str
    birth_date: str
    language: str
    practice: PracticeReference
    pdf_sha256: str
    consents: tuple[AgreedOnPage, ...]
    browsers: tuple[str, ...] = ()
    taken_over_at: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryEntry(StoredValue):
    """What the app itself can read of a record, under its own key: whose it is.

    birth_date: ISO 8601. returning: the record says what changed since the one before.
    """

    name: str
    birth_date: str = ""
    returning: bool = False


@dataclass(frozen=True, slots=True)
class StopNote(StoredValue):
    """The STOPs of a record, sealed for the inbox, see records.cautions.stop_status.

    lowered: those that only a doctor's yes by the client's word lowered. ask_today: the questions
    about the day were not asked with the form.
    """

    role: str
    record_id: str
    stops: tuple[str, ...]
    lowered: tuple[str, ...] = field(default=(), metadata=omitted())
    ask_today: bool = field(default=False, metadata=omitted())


@dataclass(frozen=True, slots=True)
class TherapistOnlyAnswers(StoredValue):
    """The words for the therapist only, by question.

    They are sealed; the record's evidence holds the hash of all of it.
    """

    version: int = field(metadata=named("v"))
    role: str
    record_id: str
    answers: Answers
