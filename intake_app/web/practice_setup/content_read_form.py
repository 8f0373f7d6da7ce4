"""Who has read the questions, rules and agreements, and when."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError

from intake_app.web.fields import line, text_of
from intake_app.web.step_forms.dates import BadDate, read_date


class ContentReadForm(FlaskForm):  # type: ignore[misc]
    """Names, what they are, and the day. today: the practice's day."""

    names = line("Who has read them?", "Write the name of each person who read them.", 200)
    role = line("What are they?", "Write what they are, such as licensed massage therapist.", 200)
    month = StringField("Month")
    day = StringField("Day")
    year = StringField("Year")

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def readers(self) -> str:
        """Names and what they are, as Settings say it."""
        return f"{text_of(self.names)} ({text_of(self.role)})"

    def read_on(self) -> date:
        """The day they had read it all. Raises BadDate with a sentence."""
        found = read_date(text_of(self.month), text_of(self.day), text_of(self.year), "the day")
        if found > self.today:
            raise BadDate("This day is still to come. Write the day when they had read it all.")
        return found

    def validate_month(self, field: Field) -> None:
        """The three boxes together are one date; the sentence stands at the first of them."""
        try:
            self.read_on()
        except BadDate as error:
            raise ValidationError(str(error)) from error
