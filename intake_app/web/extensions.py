"""Bare instances of the Flask extensions, bound to the app in create_app."""

from typing import cast

from flask import current_app
from htmx_flask import Htmx

from intake_app.core.runtime import Runtime
from intake_app.web.csrf import CsrfGuard

csrf = CsrfGuard()
htmx = Htmx()


def runtime() -> Runtime:
    """The House of the running app."""
    return cast(Runtime, current_app.extensions["runtime"])
