"""A personal link for a client: a new one, or one with the last answers in it."""

from flask import Blueprint, abort, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake_app.accounts.sessions import StaffIdentity
from intake_app.front_desk import previous_answers
from intake_app.front_desk.previous_answers import SentAnswers
from intake_app.intake import drafts, returning_client
from intake_app.intake.links import AlreadyOpened
from intake_app.visits.visits import NoSuchVisit
from intake_app.web.access import audience
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice, today
from intake_app.web.records.invite_form import InviteForm
from intake_app.web.records.record import RECORD, asked

bp = Blueprint("personal_link", __name__, url_prefix="/records")

Page = str | Response | tuple[str, int]


@bp.get("/new")
@audience("therapist")
def new() -> Page:
    """Ask who the link is for."""
    form = InviteForm(formdata=None, today=today())
    return render_template("records/personal_link/new.html", practice=practice(), form=form)


@bp.post("/new")
@audience("therapist")
def create() -> Page:
    """Make the link and show it once: it is kept nowhere."""
    form = InviteForm(today=today())
    if not form.validate_on_submit():
        return render_template(
            "records/personal_link/new.html", practice=practice(), form=form
        ), 422
    me: StaffIdentity = g.staff
    token = drafts.create_invited(
        runtime(), text_of(form.first_name), form.birth_date(), me.practitioner_id
    )
    return _link(text_of(form.first_name), token)


@bp.post(f"{RECORD}/again")
@audience("therapist")
def invite_again(record_id: str) -> Page:
    """A link with her last answers in it, for the next visit; shown once, like every link."""
    made = asked(returning_client.invite, record_id)
    return _link(made.first_name, made.token, again=True)


@bp.post(f"{RECORD}/visit/<string(length=32):visit_id>")
@audience("therapist")
def send_last_answers(record_id: str, visit_id: str) -> Page:
    """Put her last answers into the form of a visit that the desk asked about."""
    try:
        sent = asked(
            lambda here, me, one: previous_answers.send(here, me, visit_id, one), record_id
        )
    except NoSuchVisit:
        abort(404)
    except AlreadyOpened as error:
        raise PageError(
            409, "She has begun already", "The form is open, so nothing was put into it."
        ) from error
    return _link(sent.person.first_name, sent.token, again=True, sent=sent)


@bp.post("/visit/<string(length=32):visit_id>/no")
@audience("therapist")
def refuse_last_answers(visit_id: str) -> Page:
    """She fills in the ordinary form."""
    try:
        previous_answers.refuse(runtime(), g.staff, visit_id)
    except NoSuchVisit:
        abort(404)
    return redirect(url_for("inbox.show"), 303)


def _link(
    first_name: str, token: str, *, again: bool = False, sent: SentAnswers | None = None
) -> Page:
    link = url_for("start.enter", _external=True) + "#" + token
    return render_template(
        "records/personal_link/created.html",
        practice=practice(),
        first_name=first_name,
        link=link,
        token=token,
        again=again,
        sent=sent,
    )
