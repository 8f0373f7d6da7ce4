"""The client's own page after signing: their copy, their agreements one by one, their requests."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Blueprint, abort, redirect, render_template, request, url_for

from intake_app.client_portal import page as portal
from intake_app.client_portal.page import PortalPage
from intake_app.client_portal.requests import Kind
from intake_app.core import dates, throttle
from intake_app.records import evidence
from intake_app.web.access import audience
from intake_app.web.client_portal.forms import RequestForm
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.fields import text_of
from intake_app.web.intake.birth_date_form import BirthDateForm
from intake_app.web.intake.draft_access import credentials, set_client_cookie
from intake_app.web.replies import Page, invalid, pdf_download

bp = Blueprint("client_portal", __name__)

Arguments = ParamSpec("Arguments")
WRONG = "That is not the date of birth we have. Please check it, or call the practice."
NO_COPY = "Copies are kept for 30 days. Ask the practice for another one."


def with_page(
    view: Callable[Concatenate[PortalPage, Arguments], Page],
) -> Callable[Arguments, Page]:
    """Open the page behind the cookie and pass it on; an unknown browser says first who it is."""

    @wraps(view)
    def open_first(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Page:
        portal_page = _open_page()
        if portal_page is None:
            return redirect(url_for("start.enter"), 303)
        if not portal_page.same_browser:
            return redirect(url_for("client_portal.identity"), 303)
        try:
            return view(portal_page, *args, **kwargs)
        except portal.PageGone:
            return redirect(url_for("start.enter"), 303)

    return open_first


@bp.get("/mine")
@audience("client")
@with_page
def page(portal_page: PortalPage) -> Page:
    """Everything on one page; nothing of it is a health answer."""

    def local(at: str | datetime) -> str:
        """A time by the practice's clock, in words."""
        text = at if isinstance(at, str) else at.isoformat()
        return dates.moment(evidence.local(portal_page.card.practice, text))

    return render_template("client_portal/page.html", mine=portal_page, local=local)


@bp.route("/mine/identity", methods=["GET", "POST"])
@audience("client")
def identity() -> Page:
    """Ask a browser that is not known for the date of birth: five tries an hour."""
    portal_page = _open_page()
    if portal_page is None:
        return redirect(url_for("start.enter"), 303)
    if portal_page.same_browser:
        return redirect(url_for("client_portal.page"), 303)
    form = BirthDateForm(formdata=request.form if request.method == "POST" else None)
    if form.validate_on_submit():
        throttle.consume(runtime(), "birth", portal_page.record_id)
        if form.value() == date.fromisoformat(portal_page.card.birth_date):
            _, browser = credentials()
            portal.bind_browser(runtime(), portal_page, browser)
            return redirect(url_for("client_portal.page"), 303)
        form.refuse(WRONG)
    html = _identity_page(portal_page, form)
    return invalid(html) if form.errors else html


def _identity_page(portal_page: PortalPage, form: BirthDateForm) -> str:
    taken_over_at = portal_page.taken_over_at
    return render_template(
        "intake/identity.html",
        form=form,
        taken=dates.moment(taken_over_at) if taken_over_at else "",
        action=url_for("client_portal.identity"),
    )


@bp.post("/mine/today")
@audience("client")
@with_page
def today(portal_page: PortalPage) -> Page:
    """The questions about today, once more."""
    _, browser = credentials()
    token = portal.ask_today(runtime(), portal_page, browser)
    return set_client_cookie(redirect(url_for("steps.resume"), 303), token, browser)


@bp.get("/intake/copy")
@audience("client")
def copy() -> Page:
    """The client's own PDF, to keep."""
    portal_page = _open_page()
    if portal_page is None:
        raise PageError(404, "There is no copy here", NO_COPY)
    if not portal_page.same_browser:
        return redirect(url_for("client_portal.identity"), 303)
    return pdf_download(portal.pdf(runtime(), portal_page), "my-intake-form.pdf")


@bp.route("/mine/agreements/<consent_id>", methods=["GET", "POST"])
@audience("client")
@with_page
def take_back(portal_page: PortalPage, consent_id: str) -> Page:
    """Ask once more, with what follows from it; then take it back."""
    consents = {consent.id: consent for consent in portal_page.agreements}
    consent = consents.get(consent_id) or abort(404)
    if request.method == "POST":
        portal.take_back(runtime(), portal_page, consent_id)
    elif consent.taken_back_at is None:
        return render_template("client_portal/withdraw_consent.html", agreed=consent)
    return redirect(url_for("client_portal.page") + "#agreements", 303)


@bp.route("/mine/<any(correction, deletion):kind>", methods=["GET", "POST"])
@audience("client")
@with_page
def ask(portal_page: PortalPage, kind: Kind) -> Page:
    """A request in the client's own words."""
    form = RequestForm()
    if form.validate_on_submit():
        portal.ask(runtime(), portal_page, kind, text_of(form.text))
        return redirect(url_for("client_portal.page") + "#wishes", 303)
    html = render_template("client_portal/request.html", form=form, kind=kind)
    return invalid(html) if form.errors else html


def _open_page() -> PortalPage | None:
    """The page behind the cookie, None without one. Raises CopyLocked when it was changed."""
    token, browser = credentials()
    return portal.open_page(runtime(), token, browser) if token else None
