"""What a view answers: a page, a page that is sent back with its errors, a PDF to keep."""

from typing import TypeAlias

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from intake_app.core.throttle import TooManyTries

Page: TypeAlias = str | AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]
"""What a view returns: HTML alone, with a status, and with headers; or a whole response."""

PDF_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""A PDF is a file to keep, never a page that runs."""


def invalid(html: str) -> Page:
    """A form that is not right yet. The browser shows it, and its address does not change."""
    return html, 422, {"HX-Push-Url": "false"}


def too_many(html: str, error: TooManyTries) -> Page:
    """A form that was sent too often: when it may be sent again is in the header, in seconds."""
    return html, 429, {"Retry-After": str(error.seconds)}


def pdf_download(data: bytes, name: str) -> AnyResponse:
    """A PDF that the browser stores under this name, and never runs."""
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response
