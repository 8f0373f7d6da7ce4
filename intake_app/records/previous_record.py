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

from collections.abc import Collection
from datetime import date, datetime, timedelta

from intake_app.core import dates
from intake_app.questionnaire import Change, Journey, changes
from intake_app.records import evidence
from intake_app.records.sealed.evidence import (
    ChangedAnswer,
    ChangesSince,
    Evidence,
    PreviousAnswers,
    PreviousEvidence,
    RecordOnTheDay,
    SignedAnswers,
)

FULL_FORM_EVERY = timedelta(days=365)
"""The clinical content asks for the whole form once a year.

Flag rule O12; its source is L06: a consent is valid for one year.
"""


def snapshot_for_next_form(record: RecordOnTheDay, pdf_sha256: str, today: date) -> PreviousAnswers:
    """What a new form holds of this record, joined with what was asked again since."""
    signed = record.evidence
    full_form_on = _full_form_on(signed)
    return PreviousAnswers(
        record_id=signed.record_id,
        pdf_sha256=pdf_sha256,
        full_form_on=full_form_on.isoformat(),
        full_form_due=today - full_form_on > FULL_FORM_EVERY,
        therapist_only=signed.therapist_only or (),
        evidence=PreviousEvidence(
            questionnaire=signed.questionnaire,
            signed_at=signed.signed_at,
            from_paper=signed.from_paper,
            practice=signed.practice,
            answers=signed.answers,
            context=signed.context,
            asked_again=record.asked_again,
            asked_again_at=record.asked_again_at,
        ),
    )


def _full_form_on(signed: Evidence) -> date:
    if signed.previous is None:
        return signed_on(signed)
    return date.fromisoformat(signed.previous.full_form_on)


def signed_on(signed: SignedAnswers) -> date:
    """The practice's day on which the client signed this."""
    return evidence.answered_at(signed).date()


FEELINGS = Change(
    "",
    "Something about feelings",
    "see the page of its own then",
    "see the page of its own now",
    False,
)


def changes_since(
    previous: PreviousAnswers | None, journey: Journey, therapist_only: Collection[str] = ()
) -> ChangesSince | None:
    """What the new record says of the one before: its id, its PDF, and each change in words.

    None at a first visit. therapist_only: questions whose words are for the therapist only now;
    those that were so last time are left out as well. Of what stands on a page of its own, it says
    only that something changed.
    """
    if previous is None:
        return None
    before = evidence.journey_of(previous.evidence, previous.evidence.asked_again)
    private = before.questionnaire.private | journey.questionnaire.private
    left_out = {*therapist_only, *(previous.therapist_only or ())}
    all_changes = changes(before, journey, left_out)
    shown = [change for change in all_changes if change.link_id not in private]
    if len(shown) < len(all_changes):
        shown.append(FEELINGS)
    today = journey.context.today.isoformat()
    return ChangesSince(
        record_id=previous.record_id,
        pdf_sha256=previous.pdf_sha256,
        signed_on=signed_on(previous.evidence).isoformat(),
        full_form_on=today if previous.full_form_due else previous.full_form_on,
        changes=tuple(_changed_answer(previous.evidence, change) for change in shown),
    )


def _changed_answer(before: PreviousEvidence, change: Change) -> ChangedAnswer:
    return ChangedAnswer(
        link_id=change.link_id,
        label=change.label,
        before=change.before,
        after=change.after,
        notice=change.notice,
        said_on=_said_on(before, change),
    )


def _said_on(before: PreviousEvidence, change: Change) -> str:
    """The day of the answer before, in words, where it is newer than the form; "" elsewhere.

    It was asked again on arrival.
    """
    if change.link_id not in before.asked_again or before.asked_again_at is None:
        return ""
    return dates.day(datetime.fromisoformat(before.asked_again_at))
