"""Coarse limits against floods, for an address, in the memory of each web process.

Exact counts of tries, for an account, a form or a page, are in core.throttle. Reading is not
limited.
"""

from collections.abc import Callable
from functools import wraps
from math import ceil
from time import time
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, make_response, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from intake_app.core import throttle
from intake_app.core.throttle import TooManyTries
from intake_app.web.access import READERS
from intake_app.web.extensions import runtime

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Count what is sent. Call this before the guards: a flood shall cost nothing."""
    app.extensions["rate_limits"] = FixedWindowRateLimiter(MemoryStorage())
    app.before_request(_count_what_is_sent)


def wrong_links(view: View) -> View:
    """For the page of personal links: only those that open nothing (404) count.

    So a waiting room behind one address is never kept out.
    """

    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Response:
        limit = RateLimitItemPerMinute(runtime().settings.wrong_links_per_minute, 1, "links")
        address = _address()
        if not _counter().test(limit, address):
            raise _over(limit, address)
        response = make_response(view(*args, **kwargs))
        if response.status_code == 404:
            _counter().hit(limit, address)
        return response

    return cast(View, counted)


def _count_what_is_sent() -> None:
    if request.method in READERS or _is_this_computer():
        return
    limit = RateLimitItemPerMinute(runtime().settings.posts_per_minute, 1, "posts")
    address = _address()
    if not _counter().hit(limit, address):
        raise _over(limit, address)


def _over(limit: RateLimitItem, address: str) -> TooManyTries:
    return TooManyTries(
        max(1, ceil(_counter().get_window_stats(limit, address).reset_time - time()))
    )


def _counter() -> FixedWindowRateLimiter:
    return cast(FixedWindowRateLimiter, current_app.extensions["rate_limits"])


def _address() -> str:
    """Where a request comes from, as it is counted."""
    return throttle.network(request.remote_addr or "")


def _is_this_computer() -> bool:
    """It is not limited: behind a proxy nobody has told us of, it is everybody."""
    return (request.remote_addr or "").startswith(("127.", "::1"))
