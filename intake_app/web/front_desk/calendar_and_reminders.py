"""Which calendar visits are read from, and when letters go out by themselves.

For the people who treat clients.
"""

from flask import Blueprint, redirect, render_template, request, url_for

from intake_app.front_desk import calendar_import, mailer
from intake_app.front_desk.calendar_import import CannotRead
from intake_app.web.access import audience, signed_in
from intake_app.web.extensions import runtime
from intake_app.web.front_desk.board import CALENDAR_WORDS, can_mail
from intake_app.web.front_desk.forms import CalendarForm, MappingForm, RulesForm
from intake_app.web.replies import Page, invalid

bp = Blueprint("calendar_and_reminders", __name__, url_prefix="/desk/rules")


@bp.get("")
@audience("therapist")
def show() -> Page:
    """The calendar and the reminders as they are."""
    return _page(CalendarForm(formdata=None), _rules_form())


@bp.post("/letters")
@audience("therapist")
def set_rules() -> Page:
    """Change when letters go out."""
    form = RulesForm()
    if not form.validate_on_submit():
        return invalid(_page(CalendarForm(formdata=None), form))
    mailer.set_rules(runtime(), form.rules(), signed_in().practitioner_id)
    return redirect(url_for("calendar_and_reminders.show"), 303)


@bp.post("/calendar")
@audience("therapist", takes_file=True)
def read_calendar() -> Page:
    """Read a calendar for the first time, to be looked at."""
    form = CalendarForm()
    if not form.validate_on_submit():
        return invalid(_page(form, _rules_form()))
    try:
        calendar_import.propose(runtime(), str(form.address.data or ""), form.content())
    except CannotRead as error:
        form.address.errors = [CALENDAR_WORDS[error.code]]
        return invalid(_page(form, _rules_form()))
    return redirect(url_for("calendar_and_reminders.preview"), 303)


@bp.get("/calendar/preview")
@audience("therapist")
def preview() -> Page:
    """Examples of visits, by the words' places in the address.

    So another choice is looked at before it is taken.
    """
    form = MappingForm(request.args or None, meta={"csrf": False})
    if not form.validate():
        form = MappingForm(formdata=None)
    proposal = calendar_import.preview(runtime(), form.mapping())
    if proposal is None:
        return redirect(url_for("calendar_and_reminders.show"), 303)
    source, examples = proposal
    return render_template(
        "front_desk/calendar_preview.html", form=form, source=source, examples=examples
    )


@bp.post("/calendar/accept")
@audience("therapist")
def accept() -> Page:
    """Read visits from it from now on."""
    form = MappingForm()
    if form.validate_on_submit():
        calendar_import.accept(runtime(), form.mapping(), signed_in().practitioner_id)
    return redirect(url_for("front_desk.board"), 303)


@bp.post("/calendar/stop")
@audience("therapist")
def stop() -> Page:
    """Read no calendar any more."""
    calendar_import.stop(runtime(), signed_in().practitioner_id)
    return redirect(url_for("calendar_and_reminders.show"), 303)


def _rules_form() -> RulesForm:
    """The form of the reminders, showing the rules in force."""
    rules = mailer.load_rules(runtime())
    values = {
        "reminder_hours": str(rules.reminder_hours),
        "invite": "yes" if rules.invite_from_calendar else "no",
    }
    return RulesForm(formdata=None, data=values)


def _page(calendar: CalendarForm, reminders: RulesForm) -> str:
    return render_template(
        "front_desk/calendar_and_reminders.html",
        calendar=calendar,
        reminders=reminders,
        status=calendar_import.status(runtime()),
        words=CALENDAR_WORDS,
        can_mail=can_mail(),
    )
