"""What a client writes on the client portal, and what a therapist answers."""

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from intake_app.web.fields import line, lines

LONGEST = 2000


class RequestForm(FlaskForm):  # type: ignore[misc]
    """One request, in the client's own words."""

    text = lines("What should we do?", "Write a few words, so that we know what to do.", LONGEST)


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """Done or not done, why, and who says so."""

    done = RadioField(
        "What did you do?",
        choices=[SelectChoice("yes", "It is done"), SelectChoice("no", "It is not done")],
        validators=[InputRequired("Choose one.")],
    )
    reason = lines("In your words, for the client", "Write what you did, or why not.", LONGEST)
    name = line("Your full name", "Type your name to sign.", 120)
