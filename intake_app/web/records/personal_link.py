"""A personal link for a client: a new one, or one with the last answers in it."""

from flask import Blueprint, redirect, render_template, url_for

from intake_app.front_desk import previous_answers
from intake_app.front_desk.previous_answers import SentAnswers
from intake_app.intake import drafts, returning_client
from intake_app.web.access import audience, signed_in
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import today
from intake_app.web.records.invite_form import InviteForm
from intake_app.web.records.record import RECORD
from intake_app.web.replies import Page, invalid

bp = Blueprint("personal_link", __name__, url_prefix="/records")

VISIT = "/visit/<string(length=32):visit_id>"


@bp.get("/new")
@audience("therapist")
def new() -> Page:
    """Ask who the link is for."""
    return _new_page(InviteForm(formdata=None, today=today()))


@bp.post("/new")
@audience("therapist")
def create() -> Page:
    """Make the link and show it once: it is kept nowhere."""
    form = InviteForm(today=today())
    if not form.validate_on_submit():
        return invalid(_new_page(form))
    first_name = text_of(form.first_name)
    token = drafts.create_invited(
        runtime(), first_name, form.birth_date(), signed_in().practitioner_id
    )
    return _link_page(first_name, token)


@bp.post(f"{RECORD}/again")
@audience("therapist")
def invite_again(record_id: str) -> Page:
    """A link with the last answers in it, for the next visit; shown once, like every link."""
    link = returning_client.invite(runtime(), signed_in(), record_id)
    return _link_page(link.first_name, link.token, has_last_answers=True)


@bp.post(f"{RECORD}{VISIT}")
@audience("therapist")
def send_last_answers(record_id: str, visit_id: str) -> Page:
    """Put the last answers into the form of a visit that the desk asked about."""
    sent = previous_answers.send(runtime(), signed_in(), visit_id, record_id)
    return _link_page(sent.person.first_name, sent.token, has_last_answers=True, sent=sent)


@bp.post(f"{VISIT}/no")
@audience("therapist")
def refuse_last_answers(visit_id: str) -> Page:
    """The client fills in the ordinary form."""
    previous_answers.refuse(runtime(), signed_in(), visit_id)
    return redirect(url_for("inbox.show"), 303)


def _new_page(form: InviteForm) -> str:
    return render_template("records/personal_link/new.html", form=form)


def _link_page(
    first_name: str,
    token: str,
    *,
    has_last_answers: bool = False,
    sent: SentAnswers | None = None,
) -> str:
    link = url_for("start.enter", _external=True) + "#" + token
    return render_template(
        "records/personal_link/created.html",
        first_name=first_name,
        link=link,
        token=token,
        again=has_last_answers,
        sent=sent,
    )
