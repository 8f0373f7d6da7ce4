"""Facts about a doctor's OK, and about what the answers so far already say."""

from intake_app.questionnaire.context import Answers, Context

MEDICAL_OK = "cl.ok."
"""What the ids of these questions begin with in 1.x; since 2.0.0 it is DOCTOR_OK."""
DOCTOR_OK = "ok."
LETTER = "cl.letter"
LETTER_HERE = "has"
OK_WHEN = "dr.ok_when"
RECENT = ("week", "month")
"""The answers to “When did they say so?” that are of the last month."""
YES = "yes"


def clearance_asked(answers: Answers, context: Context) -> bool:
    """The client was asked for a doctor's OK for at least one thing, and answered."""
    return any(link_id.startswith((MEDICAL_OK, DOCTOR_OK)) for link_id in answers)


def doctor_said_yes(answers: Answers, context: Context) -> bool:
    """By the client's word, a doctor said yes to at least one thing."""
    return any(
        link_id.startswith((MEDICAL_OK, DOCTOR_OK)) and answer == YES
        for link_id, answer in answers.items()
    )


def letter_missing(answers: Answers, context: Context) -> bool:
    """There is a doctor's OK, but the practice has no letter that says so."""
    return doctor_said_yes(answers, context) and answers.get(LETTER) != LETTER_HERE


def any_stop(answers: Answers, context: Context) -> bool | None:
    """The answers so far raise a STOP, by the rules that the context brings; None without rules."""
    return None if context.stop_raised is None else context.stop_raised(answers, context)
