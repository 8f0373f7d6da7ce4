"""What a client writes on her own page, and what a therapist answers."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from intake_app.forms import plain

LONGEST = 2000
SHORTER = f"Please keep this under {LONGEST} letters."


def lines(text: str | None) -> str:
    """Typed text as it is kept."""
    return plain.lines(text or "")


def line(text: str | None) -> str:
    """The same for one line."""
    return plain.one_line(text or "")


def printable(_: FlaskForm, field: Any) -> None:
    """Refuse what cannot be printed, and say so."""
    if not plain.is_printable(field.data or ""):
        raise ValidationError("Something in this text cannot be printed. Please type it again.")


class WishForm(FlaskForm):  # type: ignore[misc]
    """One wish, in her own words."""

    text = TextAreaField(
        "What should we do?",
        validators=[
            InputRequired("Write a few words, so that we know what to do."),
            Length(max=LONGEST, message=SHORTER),
        ],
        filters=[lines],
    )

    validate_text = staticmethod(printable)


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """Done or not done, why, and who says so."""

    done = RadioField(
        "What did you do?",
        choices=[SelectChoice("yes", "It is done"), SelectChoice("no", "It is not done")],
        validators=[InputRequired("Choose one.")],
    )
    reason = TextAreaField(
        "In your words, for the client",
        validators=[InputRequired("Write what you did, or why not."), Length(max=LONGEST, message=SHORTER)],
        filters=[lines],
    )
    name = StringField(
        "Your full name",
        validators=[InputRequired("Type your name to sign."), Length(max=120, message="Please keep the name short.")],
        filters=[line],
    )

    validate_reason = validate_name = staticmethod(printable)
