"""The questionnaire as clients meet it, for the practice to read without a client."""

from flask import Blueprint, render_template

from intake_app.practice.profile import form_of
from intake_app.questionnaire import (
    REGIONS,
    condition_in_words,
    consents_of,
    translation_for,
)
from intake_app.web.access import audience
from intake_app.web.practice import practice
from intake_app.web.replies import Page

bp = Blueprint("questions", __name__, url_prefix="/forms")


@bp.get("")
@audience("therapist")
def show() -> Page:
    """Every question and agreement of the newest version.

    When each is asked, why, and in Spanish where we have it.
    """
    questionnaire = form_of(practice())
    return render_template(
        "records/questions/page.html",
        questionnaire=questionnaire,
        consents=consents_of(questionnaire.sha256),
        regions=REGIONS,
        spanish=translation_for(questionnaire.sha256, "es"),
        when=lambda condition: condition_in_words(condition, questionnaire),
    )
