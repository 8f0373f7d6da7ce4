"""The front desk's pages: the day's board and what can be done there. They never open a clinical byte."""

from datetime import date, timedelta
from typing import cast, get_args
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts.sessions import StaffIdentity
from intake_app.front_desk import board as boards
from intake_app.front_desk import calendar_import, mailer, previous_answers
from intake_app.front_desk.mailer import EnoughReminders, NoAddress
from intake_app.intake import links
from intake_app.intake.links import AlreadyOpened
from intake_app.practice import profile
from intake_app.visits import visits
from intake_app.visits.visits import Mark, NoSuchVisit
from intake_app.web.access import audience
from intake_app.web.errors import PageError
from intake_app.web.errors import page as error_page
from intake_app.web.extensions import runtime
from intake_app.web.front_desk.forms import VisitForm, filled
from intake_app.web.practice import practice, today

bp = Blueprint("front_desk", __name__, url_prefix="/desk")

Page = str | Response | tuple[str, int]
VISIT = "/visits/<string(length=32):visit_id>"
MARKS = get_args(Mark)
CALENDAR_WORDS = {
    "address": "This is not an address that a calendar can have. It begins with https:// or webcal://.",
    "private": "This address lies inside a private network, and is not asked.",
    "refused": "The calendar does not answer.",
    "status": "The calendar’s address no longer gives a calendar. Copy it from your booking program once more.",
    "big": "The calendar is larger than 5 MB. Choose one that holds fewer years.",
    "slow": "Reading the calendar took too long.",
    "tls": "The calendar’s connection is not safe: its certificate is not valid.",
    "format": "This is not a calendar that can be read.",
}


@bp.get("")
@audience("desk")
def board() -> Page:
    """Who comes today and how far each form is. Answers 304 to a page that shows this very state."""
    found, calendar = (
        boards.load_board(runtime(), shown_day(), _first()),
        calendar_import.status(runtime()),
    )
    problem = calendar.problem if calendar else ""
    version = boards.version(runtime(), found, problem)
    if request.if_none_match.contains(version):
        return Response(status=304)
    shown = None if found.is_today else found.day.isoformat()
    html = render_template(
        "front_desk/board.html",
        practice=practice(),
        board=found,
        version=version,
        shown=shown,
        first=_first(),
        before=found.day - timedelta(days=1),
        after=found.day + timedelta(days=1),
        calendar=calendar,
        calendar_words=CALENDAR_WORDS.get(problem, ""),
        can_mail=_can_mail(),
    )
    response = Response(html, mimetype="text/html")
    response.set_etag(version)
    return response


@bp.get("/visits/new")
@audience("desk")
def new_visit() -> Page:
    """Ask who comes."""
    team = profile.team(runtime())
    known = {"on": shown_day() or today(), "therapist": team[0] if len(team) == 1 else ""}
    return _visit_page(VisitForm(formdata=None, data=known, today=today()))


@bp.post("/visits/new")
@audience("desk")
def add_visit() -> Page:
    """Expect somebody."""
    form = VisitForm(today=today())
    if not form.validate_on_submit():
        return _visit_page(form), 422
    visit_id = visits.add(runtime(), form.starts_at(_zone()), form.person(), _me())
    if form.invite.data and _can_mail():
        mailer.send(runtime(), visit_id, "invitation", _me())
    return back_to_board(form.on.data, visit_id)


@bp.get(VISIT)
@audience("desk")
def visit(visit_id: str) -> Page:
    """What is known of one visit, to be put right."""
    starts_at, person = visits.get(runtime(), visit_id)
    return _visit_page(filled(person, starts_at.astimezone(_zone()), today()), visit_id)


@bp.post(VISIT)
@audience("desk")
def change_visit(visit_id: str) -> Page:
    """Put it right."""
    starts_at, _ = visits.get(runtime(), visit_id)
    form = VisitForm(today=today(), stood_on=starts_at.astimezone(_zone()).date())
    if not form.validate_on_submit():
        return _visit_page(form, visit_id), 422
    visits.change(runtime(), visit_id, form.starts_at(_zone()), form.person(), _me())
    return back_to_board(form.on.data, visit_id)


@bp.post(f"{VISIT}/remove")
@audience("desk")
def remove_visit(visit_id: str) -> Page:
    """Take a visit off the list."""
    visits.remove(runtime(), visit_id, _me())
    return back_to_board(shown_day())


@bp.post(f"{VISIT}/mark")
@audience("desk")
def mark_visit(visit_id: str) -> Page:
    """Arrived, late, did not come; an empty mark takes it back."""
    how = request.form.get("how", "")
    if how not in MARKS:
        abort(400)
    visits.mark(runtime(), visit_id, cast(Mark, how), _me())
    return back_to_board(shown_day(), visit_id)


@bp.post(f"{VISIT}/link")
@audience("desk")
def link(visit_id: str) -> Page:
    """Make a link and show it once: to copy, as a QR code, as a text message, as a code to read aloud."""
    _, person = visits.get(runtime(), visit_id)
    try:
        token = links.new_link(runtime(), visit_id, _me())
    except AlreadyOpened:
        sent, form_id = (
            previous_answers.are_sent(runtime(), visit_id),
            links.form_id_of(runtime(), visit_id),
        )
        return render_template(
            "front_desk/already_opened.html",
            practice=practice(),
            visit_id=visit_id,
            person=person,
            sent=sent,
            form_id=form_id,
        ), 409
    address = url_for("start.enter", _external=True) + "#" + token
    picture = segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4)
    return render_template(
        "front_desk/link.html",
        practice=practice(),
        person=person,
        link=address,
        token=token,
        picture=picture,
    )


@bp.post(f"{VISIT}/nudge")
@audience("desk")
def nudge(visit_id: str) -> Page:
    """Send the link by email; the second time it is a reminder."""
    try:
        mailer.send_or_remind(runtime(), visit_id, _me())
    except EnoughReminders as error:
        raise PageError(
            409, "Two reminders were sent already", "More would only annoy. Please call instead."
        ) from error
    except NoAddress as error:
        raise PageError(
            409, "Nothing can be sent", "There is no email address, or no mail server is set."
        ) from error
    return back_to_board(shown_day(), visit_id)


@bp.post(f"{VISIT}/last-answers")
@audience("desk")
def ask_last_answers(visit_id: str) -> Page:
    """The client was here before: ask a therapist to send her last answers."""
    try:
        previous_answers.ask(runtime(), visit_id, _me())
    except AlreadyOpened as error:
        raise PageError(
            409, "The form is open already", "Her last answers cannot be put into it any more."
        ) from error
    return back_to_board(shown_day(), visit_id)


@bp.post(f"{VISIT}/anew")
@audience("desk")
def start_anew(visit_id: str) -> Page:
    """Begin a new, empty form for a client who cannot get back to the one she opened. Reloading the answer shows
    another link, and lets no other form go.
    """
    links.start_anew(runtime(), visit_id, request.form.get("form", ""), _me())
    return link(visit_id)


@bp.errorhandler(NoSuchVisit)
def _gone(_: NoSuchVisit) -> tuple[str, int, dict[str, str]]:
    return error_page(
        404,
        "This visit is not on the list",
        "Somebody may have taken it off. Go back to the board.",
    )


def _visit_page(form: VisitForm, visit_id: str | None = None) -> str:
    team = profile.team(runtime())
    return render_template(
        "front_desk/visit.html",
        practice=practice(),
        form=form,
        visit_id=visit_id,
        team=team,
        can_mail=_can_mail(),
    )


def back_to_board(day: date | None, visit_id: str | None = None) -> Response:
    """The board of the day that the page was about, at this visit. day: None for today."""
    shown = day.isoformat() if day and day != today() else None
    first = boards.beginning(runtime(), visit_id) if visit_id and _first() is None else _first()
    return redirect(
        url_for(
            "front_desk.board",
            day=shown,
            first=first,
            _anchor=f"v-{visit_id}" if visit_id else None,
        ),
        303,
    )


def shown_day() -> date | None:
    """The day the page is about, None for today. An address that is no day is answered with 404."""
    text = request.values.get("day", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        abort(404)
    return day if day is None or 2000 <= day.year <= 2100 else abort(404)


def _first() -> int | None:
    """Where the page of the board begins, None for the visits around now."""
    text = request.values.get("first", "")
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _can_mail() -> bool:
    return runtime().settings.smtp is not None


def _zone() -> ZoneInfo:
    card = practice()
    return ZoneInfo(card.timezone if card else "UTC")


def _me() -> str:
    me: StaffIdentity = g.staff
    return me.practitioner_id
