"""Typing the passphrase once more before something that matters.

Then what was sent goes through; nothing is lost.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import render_template, request

from intake_app.accounts import credentials
from intake_app.core.throttle import TooManyTries
from intake_app.web.access import signed_in
from intake_app.web.accounts.forms import ConfirmForm
from intake_app.web.errors import too_many_tries
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.replies import Page, invalid, too_many

Arguments = ParamSpec("Arguments")
WRONG = "This is not your passphrase. Please try again."


def recently_authenticated(view: Callable[Arguments, Page]) -> Callable[Arguments, Page]:
    """Ask whoever has not typed the passphrase for five minutes; carry along what they sent."""

    @wraps(view)
    def ask_first(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Page:
        if signed_in().confirmed:
            return view(*args, **kwargs)
        refusal = _confirm()
        return view(*args, **kwargs) if refusal is None else refusal

    return ask_first


def _confirm() -> Page | None:
    """The page that asks for the passphrase; None once the right one was sent."""
    if ConfirmForm.FIELD not in request.form:
        return _page(ConfirmForm(formdata=None))
    form = ConfirmForm(formdata=request.form)
    if not form.validate():
        return invalid(_page(form))
    try:
        credentials.confirm_passphrase(runtime(), signed_in(), text_of(form.confirm_passphrase))
    except credentials.PassphraseNotConfirmed:
        form.confirm_passphrase.errors = [WRONG]
        return invalid(_page(form))
    except TooManyTries as error:
        form.confirm_passphrase.errors = [too_many_tries(error)]
        return too_many(_page(form), error)
    return None


def _page(form: ConfirmForm) -> str:
    asked_here = {"csrf_token", ConfirmForm.FIELD}
    sent = request.form.items(multi=True)
    carried = [(name, value) for name, value in sent if name not in asked_here]
    return render_template("accounts/own/confirm.html", form=form, carried=carried)
