"""Forms for the front desk: somebody who is expected."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TimeField
from wtforms.validators import Email, InputRequired, Optional

from intake_app.forms.staff import EMAIL, Born, at_most, line, possible_phone, said, tidy
from intake_app.services.visits import Person


class VisitForm(Born, FlaskForm):  # type: ignore[misc]
    """Who comes, when, to whom, and how to reach them. today: the practice's day."""

    name = line("Name of the client", "Write the name of the client.", 120)
    at = TimeField("Time", validators=[InputRequired("Write the time, for example 9:15 AM.")])
    on = DateField("Day", validators=[InputRequired("Choose the day.")])
    therapist = StringField("With", validators=[at_most(80)], filters=[tidy])
    phone = StringField("Phone (optional)", validators=[Optional(), at_most(40), possible_phone], filters=[tidy])
    email = StringField("Email (optional)", validators=[Optional(), at_most(200), Email(EMAIL)], filters=[tidy])
    month = StringField("Month")
    day = StringField("Day")
    year = StringField("Year")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def person(self) -> Person:
        """Who it is, once the form is valid."""
        name, therapist, phone, email = (said(one) for one in (self.name, self.therapist, self.phone, self.email))
        born = self.birth_date()
        return Person(name, therapist, phone, email, born.isoformat() if born else None)

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """When, by the practice's clock, once the form is valid."""
        day: Any = self.on.data
        return datetime.combine(day, self.at.data or time(), zone)


def filled(person: Person, starts_at: datetime, today: date) -> VisitForm:
    """The form with what is known of a visit."""
    known: dict[str, Any] = {name: getattr(person, name) for name in ("name", "therapist", "phone", "email")}
    known |= {"on": starts_at.date(), "at": starts_at.time()}
    if person.birth_date:
        known |= dict(zip(("year", "month", "day"), person.birth_date.split("-"), strict=True))
    return VisitForm(formdata=None, data=known, today=today)
