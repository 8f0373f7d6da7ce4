"""Typing the passphrase once more before something that matters; then what was sent goes through, nothing is lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, render_template, request

from intake_app.accounts import credentials
from intake_app.core.throttle import TooManyTries
from intake_app.web.accounts.forms import ConfirmForm
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.practice import practice

View = TypeVar("View", bound=Callable[..., Any])
WRONG = "This is not your passphrase. Please try again."


def recently_authenticated(view: View) -> View:
    """Ask whoever has not typed her passphrase in the last five minutes; carry along what she sent."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if g.staff.confirmed:
            return view(*args, **kwargs)
        form = ConfirmForm(formdata=request.form if ConfirmForm.FIELD in request.form else None)
        if not form.is_submitted() or ConfirmForm.FIELD not in request.form:
            return _ask(form, 200)
        if not form.validate():
            return _ask(form, 422)
        try:
            credentials.confirm_passphrase(runtime(), g.staff, text_of(form.confirm_passphrase))
        except credentials.PassphraseNotConfirmed:
            form.confirm_passphrase.errors = [WRONG]
            return _ask(form, 422)
        except TooManyTries as error:
            form.confirm_passphrase.errors = [
                f"Too many tries. Please wait {error.seconds} seconds, then try again."
            ]
            return _ask(form, 429)
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def _ask(form: ConfirmForm, status: int) -> tuple[str, int]:
    own = {"csrf_token", ConfirmForm.FIELD}
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in own]
    return render_template(
        "accounts/own/confirm.html", practice=practice(), form=form, carried=carried
    ), status
