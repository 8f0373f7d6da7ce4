"""A therapist types a paper form: which sheet, whose, of which day; then the client's walk."""

from flask import Blueprint, g, redirect, render_template, request, url_for

from intake_app.accounts.sessions import StaffIdentity
from intake_app.intake import drafts, transcription
from intake_app.intake.draft_state import TranscribedForm
from intake_app.intake.transcription import (
    PrintedForm,
    SheetDetails,
    UnknownNumber,
    UsedNumber,
    VisitAlreadySigned,
)
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.intake.draft_access import credentials, set_client_cookie
from intake_app.web.intake.transcription_form import PaperForm
from intake_app.web.practice import today
from intake_app.web.replies import Page

bp = Blueprint("transcription", __name__, url_prefix="/paper/key")

UNKNOWN = "No form of this practice has this number. Compare it with the paper, digit by digit."
USED = (
    "The form with this number is in the records already. Is this a copy of the same sheet? "
    "Then open a new paper form, and write its number on this sheet."
)
SIGNED = (
    "The client has signed this form on a screen since it was printed. You find it under Records."
)


@bp.get("")
@audience("therapist")
def ask() -> Page:
    """Ask for number, name and date.

    The QR code on the paper leads here, and fills the number in.
    """
    return _page(_form(fresh=True))


@bp.post("")
@audience("therapist")
def begin() -> Page:
    """Begin the walk with this sheet."""
    asked = _form()
    sheet = _sheet(asked) if asked.validate_on_submit() else None
    if sheet is None:
        return _page(asked), 422
    me: StaffIdentity = g.staff
    details = SheetDetails(text_of(asked.whose), asked.signed_on(), text_of(asked.visit))
    browser = drafts.new_browser()
    token = transcription.begin(runtime(), me, sheet, details, browser)
    return set_client_cookie(redirect(url_for("steps.resume"), 303), token, browser)


def _form(fresh: bool = False) -> PaperForm:
    visits = [
        (key, f"{at:%a %-d %b, %-I:%M %p}, {who.name}")
        for key, at, who in transcription.open_visits(runtime())
    ]
    return PaperForm(formdata=None if fresh else request.form, today=today(), visits=visits)


def _sheet(asked: PaperForm) -> PrintedForm | None:
    """The sheet of this number; without one the form says why."""
    try:
        return transcription.printed_form(runtime(), text_of(asked.number))
    except UnknownNumber:
        asked.number.errors = [UNKNOWN]
    except UsedNumber:
        asked.number.errors = [USED]
    except VisitAlreadySigned:
        asked.number.errors = [SIGNED]
    return None


def _page(asked: PaperForm) -> str:
    return render_template("intake/transcription.html", form=asked, begun=_begun())


def _begun() -> TranscribedForm | None:
    """The paper form that the therapist is in the middle of in this browser."""
    token, browser = credentials()
    draft = drafts.open_draft(runtime(), token, browser) if token else None
    form = draft.state.transcription if draft and draft.same_browser else None
    return form if form and form.therapist_id == g.staff.practitioner_id else None
