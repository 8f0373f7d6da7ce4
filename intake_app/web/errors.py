"""Domain errors and the pages people see for them. No page and no log line ever holds an answer, a name or a token."""

import secrets
from contextlib import suppress

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from intake_app.core.logs import log
from intake_app.core.throttle import TooManyTries
from intake_app.intake.drafts import DraftChanged
from intake_app.models.engine import StorageBusy, StorageFull
from intake_app.practice import profile
from intake_app.web.extensions import runtime


class NotSecure(Exception):
    """The page was asked for over plain HTTP from another machine."""


class PageError(Exception):
    """A known refusal: a status and two plain sentences for the person."""

    def __init__(self, status: int, title: str, text: str, retry_after: int | None = None) -> None:
        super().__init__(title)
        self.status, self.title, self.text, self.retry_after = status, title, text, retry_after


HTTP_WORDS: dict[int, tuple[str, str]] = {
    400: (
        "That did not work",
        "The page sent something we could not read. Go back, and try once more.",
    ),
    403: (
        "This page is not for you",
        "If you work here, sign in with an account that may open it.",
    ),
    404: (
        "We cannot find this page",
        "Check the address. If you were filling in your form, open your link again.",
    ),
    405: ("That did not work", "Go back to the page before, and use its buttons."),
    413: (
        "That is too much text",
        "Nothing was changed. Go back and make the text shorter; what you wrote is still there.",
    ),
    415: ("That did not work", "Go back, and try once more."),
    429: ("Too many tries", "Please wait a few minutes, then try again."),
}
FALLBACK = (
    "Something went wrong on our side",
    "What was saved before is safe. Please try again in a minute.",
)


def init_app(app: Flask) -> None:
    """Register a page for every error the app can answer with."""
    app.register_error_handler(NotSecure, _not_secure)
    app.register_error_handler(PageError, _page_error)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(TooManyTries, _too_many)
    app.register_error_handler(DraftChanged, _busy_draft)
    app.register_error_handler(StorageBusy, _storage)
    app.register_error_handler(StorageFull, _storage)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def page(
    status: int, title: str, text: str, retry_after: int | None = None
) -> tuple[str, int, dict[str, str]]:
    """A calm page with a status, a title and what to do now."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    html = render_template("errors/error.html", practice=g.get("practice"), title=title, text=text)
    return html, status, headers


def _not_secure(_: NotSecure) -> tuple[str, int, dict[str, str]]:
    return render_template("errors/not_secure.html", practice=None), 403, {}


def _page_error(error: PageError) -> tuple[str, int, dict[str, str]]:
    return page(error.status, error.title, error.text, error.retry_after)


def _csrf(_: CSRFError) -> tuple[str, int, dict[str, str]]:
    return page(
        400,
        "This page was open for a long time",
        "Go back, load the page again, and press the button once more. What was saved is safe.",
    )


def _too_many(error: TooManyTries) -> tuple[str, int, dict[str, str]]:
    many, unit = (
        (error.seconds, "second") if error.seconds <= 90 else (-(-error.seconds // 60), "minute")
    )
    words = f"Please wait {many} {unit}{'' if many == 1 else 's'}, then try again."
    return page(429, HTTP_WORDS[429][0], words, retry_after=error.seconds)


def _busy_draft(_: DraftChanged) -> tuple[str, int, dict[str, str]]:
    return page(
        409,
        "This form is open somewhere else too",
        "Load the page again, and go on in one window only.",
    )


def _storage(error: StorageBusy | StorageFull) -> tuple[str, int, dict[str, str]]:
    log.error("storage", extra={"kind": type(error).__name__})
    return page(
        503,
        "We could not save just now",
        "Keep this page open and try again in a minute.",
        retry_after=30,
    )


def _http(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    status = error.code or 500
    if "practice" not in g and status < 500:
        with suppress(StorageBusy):
            g.practice = profile.load_profile(runtime())  # whom to call
    return page(status, *HTTP_WORDS.get(status, FALLBACK))


def _unexpected(error: Exception) -> tuple[str, int, dict[str, str]]:
    """Log what kind of error and where, never its text: the text may hold an answer."""
    number = secrets.token_hex(4)
    log.error(
        "error", extra={"number": number, "kind": type(error).__name__, "route": request.endpoint}
    )
    title, text = FALLBACK
    return page(500, title, f"{text} If it happens again, tell us the number {number}.")
