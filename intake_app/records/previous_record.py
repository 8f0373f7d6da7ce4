"""The record before this one: what of it goes into a returning client's new form.

From there it goes into the new record.

Records open only with a therapist's key, so the app cannot fill in a form by itself. We chose that
a therapist who is signed in carries the answers over when they send the link; the other way, a copy
sealed to the client's own old link, would keep health answers readable for as long as an old email
exists. Inside the new form they are encrypted under the new link's token like everything that is
typed, and need the birth date; after 14 days they are gone with it.

The front desk finds who comes back, but has no key. So it asks (front_desk.previous_answers): the
inbox of whoever is signed in as a therapist names the visit and the records with this name and date
of birth, and one tap puts the answers into that visit's form. A match that the app makes by itself
would need no therapist to be awake, but would let anybody who can write a name and a date on the
board have a record's answers sent somewhere; here a person looks at both first, and the form still
asks for the date of birth of the record, not of the board.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from intake_app.core import dates
from intake_app.questionnaire import Change, Journey, changes
from intake_app.records import evidence

FULL_FORM_EVERY = timedelta(days=365)
"""The clinical content asks for the whole form once a year.

Flag rule O12; its source is L06: a consent is valid for one year.
"""


def snapshot_for_next_form(
    record_evidence: Mapping[str, Any], pdf_sha256: str, today: date
) -> dict[str, Any]:
    """What a new form holds of this evidence, joined with what was asked again since.

    full: the last full form is over a year old, so every page is asked.
    """
    full_form_on = _full_form_on(record_evidence)
    return {
        "record_id": record_evidence["record_id"],
        "pdf_sha256": pdf_sha256,
        "full_form_on": full_form_on.isoformat(),
        "full": today - full_form_on > FULL_FORM_EVERY,
        "apart": record_evidence.get("apart", []),
        "evidence": {
            "questionnaire": record_evidence["questionnaire"],
            "signed_at": record_evidence["signed_at"],
            "from_paper": record_evidence.get("from_paper"),
            "practice": record_evidence["practice"],
            "answers": record_evidence["answers"],
            "context": record_evidence.get("context", {}),
            "asked_again": record_evidence.get("asked_again", []),
            "asked_again_at": record_evidence.get("asked_again_at"),
        },
    }


def _full_form_on(record_evidence: Mapping[str, Any]) -> date:
    last = record_evidence.get("previous")
    if last is None:
        return signed_on(record_evidence)
    return date.fromisoformat(last["full_form_on"])


def signed_on(record_evidence: Mapping[str, Any]) -> date:
    """The practice's day on which the client signed this."""
    return evidence.answered_at(record_evidence).date()


FEELINGS = Change(
    "",
    "Something about feelings",
    "see the page of its own then",
    "see the page of its own now",
    False,
)


def changes_since(
    previous: Mapping[str, Any] | None, journey: Journey, therapist_only: Collection[str] = ()
) -> dict[str, Any] | None:
    """What the new record says of the one before: its id, its PDF, and each change in words.

    None at a first visit. therapist_only: questions whose words are for the therapist only now;
    those that were so last time are left out as well. Of what stands on a page of its own, it says
    only that something changed.
    """
    if previous is None:
        return None
    before = evidence.journey_of(previous["evidence"])
    private = before.questionnaire.private | journey.questionnaire.private
    all_changes = changes(before, journey, {*therapist_only, *previous.get("apart", ())})
    shown = [change for change in all_changes if change.link_id not in private]
    if len(shown) < len(all_changes):
        shown.append(FEELINGS)
    full_form_on = (
        journey.context.today.isoformat() if previous["full"] else previous["full_form_on"]
    )
    return {
        "record_id": previous["record_id"],
        "pdf_sha256": previous["pdf_sha256"],
        "signed_on": signed_on(previous["evidence"]).isoformat(),
        "full_form_on": full_form_on,
        "changes": [asdict(change) | _said_on(previous["evidence"], change) for change in shown],
    }


def _said_on(before: Mapping[str, Any], change: Change) -> dict[str, str]:
    """The day of the answer before, in words, where it is newer than the form.

    It was asked again on arrival.
    """
    if change.link_id not in before.get("asked_again", ()):
        return {}
    return {"said_on": dates.day(datetime.fromisoformat(before["asked_again_at"]))}
