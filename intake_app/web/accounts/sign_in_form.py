"""The form of the sign-in page."""

from flask_wtf import FlaskForm

from intake_app.web.accounts.passphrase_fields import current
from intake_app.web.fields import line


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Name and passphrase. What is wrong with them is said in one sentence that names neither."""

    sign_in_name = line("Sign-in name", "Type your sign-in name.", 80)
    passphrase = current()

    def refuse(self, why: str) -> None:
        """Show a sentence at the passphrase."""
        self.passphrase.errors = [*self.passphrase.errors, why]
