"""Facts about a doctor's OK, and about what the answers so far already say."""

from intake_app.questionnaire.context import Answers, Context

MEDICAL_OK, LETTER = "cl.ok.", "cl.letter"
STOPPING = ("td.chest", "td.headache", "td.saddle", "td.clot_sign", "td.fever", "dr.told_avoid", "dr.under_care")
STOPPING_LISTS = ("td.stroke", "td.sick")


def clearance_asked(answers: Answers, context: Context) -> bool:
    """The client was asked for a doctor's OK for at least one thing, and answered."""
    return any(link_id.startswith(MEDICAL_OK) for link_id in answers)


def letter_missing(answers: Answers, context: Context) -> bool:
    """There is a doctor's OK, but the practice has no letter that says so."""
    said = any(link_id.startswith(MEDICAL_OK) and answer == "yes" for link_id, answer in answers.items())
    return said and answers.get(LETTER) != "has"


def any_stop(answers: Answers, context: Context) -> bool:
    """Something that has to be settled before a massage: an answer about today, or no doctor's OK where one is due."""
    alarming = any(answers.get(link_id) in ("yes", "unsure") for link_id in STOPPING)
    listed = any(answers.get(link_id, ["none"]) != ["none"] for link_id in STOPPING_LISTS)
    not_cleared = any(key.startswith(MEDICAL_OK) and answer != "yes" for key, answer in answers.items())
    return alarming or listed or not_cleared
