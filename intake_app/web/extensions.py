"""Bare instances of the Flask extensions, bound to the app in create_app."""

from typing import cast

from flask import current_app, request
from htmx_flask import Htmx

from intake_app.core.runtime import Runtime
from intake_app.web.csrf import CsrfGuard

csrf = CsrfGuard()
htmx = Htmx()


def runtime() -> Runtime:
    """The Runtime of the running app."""
    return cast(Runtime, current_app.extensions["runtime"])


def layout_of_page() -> dict[str, str]:
    """The template around a page: the whole page, or only its main part when htmx asks."""
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]
    return {"layout": "layouts/fragment.html" if is_fragment else "layouts/page.html"}
