"""Ways in: the start page, a personal link, and a new browser that must say who it is."""

from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.client_portal import page
from intake_app.core import dates, throttle
from intake_app.intake import drafts, links
from intake_app.intake.draft_state import ENGLISH
from intake_app.intake.open_draft import OpenDraft
from intake_app.kiosk import device_transfer
from intake_app.practice import profile
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.birth_date_form import BirthDateForm
from intake_app.web.intake.draft_access import credentials, set_client_cookie
from intake_app.web.practice import practice
from intake_app.web.rate_limits import wrong_links
from intake_app.web.replies import Page, invalid

bp = Blueprint("start", __name__)

NO_FORM = (
    "This link or code does not open a form. It may be too old. "
    "Please ask the practice for a new one."
)
WRONG = (
    "That is not the date of birth we have. Please check it, or ask the practice for a new link."
)


@bp.get("/")
@audience("public")
def home() -> Page:
    """What the form is, how long it takes, who reads it."""
    if practice() is None:
        return render_template(
            "intake/message.html",
            title="This form is not open yet",
            text="The practice is still setting it up. Please come back a little later.",
        )
    token, browser = credentials()
    resumable = bool(token) and drafts.open_draft(runtime(), token, browser) is not None
    signed = bool(token) and not resumable and page.open_page(runtime(), token, browser) is not None
    return render_template("intake/start.html", resumable=resumable, signed=signed)


@bp.post("/")
@audience("public")
def begin() -> Page:
    """Start a new form in this browser."""
    if practice() is None:
        return redirect(url_for("start.home"), 303)
    throttle.consume(runtime(), "start", request.remote_addr or "")
    browser = drafts.new_browser()
    token = drafts.create(runtime(), browser, request.form.get("language", ENGLISH))
    return set_client_cookie(redirect(url_for("steps.resume"), 303), token, browser)


@bp.get("/i")
@audience("public")
def enter() -> Page:
    """The page behind a personal link. Reading it changes nothing: mail scanners read links too."""
    return render_template("intake/open_link.html", error=None)


@bp.post("/i")
@audience("public")
@wrong_links
def use_link() -> Page:
    """Trade the code for a cookie, once the code opens a draft.

    Wrong, used and expired look the same.
    """
    token = "".join(request.form.get("code", "").split()).rpartition("#")[2][:64]
    _, browser = credentials()
    browser = browser or drafts.new_browser()
    draft = drafts.open_draft(runtime(), token, browser) if token else None
    if draft is None:
        redeemed = _redeem(token)
        if redeemed:
            token = redeemed
            draft = drafts.open_draft(runtime(), token, browser)
    if draft is None and token and page.open_page(runtime(), token, browser) is not None:
        return set_client_cookie(redirect(url_for("client_portal.page"), 303), token, browser)
    if draft is None:
        return render_template("intake/open_link.html", error=NO_FORM), 404
    if not draft.same_browser and draft.birth_date is None:
        drafts.bind_browser(runtime(), draft, browser, "opened")
    return set_client_cookie(redirect(url_for("steps.resume"), 303), token, browser)


@bp.get("/intake/identity")
@audience("client")
def identity() -> Page:
    """Ask a new browser for the date of birth."""
    draft = _waiting_draft()
    if isinstance(draft, Response):
        return draft
    return _ask(draft, BirthDateForm(formdata=None))


@bp.post("/intake/identity")
@audience("client")
def identify() -> Page:
    """Five tries an hour; then the link still works from the browser it was started in."""
    draft = _waiting_draft()
    if isinstance(draft, Response):
        return draft
    form = BirthDateForm()
    if not form.validate_on_submit():
        return invalid(_ask(draft, form))
    throttle.consume(runtime(), "birth", draft.id)
    if form.value() != date.fromisoformat(draft.birth_date or ""):
        form.refuse(WRONG)
        return invalid(_ask(draft, form))
    drafts.bind_browser(runtime(), draft, credentials()[1], "identified")
    return redirect(url_for("steps.resume"), 303)


def _ask(draft: OpenDraft, form: BirthDateForm) -> str:
    """Ask for the date of birth.

    To a browser that had the form before, say that another one took it over: perhaps somebody else
    has the client's link.
    """
    zone = profile.zone_of(draft.practice)
    taken = dates.moment(draft.taken_over_at.astimezone(zone)) if draft.was_here else ""
    return render_template("intake/identity.html", form=form, taken=taken)


def _redeem(code: str) -> str | None:
    """The form's own token, for a link of a visit or a picture scanned from a tablet."""
    if not code:
        return None
    return links.redeem(runtime(), code) or device_transfer.redeem_qr_code(runtime(), code)


def _waiting_draft() -> OpenDraft | Response:
    """The form that waits for the date of birth; otherwise where this browser goes instead."""
    token, browser = credentials()
    draft = drafts.open_draft(runtime(), token, browser) if token else None
    if draft is None:
        return redirect(url_for("start.enter"), 303)
    if draft.same_browser:
        return redirect(url_for("steps.resume"), 303)
    if draft.birth_date is None:
        # Nothing yet by which this browser could show that the form belongs to it.
        return make_response(render_template("intake/other_device.html"), 409)
    return draft
