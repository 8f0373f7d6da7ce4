"""What is written to the log: JSON lines in UTC with declared keys only, whoever writes them.

A message of our own is a fixed word; what belongs to it stands in the declared keys, and each value
must look like a code. Of a message of somebody else's library only the place and the kind of its
error are kept: its words may hold what a client typed, a name or a token.
(OWASP ASVS 5.0, 16.2.1, 16.2.5, 16.4.1.)
"""

import logging
import time

from flask import Flask, g, request
from werkzeug.wrappers import Response

from intake_app.core.logs import log


def init_app(app: Flask) -> None:
    """One line a request, at level info.

    Method, route as it is written in the code, status, milliseconds.
    """
    app.before_request(_begin)
    app.after_request(_request)


def _begin() -> None:
    g.began = time.monotonic()


def _request(response: Response) -> Response:
    if not log.isEnabledFor(logging.INFO):
        return response
    route = request.url_rule.rule if request.url_rule else "none"
    spent = round((time.monotonic() - g.get("began", time.monotonic())) * 1000)
    details = {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": spent,
    }
    log.info("request", extra=details)
    return response
