"""Bare instances of the Flask extensions, bound to the app in create_app."""

from typing import cast

from flask import current_app
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx

from intake_app.house import House

csrf = CSRFProtect()
htmx = Htmx()


def house() -> House:
    """The House of the running app."""
    return cast(House, current_app.extensions["house"])
