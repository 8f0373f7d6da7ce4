"""Bare instances of the Flask extensions, bound to the app in create_app."""

from typing import cast

from flask import current_app
from htmx_flask import Htmx

from intake_app.core.runtime import House
from intake_app.web.csrf import Guard

csrf = Guard()
htmx = Htmx()


def house() -> House:
    """The House of the running app."""
    return cast(House, current_app.extensions["house"])
