"""The form of a new personal link."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    StringField,
)

from intake_app.web.fields import BirthDateBoxes, line


class InviteForm(BirthDateBoxes, FlaskForm):  # type: ignore[misc]
    """A new personal link: who it is for, and (optional) the date of birth that opens it."""

    first_name = line(
        "First name of the client", "Write the first name, so that you know the link again.", 60
    )
    month = StringField("Month")
    day = StringField("Day")
    year = StringField("Year")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
