"""Forms for the front desk: somebody who is expected, the practice's calendar, its reminders."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Email, InputRequired, Optional, ValidationError

from intake_app.front_desk.mailer import LetterRules
from intake_app.ical.mapping import Mapping
from intake_app.visits.person import ExpectedClient
from intake_app.web.dates import weekday_day
from intake_app.web.fields import BirthDateBoxes, at_most, line, possible_phone, text_of, tidy
from intake_app.web.practice_setup.forms import EMAIL

TIME = "Write the time, for example 9:15 AM."
DAY = "Choose the day."
FARTHEST = timedelta(days=2 * 365)
CLOCKS = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]
MOST_HOURS = 240
HOURS = "Write whole hours from 0 to 240; 0 sends no reminders."


def whole_hours(form: FlaskForm, field: Field) -> None:
    """A whole number of hours up to ten days."""
    text = text_of(field)
    is_number = text.isascii() and text.isdecimal() and len(text) < 4
    if not is_number or int(text) > MOST_HOURS:
        raise ValidationError(HOURS)


class ClockField(TimeField):
    """A time of day, also as typed where a browser has no box for it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it. Raises ValueError with a plain sentence."""
        try:
            super().process_formdata([text.strip().upper() for text in valuelist])
        except ValueError as error:
            raise ValueError(TIME) from error


class DayField(DateField):
    """A calendar day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it. Raises ValueError with a plain sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(DAY) from error


class VisitForm(BirthDateBoxes, FlaskForm):  # type: ignore[misc]
    """Who comes, when, to whom, and how to reach them.

    today: the practice's day; day_so_far: the day of the visit before it is changed.
    """

    name = line("Name of the client", "Write the name of the client.", 120)
    at = ClockField("Time", format=CLOCKS, validators=[InputRequired(TIME)])
    on = DayField("Day", format=["%Y-%m-%d", "%m/%d/%Y"], validators=[InputRequired(DAY)])
    therapist = StringField("With", validators=[at_most(80)], filters=[tidy])
    phone = StringField(
        "Phone (optional)", validators=[Optional(), at_most(40), possible_phone], filters=[tidy]
    )
    email = StringField(
        "Email (optional)", validators=[Optional(), at_most(200), Email(EMAIL)], filters=[tidy]
    )
    month = StringField("Month")
    day = StringField("Day")
    year = StringField("Year")
    invite = BooleanField("Send the link by email now")

    def __init__(
        self, *args: Any, today: date, day_so_far: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.day_so_far = day_so_far

    def validate_on(self, field: Field) -> None:
        """A wrong year would take the visit off every list.

        Soon past ones are forgotten, far ones never seen.
        """
        day: date | None = field.data
        if day is None or day == self.day_so_far:
            return
        if day < self.today:
            raise ValidationError(f"{weekday_day(day)} is past. Choose today or a later day.")
        if day > self.today + FARTHEST:
            raise ValidationError(
                f"{weekday_day(day)} is more than two years away. Check the year."
            )

    def validate_invite(self, field: Field) -> None:
        """A letter needs an address."""
        if field.data and not text_of(self.email):
            raise ValidationError("Write an email address, or take the tick away.")

    def person(self) -> ExpectedClient:
        """Who it is, once the form is valid."""
        birth_date = self.birth_date()
        return ExpectedClient(
            text_of(self.name),
            text_of(self.therapist),
            text_of(self.phone),
            text_of(self.email),
            birth_date.isoformat() if birth_date else None,
        )

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """When, by the practice's clock, once the form is valid."""
        day: date | None = self.on.data
        if day is None:
            raise ValueError("no day: the form is not valid")
        return datetime.combine(day, self.at.data or time(), zone)


def visit_form_for(person: ExpectedClient, starts_at: datetime, today: date) -> VisitForm:
    """The form with what is known of a visit. starts_at: by the practice's clock."""
    year, month, day = (person.birth_date or "--").split("-")
    known = {
        "name": person.name,
        "therapist": person.therapist,
        "phone": person.phone,
        "email": person.email,
        "on": starts_at.date(),
        "at": starts_at.time(),
        "year": year,
        "month": month,
        "day": day,
    }
    return VisitForm(formdata=None, data=known, today=today)


class RulesForm(FlaskForm):  # type: ignore[misc]
    """When letters go out by themselves."""

    reminder_hours = line("Remind after this many hours", HOURS, 20, whole_hours)
    invite = RadioField(
        "Invite people from the calendar by email",
        choices=[SelectChoice("no", "No, we send links ourselves"), SelectChoice("yes", "Yes")],
    )

    def rules(self) -> LetterRules:
        """The rules, once the form is valid."""
        return LetterRules(int(text_of(self.reminder_hours)), self.invite.data == "yes")


class CalendarForm(FlaskForm):  # type: ignore[misc]
    """Where the calendar is: an address, or a file."""

    address = StringField("Address of the calendar", validators=[at_most(2000)], filters=[tidy])
    file = FileField("Or a calendar file")

    def content(self) -> bytes | None:
        """The file's bytes, None when there is none."""
        return self.file.data.read() if self.file.data else None

    def validate_address(self, field: Field) -> None:
        """One of the two is needed."""
        if not field.data and not self.file.data:
            raise ValidationError("Paste the address, or choose a file.")


class MappingForm(FlaskForm):  # type: ignore[misc]
    """Where the words stand in the calendar's entries."""

    name = SelectField(
        "Name of the client",
        default="title",
        choices=[
            SelectChoice("title", "The whole title"),
            SelectChoice("before", "The title, before a dash, a colon or “with”"),
            SelectChoice("after", "The title, after a dash or a colon"),
            SelectChoice("guest", "The first guest"),
            SelectChoice("line", "A line “Client:” or “Name:” in the notes"),
        ],
    )
    therapist = SelectField(
        "Therapist",
        default="none",
        choices=[
            SelectChoice("none", "Not in the calendar"),
            SelectChoice("with", "The title, after “with”"),
            SelectChoice("organizer", "The organizer"),
            SelectChoice("place", "The place"),
            SelectChoice("calendar", "The name of the calendar"),
        ],
    )
    contact = SelectField(
        "Phone and email",
        default="text",
        choices=[
            SelectChoice("text", "In the notes"),
            SelectChoice("guest", "Email of the first guest"),
            SelectChoice("none", "Not in the calendar"),
        ],
    )

    def mapping(self) -> Mapping:
        """The choices, once the form is valid."""
        return Mapping(self.name.data, self.therapist.data, self.contact.data)
