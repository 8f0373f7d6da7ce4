"""A new browser says who it is: the date of birth, in three boxes."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from intake_app.web.step_forms.dates import BadDate, read_date


class BirthDateForm(FlaskForm):  # type: ignore[misc]
    """Month, day and year as typed."""

    month = StringField("Month")
    day = StringField("Day")
    year = StringField("Year")

    def validate_year(self, _: StringField) -> None:
        """One error for the three boxes together."""
        try:
            self.value()
        except BadDate as error:
            raise ValidationError(str(error)) from error

    def value(self) -> date:
        """The date. Raises BadDate with a sentence."""
        return read_date(
            self.month.data or "", self.day.data or "", self.year.data or "", "your date of birth"
        )

    def refuse(self, sentence: str) -> None:
        """Show an error that only the server could know."""
        self.year.errors = [sentence]
