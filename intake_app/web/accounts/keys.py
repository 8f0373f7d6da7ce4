"""The practice's keys: what there is, and changing them."""

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake_app.crypto import app_key
from intake_app.keys import rotation
from intake_app.web.access import audience
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.practice import practice

KEPT_ELSEWHERE = (
    "Nothing was changed: this app may not write its key file. "
    "The person who runs it can: flask rotate app-key."
)

bp = Blueprint("keys", __name__, url_prefix="/keys")


@bp.get("")
@audience("therapist")
def inventory() -> str:
    """Which keys exist, since when, where they live, and their fingerprints."""
    return render_template(
        "accounts/keys/inventory.html", practice=practice(), keys=rotation.inventory(runtime())
    )


@bp.post("/practice")
@audience("owner")
@recently_authenticated
def change_practice_key() -> Response:
    """A new key for everything that is signed from now on."""
    rotation.new_practice_key(runtime(), g.staff.practitioner_id)
    return redirect(url_for("keys.inventory"), 303)


@bp.post("/app")
@audience("owner")
@recently_authenticated
def change_app_key() -> Response:
    """A new app key; the old one opens nothing any more."""
    try:
        rotation.new_app_key(runtime(), g.staff.practitioner_id)
    except app_key.KeptElsewhere as error:
        raise PageError(409, "The app key is kept elsewhere", KEPT_ELSEWHERE) from error
    return redirect(url_for("keys.inventory"), 303)


@bp.post("/seal")
@audience("owner")
@recently_authenticated
def change_seal() -> Response:
    """A new certificate for the seal on PDFs."""
    rotation.new_seal(runtime(), g.staff.practitioner_id)
    return redirect(url_for("keys.inventory"), 303)
