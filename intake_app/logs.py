"""What is written to the log: JSON lines in UTC with declared keys only, whoever writes them.

A message of our own is a fixed word; what belongs to it stands in the declared keys, and each value must look like a
code. Of a message of somebody else's library only the place and the kind of its error are kept: its words may hold
what a client typed, a name or a token. (OWASP ASVS 5.0, 16.2.1, 16.2.5, 16.4.1.)
"""

import json
import logging
import re
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

OURS = "intake"
KEYS = ("kind", "number", "route", "where", "method", "status", "ms")
CODE = re.compile(r"[A-Za-z0-9_.:/<>(),=\- ]{0,120}\Z")
LEVELS = ("warning", "info")

log = logging.getLogger(OURS)


class JsonLines(logging.Formatter):
    """One record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, and what the declared keys say; nothing else of the record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": at, "level": record.levelname.lower()}
        line |= _own(record) if record.name == OURS else _foreign(record)
        return json.dumps(line)


def _own(record: logging.LogRecord) -> dict[str, object]:
    said = {key: _code(vars(record)[key]) for key in KEYS if key in vars(record)}
    return {"event": _code(record.msg)} | said


def _foreign(record: logging.LogRecord) -> dict[str, object]:
    error = record.exc_info[0] if record.exc_info else None
    place = f"{record.module}:{record.lineno} {record.funcName}"
    found = {"event": "library", "where": _code(f"{record.name} {place}")}
    return found | ({"kind": error.__name__} if error else {})


def _code(value: object) -> object:
    """A number, or a text that can only be a code; anything else becomes a question mark."""
    return value if isinstance(value, int) or CODE.match(str(value)) else "?"


def config(level: str) -> dict[str, Any]:
    """For logging.config: everything, from every library, goes through JsonLines to standard error."""
    loud = {"level": level.upper(), "handlers": ["lines"], "propagate": False}
    quiet = {"level": "WARNING", "handlers": ["lines"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "intake_app.logs.JsonLines"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "WARNING", "handlers": ["lines"]},
        "loggers": {OURS: loud, "gunicorn.error": quiet, "gunicorn.access": quiet},
    }


def init_app(app: Flask) -> None:
    """One line a request, at level info: method, route as it is written in the code, status, milliseconds."""
    app.before_request(_begin)
    app.after_request(_request)


def _begin() -> None:
    g.began = time.monotonic()


def _request(response: Response) -> Response:
    if not log.isEnabledFor(logging.INFO):
        return response
    route = request.url_rule.rule if request.url_rule else "none"
    spent = round((time.monotonic() - g.get("began", time.monotonic())) * 1000)
    told = {"method": request.method, "route": route, "status": response.status_code, "ms": spent}
    log.info("request", extra=told)
    return response
