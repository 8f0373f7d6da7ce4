"""What the practice knows of a visit is filled in: the name, the phone number, the email address.

The date of birth is not: it is what the client must name, so it is never shown before they did.
"""

from collections.abc import Mapping
from datetime import date

import phonenumbers

from intake_app.questionnaire import Answer, Questionnaire, problem
from intake_app.visits.person import ExpectedClient

HOME_REGION = "US"


def answers_of(
    person: ExpectedClient, questionnaire: Questionnaire, today: date
) -> dict[str, Answer]:
    """Answers to begin with, shown filled in for the client to change.

    What would be no acceptable answer is left out.
    """
    first, last = person.given_and_family
    known: Mapping[str, Answer] = {
        "id.first_name": first,
        "id.last_name": last,
        "id.phone": _e164(person.phone),
        "id.email": person.email.strip(),
    }
    return {
        item.link_id: known[item.link_id]
        for item in questionnaire.items
        if known.get(item.link_id) and problem(item, known[item.link_id], {}, today) is None
    }


def _e164(phone: str) -> str:
    """The number in E.164, "" when it is none or has an extension."""
    try:
        number = phonenumbers.parse(phone, HOME_REGION)
    except phonenumbers.NumberParseException:
        return ""
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    possible = phonenumbers.is_possible_number_with_reason(number) == whole
    if not possible or number.extension:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
