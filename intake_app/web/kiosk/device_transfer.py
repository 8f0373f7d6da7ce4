"""A form goes from the client's own device to a tablet of the practice, by a short code."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.intake import drafts
from intake_app.intake.drafts import OpenDraft
from intake_app.kiosk import device_transfer
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.draft_access import clear_client_cookie, credentials, with_draft
from intake_app.web.practice import practice

bp = Blueprint("device_transfer", __name__, url_prefix="/intake")

Page = str | Response | tuple[str, int, dict[str, str]]


@bp.post("/move")
@audience("client")
@with_draft
def offer(draft: OpenDraft) -> Page:
    """Show a code for ten minutes. The page then asks every two seconds whether the form has gone."""
    code = device_transfer.create_short_code(runtime(), draft)
    return render_template(
        "intake/move_to_tablet.html", practice=practice(), code=f"{code[:4]} {code[4:]}"
    )


@bp.get("/moved")
@audience("client")
def moved() -> Page:
    """The form is not on this device any more; its cookie goes. While it still is, lead back to it."""
    token, browser = credentials()
    here = bool(token) and drafts.open_draft(runtime(), token, browser) is not None
    if "HX-Request" in request.headers:
        return "", 204, ({} if here else {"HX-Redirect": url_for("device_transfer.moved")})
    if here:
        return redirect(url_for("steps.resume"), 303)
    return clear_client_cookie(
        Response(render_template("intake/moved.html", practice=practice()), mimetype="text/html")
    )
