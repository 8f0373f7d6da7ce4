"""Forms for accounts: the second factor, joining, one's own passphrase, colleagues."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from intake_app.web.accounts.passphrase_fields import (
    ChoosesPassphrase,
    chosen,
    chosen_again,
    current,
    offered,
)
from intake_app.web.fields import line

ROLES = [
    SelectChoice("therapist", "Therapist: reads the records"),
    SelectChoice("desk", "Front desk: sees the day and who is ready, never an answer"),
    SelectChoice("owner", "Owner: reads the records, looks after people and keys"),
]
JOIN_CODE = "Type or paste the code you were given."


class FactorForm(FlaskForm):  # type: ignore[misc]
    """A code from the authenticator app, or a recovery code."""

    code = line("Code", "Type the code.", 40)


class EnrolForm(FactorForm):
    """The first code of a new authenticator app; seed: its secret, sealed."""

    seed = HiddenField()


class PersonForm(FlaskForm):  # type: ignore[misc]
    """Somebody new who is to work here."""

    name = line("Name", "Write the name.", 80)
    role = RadioField(
        "What will they do here?", choices=ROLES, validators=[InputRequired("Choose one.")]
    )


class JoinForm(ChoosesPassphrase, FlaskForm):  # type: ignore[misc]
    """Somebody new chooses a sign-in name and a passphrase."""

    code = line("One-time code", JOIN_CODE, 100)
    sign_in_name = line("Sign-in name", "Choose a short name to sign in with.", 40)
    passphrase = chosen()
    again = chosen_again()
    offer = offered()


class ComeBackForm(ChoosesPassphrase, FlaskForm):  # type: ignore[misc]
    """Somebody who forgot the passphrase chooses a new one."""

    code = line("One-time code", JOIN_CODE, 100)
    passphrase = chosen()
    again = chosen_again()
    offer = offered()


class SheetForm(ChoosesPassphrase, FlaskForm):  # type: ignore[misc]
    """A new passphrase with the recovery sheet."""

    sign_in_name = line("Sign-in name", "Type your sign-in name.", 80)
    paper = line("Recovery key from the sheet", "Type all groups of the recovery key.", 200)
    passphrase = chosen()
    again = chosen_again()
    offer = offered()


class ChangeForm(ChoosesPassphrase, FlaskForm):  # type: ignore[misc]
    """A new passphrase for somebody who knows the one they have."""

    now = current("Passphrase you have now")
    passphrase = chosen()
    again = chosen_again()
    offer = offered()


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The passphrase once more, before something that matters.

    Its field has a name that no other form uses: it is sent together with other forms.
    """

    FIELD = "confirm_passphrase"
    confirm_passphrase = current()
