"""Log lines: JSON in UTC with declared keys only."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

OURS = "intake"


KEYS = ("kind", "number", "route", "where", "method", "status", "ms")


CODE = re.compile(r"[A-Za-z0-9_.:/<>(),=\- ]{0,120}\Z")


LEVELS = ("warning", "info")
LogLine = dict[str, str | int]
"""What one line says: key -> a code or a number."""


log = logging.getLogger(OURS)


class JsonLines(logging.Formatter):
    """One record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, and what the declared keys say; nothing else of the record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: LogLine = {"time": at, "level": record.levelname.lower()}
        line |= _own(record) if record.name == OURS else _foreign(record)
        return json.dumps(line)


def _own(record: logging.LogRecord) -> LogLine:
    said = {key: _code(vars(record)[key]) for key in KEYS if key in vars(record)}
    return {"event": _code(record.msg)} | said


def _foreign(record: logging.LogRecord) -> LogLine:
    error = record.exc_info[0] if record.exc_info else None
    place = f"{record.module}:{record.lineno} {record.funcName}"
    found: LogLine = {"event": "library", "where": _code(f"{record.name} {place}")}
    return found | ({"kind": error.__name__} if error else {})


def _code(value: object) -> str | int:
    """A number, or a text that can only be a code; anything else becomes a question mark."""
    if isinstance(value, int):
        return value
    text = str(value)
    return text if CODE.match(text) else "?"


def logging_config(level: str) -> dict[str, Any]:
    """For logging.config: everything, from each library, goes through JsonLines to stderr."""
    loud = {"level": level.upper(), "handlers": ["lines"], "propagate": False}
    quiet = {"level": "WARNING", "handlers": ["lines"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "intake_app.core.logs.JsonLines"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "WARNING", "handlers": ["lines"]},
        "loggers": {OURS: loud, "gunicorn.error": quiet, "gunicorn.access": quiet},
    }


def log_failure(error: Exception, where: str) -> None:
    """Log the kind of an error that nobody is waiting for. where: a module of ours."""
    log.error("error", extra={"kind": type(error).__name__, "where": where})
