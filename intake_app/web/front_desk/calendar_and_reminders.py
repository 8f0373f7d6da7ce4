"""Which calendar visits are read from, and when letters go out by themselves. For the people who treat clients."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.accounts.sessions import StaffIdentity
from intake_app.front_desk import calendar_import, mailer
from intake_app.front_desk.calendar_import import CannotRead
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.front_desk.board import CALENDAR_WORDS
from intake_app.web.front_desk.forms import CalendarForm, MappingForm, RulesForm
from intake_app.web.practice import practice

bp = Blueprint("calendar_and_reminders", __name__, url_prefix="/desk/rules")

Page = str | Response | tuple[str, int]


@bp.get("")
@audience("therapist")
def show() -> Page:
    """The calendar and the reminders as they are."""
    now = mailer.load_rules(runtime())
    known = {
        "reminder_hours": str(now.reminder_hours),
        "invite": "yes" if now.invite_from_calendar else "no",
    }
    return _page(CalendarForm(formdata=None), RulesForm(formdata=None, data=known))


@bp.post("/letters")
@audience("therapist")
def set_rules() -> Page:
    """Change when letters go out."""
    form = RulesForm()
    if not form.validate_on_submit():
        return _page(CalendarForm(formdata=None), form), 422
    mailer.set_rules(runtime(), form.rules(), _me())
    return redirect(url_for("calendar_and_reminders.show"), 303)


@bp.post("/calendar")
@audience("therapist", takes_file=True)
def read_calendar() -> Page:
    """Read a calendar for the first time, to be looked at."""
    form = CalendarForm()
    if not form.validate_on_submit():
        return _rejected(form)
    try:
        calendar_import.propose(runtime(), str(form.address.data or ""), form.content())
    except CannotRead as error:
        form.address.errors = [CALENDAR_WORDS[error.code]]
        return _rejected(form)
    return redirect(url_for("calendar_and_reminders.preview"), 303)


@bp.get("/calendar/preview")
@audience("therapist")
def preview() -> Page:
    """Examples by the words' places in the address, so that another choice is looked at before it is taken."""
    form = MappingForm(request.args or None, meta={"csrf": False})
    if not form.validate():
        form = MappingForm(formdata=None)
    found = calendar_import.preview(runtime(), form.mapping())
    if found is None:
        return redirect(url_for("calendar_and_reminders.show"), 303)
    source, examples = found
    return render_template(
        "front_desk/calendar_preview.html",
        practice=practice(),
        form=form,
        source=source,
        examples=examples,
    )


@bp.post("/calendar/accept")
@audience("therapist")
def accept() -> Page:
    """Read visits from it from now on."""
    form = MappingForm()
    if form.validate_on_submit():
        calendar_import.accept(runtime(), form.mapping(), _me())
    return redirect(url_for("front_desk.board"), 303)


@bp.post("/calendar/stop")
@audience("therapist")
def stop() -> Page:
    """Read no calendar any more."""
    calendar_import.stop(runtime(), _me())
    return redirect(url_for("calendar_and_reminders.show"), 303)


def _rejected(form: CalendarForm) -> Page:
    known = mailer.load_rules(runtime())
    data = {
        "reminder_hours": str(known.reminder_hours),
        "invite": "yes" if known.invite_from_calendar else "no",
    }
    return _page(form, RulesForm(formdata=None, data=data)), 422


def _page(calendar: CalendarForm, reminders: RulesForm) -> str:
    return render_template(
        "front_desk/calendar_and_reminders.html",
        practice=practice(),
        calendar=calendar,
        reminders=reminders,
        status=calendar_import.status(runtime()),
        words=CALENDAR_WORDS,
        can_mail=runtime().settings.smtp is not None,
    )


def _me() -> str:
    me: StaffIdentity = g.staff
    return me.practitioner_id
