"""Who to tell about a hole in this app (RFC 9116)."""

from datetime import timedelta

from flask import Blueprint, Response, abort

from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.practice import practice

bp = Blueprint("security_txt", __name__, url_prefix="/.well-known")
FRESH = timedelta(days=180)  # RFC 9116, 2.5.5: less than a year


@bp.get("/security.txt")
@audience("public")
def security_txt() -> Response:
    """The practice's own email address, or its telephone."""
    card = practice() or abort(404)
    contact = (
        f"mailto:{card.email}"
        if card.email
        else "tel:" + "".join(c for c in card.phone if c.isdigit() or c == "+")
    )
    expires = (runtime().clock() + FRESH).strftime("%Y-%m-%dT00:00:00Z")
    return Response(
        f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n", mimetype="text/plain"
    )
