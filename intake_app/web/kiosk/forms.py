"""Forms around the tablets: their names, the PIN, and a code typed at one."""

from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Regexp

from intake_app.web.fields import line, tidy


class TabletForm(FlaskForm):  # type: ignore[misc]
    """What people call the tablet."""

    name = line("Name of this tablet", "Give the tablet a name, for example Waiting room.", 40)


class NewPinForm(FlaskForm):  # type: ignore[misc]
    """The practice's PIN."""

    pin = PasswordField(
        "New PIN",
        filters=[tidy],
        validators=[
            InputRequired("Type a PIN."),
            Regexp(r"\d{6,12}\Z", message="A PIN is 6 to 12 numbers."),
        ],
    )


class PinForm(FlaskForm):  # type: ignore[misc]
    """The PIN, typed at a tablet."""

    pin = PasswordField("PIN", filters=[tidy], validators=[InputRequired("Type the PIN.")])


class MoveForm(FlaskForm):  # type: ignore[misc]
    """A code to move a form, typed at a tablet."""

    code = line("Code from your phone", "Type the 8 letters and numbers that your phone shows.", 40)
