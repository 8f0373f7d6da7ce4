"""The client's cookie, and the draft behind it. Used by the start pages and by the walk."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Response, g, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from intake_app.extensions import house
from intake_app.models.practice import Practice
from intake_app.questionnaire import Translation, translation
from intake_app.services import drafts
from intake_app.services import practice as practices
from intake_app.services.drafts import LIFETIME, OpenDraft

COOKIE = "__Host-intake"
View = TypeVar("View", bound=Callable[..., Any])


def practice() -> Practice | None:
    """The practice's card, read once a request; None before set-up."""
    if "practice" not in g:
        g.practice = practices.card(house())
    found: Practice | None = g.practice
    return found


def today() -> date:
    """The practice's own day."""
    card = practice()
    return house().clock().astimezone(ZoneInfo(card.timezone if card else "UTC")).date()


def credentials() -> tuple[str, str]:
    """(token, browser) from the cookie, two empty strings without one."""
    token, _, browser = request.cookies.get(COOKIE, "").partition(".")
    return token, browser


def carry(response: Response | AnyResponse, token: str, browser: str) -> Response | AnyResponse:
    """Give the browser its cookie: 14 days, this host only, never readable by a script."""
    response.set_cookie(
        COOKIE,
        f"{token}.{browser}",
        max_age=int(LIFETIME.total_seconds()),
        secure=True,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def with_draft(view: View) -> View:
    """Open the draft behind the cookie and pass it on; otherwise send the person where she can go on."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        token, browser = credentials()
        draft = drafts.open_draft(house(), token, browser) if token else None
        if draft is None:
            return redirect(url_for("agreement.done" if token else "start.enter"), 303)
        if not draft.same_browser:
            return redirect(url_for("start.identity"), 303)
        if draft.state.evidence is not None:
            return redirect(url_for("agreement.done"), 303)
        if draft.state.arrival and request.blueprint == "agreement":
            return redirect(url_for("arrival.confirm"), 303)
        g.practice = draft.practice
        g.translation = translation(draft.questionnaire.sha256, draft.language)
        return view(draft, *args, **kwargs)

    return opened  # type: ignore[return-value]


def in_her_language(text: str) -> str:
    """The words of a question or an option as this client reads them; not in English only where we have others."""
    words: Translation | None = g.get("translation")
    other = words.of(text) if words else ""
    return Markup('<span lang="{}">{}</span>').format(words.language, other) if words and other else text


def reopened(draft: OpenDraft) -> OpenDraft:
    """The same draft as it is now, after another tab saved."""
    token, browser = credentials()
    fresh = drafts.open_draft(house(), token, browser)
    return fresh or draft
