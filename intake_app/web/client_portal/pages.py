"""The client's own page after she signed: her copy, her agreements one by one, her wishes."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.client_portal import page as mine
from intake_app.client_portal.page import PortalPage
from intake_app.core import dates, throttle
from intake_app.crypto.client_copy import CopyLocked
from intake_app.records import evidence
from intake_app.web.access import audience
from intake_app.web.client_portal.forms import RequestForm
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.intake.birth_date_form import BirthDateForm
from intake_app.web.intake.draft_access import credentials, set_client_cookie
from intake_app.web.practice import practice
from intake_app.web.security import PDF_POLICY

bp = Blueprint("client_portal", __name__)

Page = str | Response | tuple[str, int]
View = TypeVar("View", bound=Callable[..., Any])
CHANGED = "Something in it was changed from outside, so it is not shown. Please call the practice."
WRONG = "That is not the date of birth we have. Please check it, or call the practice."


def with_page(view: View) -> View:
    """Open the page behind the cookie and pass it on; a browser that is not known says first who it is."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        found = _page()
        if found is None:
            return redirect(url_for("start.enter"), 303)
        if not found.same_browser:
            return redirect(url_for("client_portal.identity"), 303)
        try:
            return view(found, *args, **kwargs)
        except mine.PageGone:
            return redirect(url_for("start.enter"), 303)

    return opened  # type: ignore[return-value]


@bp.get("/mine")
@audience("client")
@with_page
def page(own: PortalPage) -> Page:
    """Everything on one page; nothing of it is a health answer."""
    return render_template(
        "client_portal/page.html", practice=practice(), mine=own, local=lambda at: _local(own, at)
    )


@bp.route("/mine/identity", methods=["GET", "POST"])
@audience("client")
def identity() -> Page:
    """Ask a browser that is not known for the date of birth: five tries an hour."""
    found = _page()
    if found is None:
        return redirect(url_for("start.enter"), 303)
    if found.same_browser:
        return redirect(url_for("client_portal.page"), 303)
    form = BirthDateForm(formdata=request.form if request.method == "POST" else None)
    if form.validate_on_submit():
        throttle.consume(runtime(), "birth", found.record_id)
        if form.value() == date.fromisoformat(found.card["birth_date"]):
            mine.bind_browser(runtime(), found, credentials()[1])
            return redirect(url_for("client_portal.page"), 303)
        form.refuse(WRONG)
    taken = dates.moment(found.taken_over_at) if found.taken_over_at else ""
    there = url_for("client_portal.identity")
    html = render_template(
        "intake/identity.html", practice=practice(), form=form, taken=taken, action=there
    )
    return (html, 422) if form.errors else html


@bp.post("/mine/today")
@audience("client")
@with_page
def today(own: PortalPage) -> Page:
    """The questions about today, once more."""
    browser = credentials()[1]
    token = mine.ask_today(runtime(), own, browser)
    return set_client_cookie(redirect(url_for("steps.resume"), 303), token, browser)


@bp.get("/intake/copy")
@audience("client")
def copy() -> Page:
    """Her own PDF, to keep. Browsers store it, and never run it."""
    found = _page()
    if found is None:
        raise PageError(
            404,
            "There is no copy here",
            "Copies are kept for 30 days. Ask the practice for another one.",
        )
    if not found.same_browser:
        return redirect(url_for("client_portal.identity"), 303)
    response = Response(mine.pdf(runtime(), found), mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="my-intake-form.pdf"'
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response


@bp.route("/mine/agreements/<consent_id>", methods=["GET", "POST"])
@audience("client")
@with_page
def take_back(own: PortalPage, consent_id: str) -> Page:
    """Ask once more, with what follows from it; then take it back."""
    agreed = next((one for one in own.agreements if one.id == consent_id), None) or abort(404)
    if request.method == "POST":
        mine.take_back(runtime(), own, consent_id)
    elif agreed.taken_back_at is None:
        return render_template(
            "client_portal/withdraw_consent.html", practice=practice(), agreed=agreed
        )
    return redirect(url_for("client_portal.page") + "#agreements", 303)


@bp.route("/mine/<any(correction, deletion):kind>", methods=["GET", "POST"])
@audience("client")
@with_page
def ask(own: PortalPage, kind: Any) -> Page:
    """A wish in her own words."""
    form = RequestForm()
    if form.validate_on_submit():
        mine.ask(runtime(), own, kind, text_of(form.text))
        return redirect(url_for("client_portal.page") + "#wishes", 303)
    html = render_template("client_portal/request.html", practice=practice(), form=form, kind=kind)
    return (html, 422) if form.errors else html


def _page() -> PortalPage | None:
    token, browser = credentials()
    try:
        return mine.open_page(runtime(), token, browser) if token else None
    except CopyLocked as error:
        raise PageError(409, "This page cannot be shown", CHANGED) from error


def _local(own: PortalPage, at: Any) -> str:
    """A time by the practice's clock, in words."""
    return dates.moment(evidence.local(own.card, at if isinstance(at, str) else at.isoformat()))
