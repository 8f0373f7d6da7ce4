"""The evidence: one JSON value that says what was asked, answered, agreed and signed.

It is sealed first and printed second.

Everything a record ever needs is inside, so that it can be printed, checked and read years later
without the app's database. Its shape is versioned by the key `v`.
"""

import base64
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from intake_app.core.dates import age, day
from intake_app.models.practice import Practice
from intake_app.questionnaire import (
    Context,
    Journey,
    Questionnaire,
    by_sha256,
    consents_of,
    rules_of,
)
from intake_app.questionnaire.day_of_visit import joined_form

VERSION = 2
VERSIONS = (1, 2)
"""2 keeps the flags, word for word; in 1 there were none."""
ON_PAPER = (
    "Signed by hand on a paper form, which the practice keeps. "
    "This record holds what was typed from it."
)
INTENT = "By pressing “Sign and send” I sign my answers and every agreement I ticked."


def journey_of(evidence: Mapping[str, Any]) -> Journey:
    """The finished walk, on its own version of the questionnaire and on the day it was signed.

    Joined with answers about today (records.day_of_visit), it is the walk that asked for them.
    """
    reference = evidence["questionnaire"]
    questionnaire = by_sha256(reference["sha256"], reference.get("words_sha256", ""))
    context = evidence.get("context", {})
    asked_again = evidence.get("asked_again")
    if asked_again and any(step.day for step in questionnaire.steps):
        questionnaire = joined_form(questionnaire, frozenset(asked_again))
        context = {**context, "visit_today": True, "on_the_day": True}
    practice = evidence["practice"]
    known = Context(
        today=answered_at(evidence).date(),
        allergen_free=practice.get("allergen_free", False),
        prenatal_trained=practice.get("prenatal_trained", False),
        stop_raised=rules_of(questionnaire.sha256).any_stop,
        **context,
    )
    done = frozenset(step.id for step in questionnaire.steps)
    return Journey(questionnaire, evidence["answers"], done, known)


def answered_at(evidence: Mapping[str, Any]) -> datetime:
    """When the client answered and signed, by the practice's clock.

    A paper form names a day: its first moment counts, so that answers about today are never taken
    for younger than they are.
    """
    paper = evidence.get("from_paper")
    if paper is None:
        return local(evidence, evidence["signed_at"])
    return datetime.combine(
        date.fromisoformat(paper["of"]), time(), ZoneInfo(evidence["practice"]["timezone"])
    )


def typed_words(evidence: Mapping[str, Any]) -> str:
    """Who typed this from which paper form, in a sentence; "" when the client typed it."""
    paper = evidence.get("from_paper")
    if paper is None:
        return ""
    signed_on = day(date.fromisoformat(paper["of"]))
    number = in_groups(paper["number"])
    return (
        f"Typed by {paper['typed_by']} from a paper form signed on {signed_on} (number {number})."
    )


def in_groups(number: str) -> str:
    """The number of a paper form as people read it: 4821 0937 5512."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def context_reference(context: Context) -> dict[str, Any]:
    """What the walk knew of the client's visits before.

    Without it, other questions would have been asked. visit_today stands there only where the pages
    of the day were asked.
    """
    reference = {"returning": context.returning, "form_age_days": context.form_age_days}
    return reference | ({"visit_today": True} if context.visit_today else {})


def questionnaire_reference(questionnaire: Questionnaire) -> dict[str, str]:
    """What pins an answer to its exact questions, and to their words where these stand apart."""
    reference = {
        "name": questionnaire.name,
        "url": questionnaire.url,
        "version": questionnaire.version,
        "sha256": questionnaire.sha256,
    }
    if questionnaire.words_sha256:
        reference["words_sha256"] = questionnaire.words_sha256
    return reference


def practice_reference(practice: Practice) -> dict[str, Any]:
    """The practice as it is printed, its clock and paper size, and what the flags need of it."""
    return {
        "name": practice.name,
        "lines": [*practice.address.splitlines(), practice.phone],
        "timezone": practice.timezone,
        "page_size": practice.page_size,
        "allergen_free": practice.allergen_free,
        "prenatal_trained": practice.prenatal_trained,
    }


def attachment(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The machine-readable copy inside the PDF: the answers, and what they answer.

    No keys, no network address.
    """
    first = ("record_id", "questionnaire", "language", "from_paper", "previous")
    names = (*first, "answers", "answers_sha256", "consents", "signed_at")
    return {name: evidence[name] for name in names if name in evidence}


def copy_key(evidence: Mapping[str, Any]) -> bytes:
    """The key of the client's own copy, see crypto.client_copy."""
    return base64.b64decode(evidence["copy"]["key"])


def portal_card_context(record_id: str) -> str:
    """What the card of a client's own page is bound to, see crypto.client_copy."""
    return f"{record_id}/card"


def portal_card(evidence: Mapping[str, Any], pdf_sha256: str) -> dict[str, Any]:
    """What the client's own page needs of their record: who, when, where, and what they agreed to.

    No health answer.
    """
    choices = {
        consent.id
        for consent in consents_of(evidence["questionnaire"]["sha256"]).consents
        if consent.choice
    }
    names = ("id", "title", "text", "at")
    agreements = [consent for consent in evidence["consents"] if consent["agreed"]]
    return {
        "v": VERSION,
        "signed_at": evidence["signed_at"],
        "name": full_name(evidence["answers"]),
        "birth_date": evidence["answers"]["id.dob"],
        "language": evidence["language"],
        "practice": evidence["practice"],
        "pdf_sha256": pdf_sha256,
        "consents": [
            {name: agreement[name] for name in names} | {"choice": agreement["id"] in choices}
            for agreement in agreements
        ],
        "browsers": evidence["copy"].get("browsers", []),
        "taken_over_at": evidence["copy"].get("taken_over_at", ""),
    }


def full_name(answers: Mapping[str, Any]) -> str:
    """The client's name as printed: first and last, with what to call them when that differs."""
    name = f"{answers['id.first_name']} {answers['id.last_name']}"
    called = answers.get("id.preferred_name")
    return f"{name} (“{called}”)" if called and called != answers["id.first_name"] else name


def age_at_signing(evidence: Mapping[str, Any]) -> int:
    """Whole years on the day of the signature."""
    born = date.fromisoformat(evidence["answers"]["id.dob"])
    return age(born, answered_at(evidence).date())


def local(evidence: Mapping[str, Any], at: str) -> datetime:
    """An ISO 8601 time of the evidence by the practice's clock."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(evidence["practice"]["timezone"]))
