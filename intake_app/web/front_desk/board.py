"""The front desk's pages: the day's board and what can be done there.

They never open a clinical byte.
"""

from datetime import date, timedelta
from typing import cast, get_args

import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.front_desk import board as day_board
from intake_app.front_desk import calendar_import, mailer, previous_answers
from intake_app.intake import links
from intake_app.intake.links import AlreadyOpened
from intake_app.practice import profile
from intake_app.visits import visits
from intake_app.visits.visits import Mark
from intake_app.web.access import audience, signed_in
from intake_app.web.extensions import runtime
from intake_app.web.front_desk.forms import VisitForm, visit_form_for
from intake_app.web.practice import to_local, today, zone
from intake_app.web.replies import Page, invalid

bp = Blueprint("front_desk", __name__, url_prefix="/desk")

VISIT = "/visits/<string(length=32):visit_id>"
MARKS = get_args(Mark)
CALENDAR_WORDS = {
    "address": (
        "This is not an address that a calendar can have. It begins with https:// or webcal://."
    ),
    "private": "This address lies inside a private network, and is not asked.",
    "refused": "The calendar does not answer.",
    "status": (
        "The calendar’s address no longer gives a calendar. "
        "Copy it from your booking program once more."
    ),
    "big": "The calendar is larger than 5 MB. Choose one that holds fewer years.",
    "slow": "Reading the calendar took too long.",
    "tls": "The calendar’s connection is not safe: its certificate is not valid.",
    "format": "This is not a calendar that can be read.",
}


@bp.get("")
@audience("desk")
def board() -> Page:
    """Who comes today and how far each form is.

    Answers 304 to a page that shows this very state.
    """
    day = day_board.load_board(runtime(), shown_day(), _first_row())
    calendar = calendar_import.status(runtime())
    problem = calendar.problem if calendar else ""
    version = day_board.version(runtime(), day, problem)
    if request.if_none_match.contains(version):
        return Response(status=304)
    html = render_template(
        "front_desk/board.html",
        board=day,
        version=version,
        shown=None if day.is_today else day.day.isoformat(),
        first=_first_row(),
        before=day.day - timedelta(days=1),
        after=day.day + timedelta(days=1),
        calendar=calendar,
        calendar_words=CALENDAR_WORDS.get(problem, ""),
        can_mail=can_mail(),
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
        return invalid(_visit_page(form))
    visit_id = visits.add(runtime(), form.starts_at(zone()), form.person(), _staff_id())
    if form.invite.data and can_mail():
        mailer.send(runtime(), visit_id, "invitation", _staff_id())
    return back_to_board(form.on.data, visit_id)


@bp.get(VISIT)
@audience("desk")
def visit(visit_id: str) -> Page:
    """What is known of one visit, to be put right."""
    starts_at, person = visits.get(runtime(), visit_id)
    form = visit_form_for(person, to_local(starts_at), today())
    return _visit_page(form, visit_id)


@bp.post(VISIT)
@audience("desk")
def change_visit(visit_id: str) -> Page:
    """Put it right."""
    starts_at, _ = visits.get(runtime(), visit_id)
    form = VisitForm(today=today(), day_so_far=to_local(starts_at).date())
    if not form.validate_on_submit():
        return invalid(_visit_page(form, visit_id))
    visits.change(runtime(), visit_id, form.starts_at(zone()), form.person(), _staff_id())
    return back_to_board(form.on.data, visit_id)


@bp.post(f"{VISIT}/remove")
@audience("desk")
def remove_visit(visit_id: str) -> Page:
    """Take a visit off the list."""
    visits.remove(runtime(), visit_id, _staff_id())
    return back_to_board(shown_day())


@bp.post(f"{VISIT}/mark")
@audience("desk")
def mark_visit(visit_id: str) -> Page:
    """Arrived, late, did not come; an empty mark takes it back."""
    mark = request.form.get("how", "")
    if mark not in MARKS:
        abort(400)
    visits.mark(runtime(), visit_id, cast(Mark, mark), _staff_id())
    return back_to_board(shown_day(), visit_id)


@bp.post(f"{VISIT}/link")
@audience("desk")
def link(visit_id: str) -> Page:
    """Make a link and show it once.

    To copy, as a QR code, as a text message, as a code to read aloud.
    """
    _, person = visits.get(runtime(), visit_id)
    try:
        token = links.new_link(runtime(), visit_id, _staff_id())
    except AlreadyOpened:
        html = render_template(
            "front_desk/already_opened.html",
            visit_id=visit_id,
            person=person,
            sent=previous_answers.are_sent(runtime(), visit_id),
            form_id=links.form_id_of(runtime(), visit_id),
        )
        return html, 409
    address = url_for("start.enter", _external=True) + "#" + token
    return render_template(
        "front_desk/link.html",
        person=person,
        link=address,
        token=token,
        picture=segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4),
    )


@bp.post(f"{VISIT}/nudge")
@audience("desk")
def nudge(visit_id: str) -> Page:
    """Send the link by email; the second time it is a reminder."""
    mailer.send_or_remind(runtime(), visit_id, _staff_id())
    return back_to_board(shown_day(), visit_id)


@bp.post(f"{VISIT}/last-answers")
@audience("desk")
def ask_last_answers(visit_id: str) -> Page:
    """The client was here before: ask a therapist to send the last answers."""
    previous_answers.ask(runtime(), visit_id, _staff_id())
    return back_to_board(shown_day(), visit_id)


@bp.post(f"{VISIT}/anew")
@audience("desk")
def start_anew(visit_id: str) -> Page:
    """Begin a new, empty form for a client who cannot get back to the one they opened.

    Reloading the answer shows another link, and lets no other form go.
    """
    links.start_anew(runtime(), visit_id, request.form.get("form", ""), _staff_id())
    return link(visit_id)


def back_to_board(day: date | None, visit_id: str | None = None) -> Response:
    """The board of the day that the page was about, at this visit. day: None for today."""
    shown = day.isoformat() if day and day != today() else None
    first = _first_row()
    if visit_id and first is None:
        first = day_board.beginning(runtime(), visit_id)
    anchor = f"v-{visit_id}" if visit_id else None
    return redirect(url_for("front_desk.board", day=shown, first=first, _anchor=anchor), 303)


def shown_day() -> date | None:
    """The day the page is about, None for today; 404 for an address that is no day."""
    text = request.values.get("day", "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    return day if 2000 <= day.year <= 2100 else abort(404)


def can_mail() -> bool:
    """Whether the practice has a mail server."""
    return runtime().settings.smtp is not None


def _first_row() -> int | None:
    """Where the page of the board begins, None for the visits around now."""
    text = request.values.get("first", "")
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _visit_page(form: VisitForm, visit_id: str | None = None) -> str:
    return render_template(
        "front_desk/visit.html",
        form=form,
        visit_id=visit_id,
        team=profile.team(runtime()),
        can_mail=can_mail(),
    )


def _staff_id() -> str:
    return signed_in().practitioner_id
