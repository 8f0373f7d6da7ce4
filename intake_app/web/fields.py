"""Fields and checks that all forms share, the clients' and the staff's."""

from collections.abc import Callable
from datetime import date

import phonenumbers
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length

from intake_app.web.step_forms import plain_text as plain
from intake_app.web.step_forms.dates import BadDate, read_date

HOME_REGION = "US"
OLDEST = 120  # years
Check = Callable[[FlaskForm, Field], None]


def tidy(text: str | None) -> str:
    """Typed text without outer spaces and with one kind of line end."""
    return plain.lines(text or "")


def text_of(field: Field) -> str:
    """What was typed in a text field."""
    return str(field.data or "")


def plain_text(form: FlaskForm, field: Field) -> None:
    """Refuse signs that cannot be seen or printed; line ends are welcome."""
    if not plain.is_printable(field.data or ""):
        raise ValidationError("This holds a sign that cannot be printed. Please type it again.")


def possible_phone(form: FlaskForm, field: Field) -> None:
    """A number that can exist.

    National for the United States, with its country code for anywhere else.
    """
    try:
        number = phonenumbers.parse(field.data, HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    if number is None or phonenumbers.is_possible_number_with_reason(number) != whole:
        raise ValidationError(
            "Write the number with its area code; "
            "outside the United States with + and country code."
        )


def line(label: str, empty: str, longest: int, *checks: Check) -> StringField:
    """A required one-line answer.

    empty: what to say when nothing, or nothing but spaces, was typed.
    """
    validators = [DataRequired(empty), at_most(longest), plain_text, *checks]
    return StringField(label, validators=validators, filters=[tidy])


def lines(label: str, empty: str, longest: int, default: str = "") -> TextAreaField:
    """A required answer of several lines."""
    checks = [DataRequired(empty), at_most(longest), plain_text]
    return TextAreaField(
        label, validators=checks, filters=[tidy], default=default, render_kw={"rows": 4}
    )


def at_most(longest: int) -> Length:
    """Refuse what is longer than so many characters."""
    return Length(max=longest, message=f"Make this shorter: at most {longest} characters.")


class BirthDateBoxes:
    """The optional date of birth in three boxes, for a form that declares them.

    today: the practice's day; nobody is born after it.
    """

    month: StringField
    day: StringField
    year: StringField
    today: date

    def birth_date(self) -> date | None:
        """The date of birth, None when all three boxes are empty.

        Raises BadDate with a sentence.
        """
        month = text_of(self.month)
        day = text_of(self.day)
        year = text_of(self.year)
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
