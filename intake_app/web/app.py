"""Flask as this app uses it.

What it would look up anew for every request, and never differs, is said once.
"""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from werkzeug.wrappers import Response

from intake_app.web.csrf import CsrfSessionInterface


class Templates(Environment):
    """Templates share one plain dict of globals, which nobody changes once pages are shown."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own, unless a template brings more."""
        return super().make_globals(d) if d else self.globals


class IntakeFlask(Flask):
    """The app's class."""

    session_interface = CsrfSessionInterface()
    jinja_environment = Templates
    jinja_options = {  # noqa: RUF012 - declared by Flask
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }

    def redirect(self, location: str, code: int = 303) -> Response:
        """Only the address: no browser shows the page that Flask would write around it."""
        return Response(status=code, headers={"Location": location})

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view here is a coroutine."""
        return func
