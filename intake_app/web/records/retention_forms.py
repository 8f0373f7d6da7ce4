"""Holding a record, and erasing it."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from intake_app.web.fields import lines


class HoldForm(FlaskForm):  # type: ignore[misc]
    """Why a record must not be erased."""

    reason = lines("Why must it be kept?", "Write why, for example: a claim of the insurance.", 500)


class EraseForm(FlaskForm):  # type: ignore[misc]
    """Why a record is erased.

    A choice and no text, so that the receipt can hold nothing about the client.
    """

    why = RadioField(
        "Why is it erased?",
        choices=[
            SelectChoice("client_asked", "The client asked for it"),
            SelectChoice("entered_by_mistake", "It was made by mistake"),
            SelectChoice("not_a_client", "This person never became a client"),
        ],
        validators=[InputRequired("Choose one.")],
    )
    sure = BooleanField("The law of my state allows it, although its time is not over.")
