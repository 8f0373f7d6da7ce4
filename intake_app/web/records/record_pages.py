"""The therapist's pages: inbox, a record on screen, its PDF, a new personal link."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts.sessions import StaffIdentity
from intake_app.client_portal import requests
from intake_app.core.runtime import Runtime
from intake_app.front_desk import previous_answers
from intake_app.front_desk.previous_answers import SentAnswers
from intake_app.intake import drafts
from intake_app.intake import returning_client as again
from intake_app.intake.links import AlreadyOpened
from intake_app.operations import doctor
from intake_app.records import authenticity, open_record, therapist_only
from intake_app.records import inbox as records
from intake_app.visits.visits import NoSuchVisit
from intake_app.web.access import audience
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice, today
from intake_app.web.records.invite_form import InviteForm
from intake_app.web.security import PDF_POLICY
from intake_app.web.step_forms import body_pictures

bp = Blueprint("records", __name__, url_prefix="/records")

Result = TypeVar("Result")
Page = str | Response | tuple[str, int]
RECORD = "/<string(length=32):record_id>"

NOT_AUTHENTIC = "This record is not authentic"
NOT_AUTHENTIC_TEXT = (
    "It does not match the log of what was signed here, so it is not shown: it was changed, or put in from "
    "outside. Do not rely on it. Ask the person who runs this app to restore it from a backup."
)
NOT_READY_TEXT = (
    "The answers are signed and safe. Making the PDF failed just now. Please try again soon."
)


@bp.get("")
@audience("therapist")
def inbox() -> Page:
    """Signed intakes, new first."""
    number = request.args.get("page", "1")
    if not number.isdecimal() or len(number) > 5 or not 1 <= int(number) <= 10_000:
        abort(404)
    found = records.load_inbox(runtime(), g.staff, int(number))
    days = doctor.backup_overdue(runtime())
    return render_template(
        "records/inbox/page.html",
        practice=practice(),
        inbox=found,
        no_backup_days=days,
        waiting=requests.open_requests(runtime()),
        titles=requests.TITLES,
        asked=previous_answers.open_requests(runtime()),
    )


@bp.get(RECORD)
@audience("therapist")
def record(record_id: str) -> Page:
    """One record, decrypted. The look is written to the log."""
    found = asked(open_record.open_record, record_id)
    return render_template(
        "records/record/page.html",
        practice=practice(),
        record=found,
        paper=found.paper,
        pictures=body_pictures(found.journey),
        wishes=requests.for_record(runtime(), g.staff, record_id),
        titles=requests.TITLES,
    )


@bp.get(f"{RECORD}/apart")
@audience("therapist")
def therapist_only_words(record_id: str) -> Page:
    """What the client said for her therapist only. The look is written to the log."""
    lines = asked(therapist_only.for_record, record_id)
    return render_template(
        "records/record/therapist_only.html", practice=practice(), record_id=record_id, lines=lines
    )


@bp.get(f"{RECORD}/pdf")
@audience("therapist")
def pdf(record_id: str) -> Page:
    """The sealed PDF, to keep. Browsers store it, and never run it."""
    data = asked(open_record.download_pdf, record_id)
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="intake-{record_id[:8]}.pdf"'
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response


@bp.get("/new")
@audience("therapist")
def new_link() -> Page:
    """Ask who the link is for."""
    form = InviteForm(formdata=None, today=today())
    return render_template("records/personal_link/new.html", practice=practice(), form=form)


@bp.post("/new")
@audience("therapist")
def make_link() -> Page:
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
    made = asked(again.invite, record_id)
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
    return redirect(url_for("records.inbox"), 303)


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


def asked(service: Callable[[Runtime, StaffIdentity, str], Result], record_id: str) -> Result:
    """What a record service gives the person signed in, its refusals as pages."""
    me: StaffIdentity = g.staff
    try:
        return service(runtime(), me, record_id)
    except authenticity.NoSuchRecord:
        abort(404)
    except authenticity.NotAuthentic as error:
        raise PageError(409, NOT_AUTHENTIC, NOT_AUTHENTIC_TEXT) from error
    except authenticity.DocumentNotReady as error:
        raise PageError(503, "The PDF is not ready", NOT_READY_TEXT, retry_after=60) from error
