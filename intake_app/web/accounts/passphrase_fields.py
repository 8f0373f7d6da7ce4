"""Choosing a passphrase, the same on every form that asks for a new one."""

from typing import Any

from wtforms import Field, HiddenField, PasswordField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length

from intake_app.accounts import passphrase_policy

DIFFERENT = "The two passphrases differ. Type both again."
TOO_LONG = f"Make this shorter: at most {passphrase_policy.LONGEST} characters."


def current(label: str = "Passphrase") -> PasswordField:
    """The passphrase somebody has now."""
    checks = [
        InputRequired("Type your passphrase."),
        Length(max=passphrase_policy.LONGEST, message=TOO_LONG),
    ]
    return PasswordField(label, validators=checks)


def chosen() -> PasswordField:
    """A new passphrase."""
    return PasswordField("New passphrase", validators=[InputRequired("Choose a passphrase.")])


def chosen_again() -> PasswordField:
    """The same new passphrase once more."""
    checks = [InputRequired("Type the passphrase a second time."), EqualTo("passphrase", DIFFERENT)]
    return PasswordField("The same passphrase again", validators=checks)


def offered() -> HiddenField:
    """The offer of five words, kept while the page is shown again."""
    return HiddenField()


class ChoosesPassphrase:
    """For a form with the fields passphrase, again and offer.

    known: names that must not be the passphrase.
    """

    def __init__(self, *args: Any, known: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        offer: HiddenField = self["offer"]  # type: ignore[index]
        offer.data = offer.data or passphrase_policy.suggest()

    def validate_passphrase(self, field: Field) -> None:
        """Length, lists and names; see accounts.passphrase_policy."""
        names = list(self.known)
        for name in ("name", "sign_in_name"):
            if name in self:  # type: ignore[operator]
                names.append(self[name].data or "")  # type: ignore[index]
        trouble = passphrase_policy.problem(field.data, tuple(names))
        if trouble:
            raise ValidationError(trouble)
