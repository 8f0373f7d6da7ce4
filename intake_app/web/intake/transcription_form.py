"""A paper form is to be typed: which sheet, whose, and of which day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from intake_app.web.fields import line, text_of
from intake_app.web.step_forms.dates import BadDate, read_date

OLDEST = timedelta(days=365)
"""The clinical content asks for a whole new form once a year (flag rule O12)."""
NONE = SelectChoice("", "No visit on the list")


class PaperForm(FlaskForm):  # type: ignore[misc]
    """What stands on the paper besides the answers.

    today: the practice's day; visits: (id, words) to choose from.
    """

    number = line("Number of the form", "Write the 12 digits that stand beside the QR code.", 40)
    whose = line("Whose form is it?", "Write the name as it stands on the paper.", 120)
    month = StringField("Month")
    day = StringField("Day")
    year = StringField("Year")
    visit = SelectField("For which visit?", validate_choice=False)

    def __init__(
        self, *args: Any, today: date, visits: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.known = {"", *(code for code, _ in visits)}
        self.visit.choices = [NONE, *(SelectChoice(code, words) for code, words in visits)]

    def signed_on(self) -> date:
        """The day beside the signature. Raises BadDate with a sentence."""
        found = read_date(
            text_of(self.month), text_of(self.day), text_of(self.year), "the date on the paper"
        )
        if found > self.today:
            raise BadDate(
                "This day is still to come. Write the date that stands beside the signature."
            )
        if found < self.today - OLDEST:
            raise BadDate("This is more than a year ago. Let the client fill in a new form.")
        return found

    def validate_visit(self, field: Field) -> None:
        """It may have got its form while this page stood open.

        Nothing is sent where there was none to choose.
        """
        if text_of(field) not in self.known:
            raise ValidationError("This visit is not waiting for a form any more. Choose again.")

    def validate_month(self, field: Field) -> None:
        """The three boxes together are one date; the sentence stands at the first of them."""
        try:
            self.signed_on()
        except BadDate as error:
            raise ValidationError(str(error)) from error
