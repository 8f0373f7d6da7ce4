"""The client's cookie, and the draft behind it. Used by the start pages and by the walk."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from intake_app.core import dates
from intake_app.intake import drafts, paper_form
from intake_app.intake.drafts import LIFETIME, DraftChanged
from intake_app.intake.open_draft import OpenDraft
from intake_app.questionnaire import Translation, translation_for
from intake_app.web import cookies
from intake_app.web.access import admit
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.replies import Page

OF_THE_CLIENT = {
    "steps.later",
    "device_transfer.offer",
    "paper_form.half_done",
}  # nothing for a form that is typed from paper
SOMEBODY_ELSE_TYPES = (
    "What was typed is kept. Whoever began goes on with it; or begin with another paper form."
)
OF_FORM = 8  # letters of a form's id that tell the forms of one browser apart
RACES = 5
Arguments = ParamSpec("Arguments")
Answered = TypeVar("Answered")


def credentials() -> tuple[str, str]:
    """(token, browser) from the cookie, two empty strings without one."""
    token, _, browser = cookies.read_cookie(cookies.CLIENT).partition(".")
    return token, browser


def set_client_cookie(response: AnyResponse, token: str, browser: str) -> AnyResponse:
    """Give the browser its cookie: 14 days."""
    seconds = int(LIFETIME.total_seconds())
    cookies.set_cookie(response, cookies.CLIENT, f"{token}.{browser}", seconds)
    return response


def clear_client_cookie(response: AnyResponse) -> AnyResponse:
    """Take the form from this browser."""
    cookies.delete_cookie(response, cookies.CLIENT)
    return response


def with_draft(
    view: Callable[Concatenate[OpenDraft, Arguments], Page],
) -> Callable[Arguments, Page]:
    """Open the draft behind the cookie and pass it on; otherwise lead to where one can go on.

    A page says of which form it is (intake/_form_identity.html). An older tab, of a form that this
    browser carried before, puts nothing into this one: it may be another person's.
    """

    @wraps(view)
    def opened(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Page:
        token, browser = credentials()
        draft = drafts.open_draft(runtime(), token, browser) if token else None
        if draft is None:
            return redirect(url_for("check_and_sign.done" if token else "start.enter"), 303)
        if not draft.same_browser:
            return redirect(url_for("start.identity"), 303)
        g.practice = draft.practice
        g.of_form = draft.id[:OF_FORM]
        if request.method == "POST" and request.form.get("of_form") != g.of_form:
            page = render_template("intake/newer_form_here.html")
            return page, 409, {"HX-Push-Url": "false"}
        elsewhere = _elsewhere(draft)
        if elsewhere is not None:
            return elsewhere
        g.translation = translation_for(draft.questionnaire.sha256, draft.language)
        return view(draft, *args, **kwargs)

    return opened


def _elsewhere(draft: OpenDraft) -> AnyResponse | None:
    """Where somebody goes instead of this page of their form, None when it may be shown."""
    refused = only_the_typist(draft) if draft.state.transcription else None
    if refused is not None:
        return refused
    if draft.state.is_signed:
        return redirect(url_for("check_and_sign.done"), 303)
    if draft.state.day_of_visit and request.blueprint == "check_and_sign":
        return redirect(url_for("day_of_visit.confirm"), 303)
    return None


def only_the_typist(draft: OpenDraft) -> AnyResponse | None:
    """A form typed from paper opens only for the therapist who types it, while signed in.

    None when it opens; otherwise where they go instead. Raises PageError for another therapist.
    """
    refused = admit("therapist")
    if refused is not None:
        return refused
    form = draft.state.transcription
    if form is None or g.staff.practitioner_id != form.therapist_id:
        raise PageError(403, "Somebody else is typing this form", SOMEBODY_ELSE_TYPES)
    g.paper = form
    g.numbers = paper_form.question_numbers(draft.questionnaire)
    return redirect(url_for("steps.resume"), 303) if request.endpoint in OF_THE_CLIENT else None


def paper_day() -> str:
    """The day on which the paper form that is typed here was signed, in words."""
    return dates.day(date.fromisoformat(g.paper.signed_on))


def in_client_language(text: str) -> str:
    """The words of a question or an option as this client reads them.

    They are in English wherever we have no others.
    """
    words: Translation | None = g.get("translation")
    other = words.of(text) if words else ""
    return (
        Markup('<span lang="{}">{}</span>').format(words.language, other)
        if words and other
        else text
    )


def retry_on_change(
    view: Callable[Concatenate[OpenDraft, Arguments], Answered],
) -> Callable[Concatenate[OpenDraft, Arguments], Answered]:
    """Try this again on the draft as it is now, when another tab saved first.

    The first argument is the draft. Raises DraftChanged when it changed each of RACES times.
    """

    @wraps(view)
    def retried(draft: OpenDraft, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answered:
        for _ in range(RACES - 1):
            try:
                return view(draft, *args, **kwargs)
            except DraftChanged:
                draft = _reopen(draft)
        return view(draft, *args, **kwargs)

    return retried


def _reopen(draft: OpenDraft) -> OpenDraft:
    """The same draft as it is now."""
    token, browser = credentials()
    return drafts.open_draft(runtime(), token, browser) or draft
