"""Flask as this app uses it."""

from flask import Flask

from intake_app.web.csrf import CsrfSessionInterface


class IntakeFlask(Flask):
    """The app's class."""

    session_interface = CsrfSessionInterface()
    jinja_options = {  # noqa: RUF012 - declared by Flask
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
