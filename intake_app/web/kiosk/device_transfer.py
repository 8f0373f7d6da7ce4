"""A form goes from the client's own device to a tablet of the practice, by a short code."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from intake_app.intake import drafts
from intake_app.intake.open_draft import OpenDraft
from intake_app.kiosk import device_transfer
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.draft_access import clear_client_cookie, credentials, with_draft
from intake_app.web.replies import Page

bp = Blueprint("device_transfer", __name__, url_prefix="/intake")


@bp.post("/move")
@audience("client")
@with_draft
def offer(draft: OpenDraft) -> Page:
    """Show a code for ten minutes.

    The page then asks every two seconds whether the form has gone.
    """
    code = device_transfer.create_short_code(runtime(), draft)
    return render_template("intake/move_to_tablet.html", code=f"{code[:4]} {code[4:]}")


@bp.get("/moved")
@audience("client")
def moved() -> Page:
    """The form is not on this device any more; its cookie goes.

    While it still is, lead back to it.
    """
    token, browser = credentials()
    is_here = bool(token) and drafts.open_draft(runtime(), token, browser) is not None
    if "HX-Request" in request.headers:
        gone_to = {} if is_here else {"HX-Redirect": url_for("device_transfer.moved")}
        return "", 204, gone_to
    if is_here:
        return redirect(url_for("steps.resume"), 303)
    html = render_template("intake/moved.html")
    return clear_client_cookie(Response(html, mimetype="text/html"))
