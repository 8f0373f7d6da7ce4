"""Forms for the people who work here: set-up, sign in, a new personal link."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional

from intake_app.forms import plain
from intake_app.forms.dates import BadDate, read_date
from intake_app.forms.passphrase import ChoosesPassphrase, chosen, chosen_again, current, offered
from intake_app.services.wizard import PracticeDetails

AREAS = tuple(
    f"{area}/"
    for area in (
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
)
HOME_REGION = "US"
OLDEST = 120
PAPERS = [SelectChoice("letter", "US Letter"), SelectChoice("a4", "A4")]
YES_NO = [SelectChoice("yes", "Yes"), SelectChoice("no", "No")]
EMAIL = "Write it like name@example.org."
YEARS = "Write a number of years from 1 to 99."
Check = Callable[[FlaskForm, Field], None]
POLICY = (
    "Please tell us at least 24 hours before if you cannot come. For a later cancellation or a missed visit "
    "we may charge the visit."
)


def tidy(text: str | None) -> str:
    """Typed text without outer spaces and with one kind of line end."""
    return plain.lines(text or "")


def said(field: Field) -> str:
    """What was typed in a text field."""
    return str(field.data or "")


def plain_text(form: FlaskForm, field: Field) -> None:
    """Refuse signs that cannot be seen or printed; line ends are welcome."""
    if not plain.is_printable(field.data or ""):
        raise ValidationError("This holds a sign that cannot be printed. Please type it again.")


def possible_phone(form: FlaskForm, field: Field) -> None:
    """A number that can exist: national for the United States, with its country code for anywhere else."""
    try:
        number = phonenumbers.parse(field.data, HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    if number is None or phonenumbers.is_possible_number_with_reason(number) != whole:
        raise ValidationError("Write the number with its area code; outside the United States with + and country code.")


@cache
def timezones() -> tuple[Any, ...]:
    """Every place's zone by area, for a grouped list; the first choice is none."""
    named = [name.split("/", 1) for name in sorted(available_timezones()) if name.startswith(AREAS)]
    places = (SelectChoice(f"{area}/{place}", place.replace("_", " "), optgroup=area) for area, place in named)
    return (SelectChoice("", "Choose the nearest place"), *places)


def line(label: str, empty: str, longest: int, *checks: Check) -> StringField:
    """A required one-line answer. empty: what to say when nothing, or nothing but spaces, was typed."""
    validators = [DataRequired(empty), at_most(longest), plain_text, *checks]
    return StringField(label, validators=validators, filters=[tidy])


def lines(label: str, empty: str, longest: int, default: str = "") -> TextAreaField:
    """A required answer of several lines."""
    checks = [DataRequired(empty), at_most(longest), plain_text]
    return TextAreaField(label, validators=checks, filters=[tidy], default=default, render_kw={"rows": 4})


def at_most(longest: int) -> Length:
    """Refuse what is longer than so many characters."""
    return Length(max=longest, message=f"Make this shorter: at most {longest} characters.")


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
    timezone = SelectField("Time zone", validators=[InputRequired("Choose the place whose clock is yours.")])
    page_size = RadioField("Paper", choices=PAPERS, default="letter", validators=[InputRequired("Choose your paper.")])
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
        given = {name: self[name].data for name in PracticeDetails.__slots__}
        said_yes = {name: given[name] == "yes" for name in ("allergen_free", "prenatal_trained")}
        return PracticeDetails(**given | said_yes)


class TherapistForm(ChoosesPassphrase, FlaskForm):  # type: ignore[misc]
    """Page 2 of the set-up: the first account."""

    name = line("Your name, as clients know it", "Write your name.", 80)
    sign_in_name = line("Sign-in name", "Choose a short name to sign in with.", 40)
    passphrase = chosen()
    again = chosen_again()
    offer = offered()


class ProofForm(FlaskForm):  # type: ignore[misc]
    """Page 4 of the set-up: two groups typed back from the printed sheet."""

    first = line("First group", "Type the four signs of this group.", 20)
    second = line("Second group", "Type the four signs of this group.", 20)


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Name and passphrase. What is wrong with them is said in one sentence that names neither."""

    sign_in_name = line("Sign-in name", "Type your sign-in name.", 80)
    passphrase = current()

    def refuse(self, why: str) -> None:
        """Show a sentence at the passphrase."""
        self.passphrase.errors = [*self.passphrase.errors, why]


class Born:
    """The optional date of birth in three boxes, for a form that declares them. today: nobody is born after it."""

    month: StringField
    day: StringField
    year: StringField
    today: date

    def birth_date(self) -> date | None:
        """The date of birth, None when all three boxes are empty. Raises BadDate with a sentence."""
        month, day, year = said(self.month), said(self.day), said(self.year)
        if not (month + day + year).strip():
            return None
        born = read_date(month, day, year, "the date of birth")
        if not self.today.year - OLDEST <= born.year or born > self.today:
            raise BadDate("Check the year of the date of birth.")
        return born

    def validate_month(self, field: Field) -> None:
        """The three boxes together are one date; the sentence stands at the first of them."""
        try:
            self.birth_date()
        except BadDate as error:
            raise ValidationError(str(error)) from error


class InviteForm(Born, FlaskForm):  # type: ignore[misc]
    """A new personal link: who it is for, and (optional) the date of birth that opens it."""

    first_name = line("First name of the client", "Write the first name, so that you know the link again.", 60)
    month = StringField("Month")
    day = StringField("Day")
    year = StringField("Year")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
