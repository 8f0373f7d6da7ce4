"""The evidence: one JSON value that says what was asked, answered, agreed and signed.

It is sealed first and printed second.

Everything a record ever needs is inside, so that it can be printed, checked and read years later
without the app's database. Its shape is versioned by the key `v`.
"""

import base64
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from intake_app.core.dates import age, day
from intake_app.core.stored_json import JsonObject
from intake_app.models.practice import Practice
from intake_app.questionnaire import (
    Answers,
    Context,
    Journey,
    Questionnaire,
    by_sha256,
    consents_of,
    rules_of,
)
from intake_app.questionnaire.context import as_text
from intake_app.questionnaire.day_of_visit import joined_form
from intake_app.records.sealed.beside_evidence import AgreedOnPage, ClientPageCard
from intake_app.records.sealed.evidence import (
    Evidence,
    PracticeReference,
    PreviousVisits,
    QuestionnaireReference,
    SignedAnswers,
)

VERSION = 2
VERSIONS = (1, 2)
"""2 keeps the flags, word for word; in 1 there were none."""
ON_PAPER = (
    "Signed by hand on a paper form, which the practice keeps. "
    "This record holds what was typed from it."
)
INTENT = "By pressing “Sign and send” I sign my answers and every agreement I ticked."


def journey_of(signed: SignedAnswers, asked_again: tuple[str, ...] = ()) -> Journey:
    """The finished walk, on its own version of the questionnaire and on the day it was signed.

    asked_again: the questions about today that were asked on the day (records.day_of_visit): then
    it is the walk that asked for them.
    """
    reference = signed.questionnaire
    questionnaire = by_sha256(reference.sha256, reference.words_sha256)
    on_the_day = bool(asked_again) and any(step.day for step in questionnaire.steps)
    if on_the_day:
        questionnaire = joined_form(questionnaire, frozenset(asked_again))
    known = Context(
        today=answered_at(signed).date(),
        allergen_free=signed.practice.allergen_free,
        prenatal_trained=signed.practice.prenatal_trained,
        stop_raised=rules_of(questionnaire.sha256).any_stop,
        returning=signed.context.returning,
        form_age_days=signed.context.form_age_days,
        visit_today=signed.context.visit_today or on_the_day,
        on_the_day=on_the_day,
    )
    done = frozenset(step.id for step in questionnaire.steps)
    return Journey(questionnaire, signed.answers, done, known)


def answered_at(signed: SignedAnswers) -> datetime:
    """When the client answered and signed, by the practice's clock.

    A paper form names a day: its first moment counts, so that answers about today are never taken
    for younger than they are.
    """
    if signed.from_paper is None:
        return local(signed.practice, signed.signed_at)
    day_on_paper = date.fromisoformat(signed.from_paper.signed_on)
    return datetime.combine(day_on_paper, time(), ZoneInfo(signed.practice.timezone))


def typed_words(evidence: Evidence) -> str:
    """Who typed this from which paper form, in a sentence; "" when the client typed it."""
    paper = evidence.from_paper
    if paper is None:
        return ""
    signed_on = day(date.fromisoformat(paper.signed_on))
    number = in_groups(paper.number)
    return f"Typed by {paper.typed_by} from a paper form signed on {signed_on} (number {number})."


def in_groups(number: str) -> str:
    """The number of a paper form as people read it: 4821 0937 5512."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def previous_visits(context: Context) -> PreviousVisits:
    """What the walk knew of the client's visits, before and coming."""
    return PreviousVisits(context.returning, context.form_age_days, context.visit_today)


def questionnaire_reference(questionnaire: Questionnaire) -> QuestionnaireReference:
    """What pins an answer to its exact questions."""
    return QuestionnaireReference(
        name=questionnaire.name,
        url=questionnaire.url,
        version=questionnaire.version,
        sha256=questionnaire.sha256,
        words_sha256=questionnaire.words_sha256,
    )


def practice_reference(practice: Practice) -> PracticeReference:
    """The practice as it is printed, its clock and paper size, and what the flags need of it."""
    return PracticeReference(
        name=practice.name,
        lines=(*practice.address.splitlines(), practice.phone),
        timezone=practice.timezone,
        page_size=practice.page_size,
        allergen_free=practice.allergen_free,
        prenatal_trained=practice.prenatal_trained,
    )


def attachment(evidence: Evidence) -> JsonObject:
    """The machine-readable copy inside the PDF: the answers, and what they answer.

    No keys, no network address.
    """
    first = ("record_id", "questionnaire", "language", "from_paper", "previous")
    names = (*first, "answers", "answers_sha256", "consents", "signed_at")
    stored = evidence.to_json()
    return {name: stored[name] for name in names if name in stored}


def copy_key(evidence: Evidence) -> bytes:
    """The key of the client's own copy, see crypto.client_copy."""
    return base64.b64decode(evidence.copy.key)


def portal_card_context(record_id: str) -> str:
    """What the card of a client's own page is bound to, see crypto.client_copy."""
    return f"{record_id}/card"


def portal_card(evidence: Evidence, pdf_sha256: str) -> ClientPageCard:
    """What the client's own page needs of their record: who, when, where, and what they agreed to.

    No health answer.
    """
    choices = {
        consent.id
        for consent in consents_of(evidence.questionnaire.sha256).consents
        if consent.choice
    }
    return ClientPageCard(
        version=VERSION,
        signed_at=evidence.signed_at,
        name=full_name(evidence.answers),
        birth_date=as_text(evidence.answers["id.dob"]),
        language=evidence.language,
        practice=evidence.practice,
        pdf_sha256=pdf_sha256,
        consents=tuple(
            AgreedOnPage(
                id=consent.id,
                title=consent.title,
                text=consent.text,
                at=consent.at,
                choice=consent.id in choices,
            )
            for consent in evidence.consents
            if consent.agreed
        ),
        browsers=evidence.copy.browsers,
        taken_over_at=evidence.copy.taken_over_at,
    )


def full_name(answers: Answers) -> str:
    """The client's name as printed: first and last, with what to call them when that differs."""
    name = f"{answers['id.first_name']} {answers['id.last_name']}"
    called = answers.get("id.preferred_name")
    return f"{name} (“{called}”)" if called and called != answers["id.first_name"] else name


def age_at_signing(evidence: Evidence) -> int:
    """Whole years on the day of the signature."""
    born = date.fromisoformat(as_text(evidence.answers["id.dob"]))
    return age(born, answered_at(evidence).date())


def local(practice: PracticeReference, at: str) -> datetime:
    """An ISO 8601 time by this practice's clock."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(practice.timezone))
