"""Bare instances of the Flask extensions, bound to the app in create_app."""

from typing import cast

from flask import current_app
from htmx_flask import Htmx

from intake_app.browser_secret import Guard
from intake_app.house import House

csrf = Guard()
htmx = Htmx()


def house() -> House:
    """The House of the running app."""
    return cast(House, current_app.extensions["house"])
