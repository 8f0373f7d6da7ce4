"""Facts about a doctor's OK, and about what the answers so far already say."""

from intake_app.questionnaire.context import Answers, Context

MEDICAL_OK = "cl.ok."
LETTER = "cl.letter"


def clearance_asked(answers: Answers, context: Context) -> bool:
    """The client was asked for a doctor's OK for at least one thing, and answered."""
    return any(link_id.startswith(MEDICAL_OK) for link_id in answers)


def letter_missing(answers: Answers, context: Context) -> bool:
    """There is a doctor's OK, but the practice has no letter that says so."""
    said = any(
        link_id.startswith(MEDICAL_OK) and answer == "yes" for link_id, answer in answers.items()
    )
    return said and answers.get(LETTER) != "has"


def any_stop(answers: Answers, context: Context) -> bool | None:
    """The answers so far raise a STOP, by the rules that the context brings; None without rules."""
    return None if context.stop_raised is None else context.stop_raised(answers, context)
