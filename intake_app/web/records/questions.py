"""The questionnaire as clients meet it, for the practice to read without a client."""

from flask import Blueprint, render_template

from intake_app.intake.drafts import NAME
from intake_app.questionnaire import (
    REGIONS,
    condition_in_words,
    consent_set,
    latest,
    translation_for,
)
from intake_app.web.access import audience
from intake_app.web.replies import Page

bp = Blueprint("questions", __name__, url_prefix="/forms")


@bp.get("")
@audience("therapist")
def show() -> Page:
    """Every question and agreement of the newest version.

    When each is asked, why, and in Spanish where we have it.
    """
    questionnaire = latest(NAME)
    return render_template(
        "records/questions/page.html",
        questionnaire=questionnaire,
        consents=consent_set(),
        regions=REGIONS,
        spanish=translation_for(questionnaire.sha256, "es"),
        when=lambda condition: condition_in_words(condition, questionnaire),
    )
