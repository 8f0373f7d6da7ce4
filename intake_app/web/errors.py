"""One table from each domain error to the page that people see for it.

No page and no log line ever holds an answer, a name or a token.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from intake_app.client_portal.page import NoSuchAgreement
from intake_app.client_portal.requests import NoSuchRequest
from intake_app.core.logs import log
from intake_app.core.throttle import TooManyTries
from intake_app.crypto.app_key import KeptElsewhere
from intake_app.crypto.client_copy import CopyLocked
from intake_app.front_desk.mailer import EnoughReminders, NoAddress
from intake_app.intake.day_of_visit_signing import RecordGone
from intake_app.intake.drafts import DraftChanged
from intake_app.intake.links import AlreadyOpened
from intake_app.intake.transcription import UsedNumber
from intake_app.kiosk.sessions import FormAlreadySigned
from intake_app.kiosk.tablets import NoSuchTablet, TabletInUse
from intake_app.models.engine import StorageBusy, StorageFull
from intake_app.practice import profile
from intake_app.records.authenticity import DocumentNotReady, NoSuchRecord, NotAuthentic
from intake_app.visits.visits import NoSuchVisit
from intake_app.web.extensions import runtime

ErrorReply = tuple[str, int, dict[str, str]]


class NotSecure(Exception):
    """The page was asked for over plain HTTP from another machine."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What people see: a title and what to do now. retry_after: seconds until it may work."""

    status: int
    title: str
    text: str
    retry_after: int | None = None


class PageError(Exception):
    """A known refusal that only one page has: a status and two plain sentences."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.page = ErrorPage(status, title, text)


HTTP_PAGES: Mapping[int, ErrorPage] = {
    page.status: page
    for page in (
        ErrorPage(
            400,
            "That did not work",
            "The page sent something we could not read. Go back, and try once more.",
        ),
        ErrorPage(
            403,
            "This page is not for you",
            "If you work here, sign in with an account that may open it.",
        ),
        ErrorPage(
            404,
            "We cannot find this page",
            "Check the address. If you were filling in your form, open your link again.",
        ),
        ErrorPage(405, "That did not work", "Go back to the page before, and use its buttons."),
        ErrorPage(
            413,
            "That is too much text",
            "Nothing was changed. Go back and make the text shorter; "
            "what you wrote is still there.",
        ),
        ErrorPage(415, "That did not work", "Go back, and try once more."),
        ErrorPage(429, "Too many tries", "Please wait a few minutes, then try again."),
    )
}
FALLBACK = ErrorPage(
    500,
    "Something went wrong on our side",
    "What was saved before is safe. Please try again in a minute.",
)
STORAGE = ErrorPage(
    503,
    "We could not save just now",
    "Keep this page open and try again in a minute.",
    retry_after=30,
)
PAGES: Mapping[type[Exception], ErrorPage] = {
    StorageBusy: STORAGE,
    StorageFull: STORAGE,
    NoSuchRecord: HTTP_PAGES[404],
    NoSuchRequest: HTTP_PAGES[404],
    NoSuchAgreement: HTTP_PAGES[404],
    CSRFError: ErrorPage(
        400,
        "This page was open for a long time",
        "Go back, load the page again, and press the button once more. What was saved is safe.",
    ),
    DraftChanged: ErrorPage(
        409,
        "This form is open somewhere else too",
        "Load the page again, and go on in one window only.",
    ),
    CopyLocked: ErrorPage(
        409,
        "This page cannot be shown",
        "Something in it was changed from outside, so it is not shown. Please call the practice.",
    ),
    RecordGone: ErrorPage(
        410,
        "This form is gone",
        "The practice has deleted the form that these answers belong to. "
        "Please tell the person at the desk.",
    ),
    UsedNumber: ErrorPage(
        409,
        "This paper form is in the records already",
        "A record was typed from this sheet while you were typing. Look for it under Records.",
    ),
    NotAuthentic: ErrorPage(
        409,
        "This record is not authentic",
        "It does not match the log of what was signed here, so it is not shown: "
        "it was changed, or put in from outside. Do not rely on it. "
        "Ask the person who runs this app to restore it from a backup.",
    ),
    DocumentNotReady: ErrorPage(
        503,
        "The PDF is not ready",
        "The answers are signed and safe. Making the PDF failed just now. Please try again soon.",
        retry_after=60,
    ),
    KeptElsewhere: ErrorPage(
        409,
        "The app key is kept elsewhere",
        "Nothing was changed: this app may not write its key file. "
        "The person who runs it can: flask rotate app-key.",
    ),
    NoSuchVisit: ErrorPage(
        404,
        "This visit is not on the list",
        "Somebody may have taken it off. Go back to the board.",
    ),
    AlreadyOpened: ErrorPage(
        409,
        "The form is open already",
        "The client has begun it, so nothing was put into it.",
    ),
    EnoughReminders: ErrorPage(
        409,
        "Two reminders were sent already",
        "More would only annoy. Please call instead.",
    ),
    NoAddress: ErrorPage(
        409,
        "Nothing can be sent",
        "There is no email address, or no mail server is set.",
    ),
    NoSuchTablet: ErrorPage(
        404,
        "This tablet is not paired",
        "Pair it again: sign in on the tablet, then Settings, Tablets.",
    ),
    TabletInUse: ErrorPage(
        409,
        "Somebody is at this tablet",
        "Wait until the tablet shows the welcome page, or send another tablet.",
    ),
    FormAlreadySigned: ErrorPage(
        409,
        "Your form is done",
        "You have signed it already. Please hand the tablet back.",
    ),
}


def init_app(app: Flask) -> None:
    """Register a page for every error the app can answer with."""
    for known in PAGES:
        app.register_error_handler(known, _known)
    app.register_error_handler(NotSecure, _not_secure)
    app.register_error_handler(PageError, _page_error)
    app.register_error_handler(TooManyTries, _too_many)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def too_many_tries(error: TooManyTries) -> str:
    """What stands beside a box that was tried too often."""
    return f"{HTTP_PAGES[429].title}. {_wait(error)}"


def _wait(error: TooManyTries) -> str:
    if error.seconds <= 90:
        many = error.seconds
        unit = "second"
    else:
        many = -(-error.seconds // 60)
        unit = "minute"
    return f"Please wait {many} {unit}{'' if many == 1 else 's'}, then try again."


def _show(page: ErrorPage) -> ErrorReply:
    """A calm page, and whom to call. When the server is at fault, the database is left alone."""
    if "practice" not in g:
        g.practice = None
        if page.status < 500:
            with suppress(StorageBusy, StorageFull):
                g.practice = profile.load_profile(runtime())
    headers = {} if page.retry_after is None else {"Retry-After": str(page.retry_after)}
    html = render_template("errors/error.html", title=page.title, text=page.text)
    return html, page.status, headers


def _known(error: Exception) -> ErrorReply:
    if isinstance(error, StorageBusy | StorageFull):
        log.error("storage", extra={"kind": type(error).__name__})
    kind = next(known for known in type(error).__mro__ if known in PAGES)
    return _show(PAGES[kind])


def _not_secure(_: NotSecure) -> ErrorReply:
    g.practice = None  # nobody learns over an open line whose app this is
    return render_template("errors/not_secure.html"), 403, {}


def _page_error(error: PageError) -> ErrorReply:
    return _show(error.page)


def _too_many(error: TooManyTries) -> ErrorReply:
    page = replace(HTTP_PAGES[429], text=_wait(error), retry_after=error.seconds)
    return _show(page)


def _http(error: HTTPException) -> ErrorReply:
    status = error.code or 500
    return _show(HTTP_PAGES.get(status, replace(FALLBACK, status=status)))


def _unexpected(error: Exception) -> ErrorReply:
    """Log what kind of error and where, never its text: the text may hold an answer."""
    number = secrets.token_hex(4)
    log.error(
        "error", extra={"number": number, "kind": type(error).__name__, "route": request.endpoint}
    )
    text = f"{FALLBACK.text} If it happens again, tell us the number {number}."
    return _show(replace(FALLBACK, text=text))
