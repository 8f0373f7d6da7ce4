"""Bare instances of the Flask extensions, bound to the app in create_app."""

from typing import cast

from flask import current_app, request
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx

from intake_app.house import House
from intake_app.services import attempts

csrf = CSRFProtect()
htmx = Htmx()


def house() -> House:
    """The House of the running app."""
    return cast(House, current_app.extensions["house"])


def _address() -> str:
    """Where a request comes from, as the limiter counts it."""
    return attempts.network(request.remote_addr or "")


def _is_this_computer() -> bool:
    """It is not limited: behind a proxy nobody has told us of, it is everybody."""
    return (request.remote_addr or "").startswith(("127.", "::1"))


limiter = Limiter(
    _address,
    storage_uri="memory://",
    application_limits=[lambda: f"{house().settings.posts_per_minute} per minute"],
    application_limits_exempt_when=_is_this_computer,
)
"""Coarse limits against floods, for an address, in the memory of each web process. Exact counts of tries, for an
account, a form or a page, are in services.attempts. Reading is not limited."""
limiter.request_filter(lambda: request.method in {"GET", "HEAD", "OPTIONS"})

wrong_links = limiter.limit(
    lambda: f"{house().settings.wrong_links_per_minute} per minute",
    deduct_when=lambda response: response.status_code == 404,
)
"""For the door of personal links: only those that open nothing count, so that a waiting room behind one address is
never kept out."""
