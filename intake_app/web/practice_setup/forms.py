"""Forms of the set-up: the practice, the first account, the recovery sheet."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Email, InputRequired, NumberRange, Optional

from intake_app.practice.setup_wizard import PracticeDetails
from intake_app.web.accounts.passphrase_fields import (
    ChoosesPassphrase,
    chosen,
    chosen_again,
    offered,
)
from intake_app.web.fields import line, lines, possible_phone, tidy

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
PAPERS = [SelectChoice("letter", "US Letter"), SelectChoice("a4", "A4")]
YES_NO = [SelectChoice("yes", "Yes"), SelectChoice("no", "No")]
EMAIL = "Write it like name@example.org."
YEARS = "Write a number of years from 1 to 99."
POLICY = (
    "Please tell us at least 24 hours before if you cannot come. "
    "For a later cancellation or a missed visit we may charge the visit."
)


@cache
def timezones() -> tuple[SelectChoice, ...]:
    """Every place's zone by area, for a grouped list; the first choice is none."""
    choices = [SelectChoice("", "Choose the nearest place")]
    for name in sorted(available_timezones()):
        if name.startswith(AREAS):
            area, _, place = name.partition("/")
            choices.append(SelectChoice(name, place.replace("_", " "), optgroup=area))
    return tuple(choices)


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The one-time code that the first start prints."""

    code = line("Set-up code", "Type or paste the code that the start printed.", 200)


def yes_no(label: str) -> RadioField:
    """A question that must be answered; neither answer is chosen beforehand."""
    return RadioField(label, choices=YES_NO, validators=[InputRequired("Choose yes or no.")])


class PracticeForm(FlaskForm):  # type: ignore[misc]
    """Page 1 of the set-up."""

    name = line("Name of the practice", "Write the name of the practice.", 80)
    address = lines("Address", "Write the address. It stands on every record.", 300)
    phone = line("Phone", "Write a phone number that clients can call.", 40, possible_phone)
    email = StringField("Email (optional)", validators=[Optional(), Email(EMAIL)], filters=[tidy])
    timezone = SelectField(
        "Time zone", validators=[InputRequired("Choose the place whose clock is yours.")]
    )
    page_size = RadioField(
        "Paper", choices=PAPERS, default="letter", validators=[InputRequired("Choose your paper.")]
    )
    cancellation_policy = lines(
        "Cancellation policy", "Write what clients agree to when they cancel.", 1500, default=POLICY
    )
    retention_years = IntegerField(
        "Keep records for this many years",
        validators=[InputRequired(YEARS), NumberRange(1, 99, YEARS)],
        default=7,
    )

    allergen_free = yes_no("Can you work without nuts, seeds, soy, wheat and latex?")
    prenatal_trained = yes_no("Is a therapist here trained in massage during pregnancy?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = list(timezones())

    def details(self) -> PracticeDetails:
        """The answers, once the form is valid."""
        values = {name: self[name].data for name in PracticeDetails.__slots__}
        for name in ("allergen_free", "prenatal_trained"):
            values[name] = values[name] == "yes"
        return PracticeDetails(**values)


class TherapistForm(ChoosesPassphrase, FlaskForm):  # type: ignore[misc]
    """Page 2 of the set-up: the first account."""

    name = line("Your name, as clients know it", "Write your name.", 80)
    sign_in_name = line("Sign-in name", "Choose a short name to sign in with.", 40)
    passphrase = chosen()
    again = chosen_again()
    offer = offered()


class RecoveryCheckForm(FlaskForm):  # type: ignore[misc]
    """Page 4 of the set-up: two groups typed back from the printed sheet."""

    first = line("First group", "Type the four signs of this group.", 20)
    second = line("Second group", "Type the four signs of this group.", 20)
