"""The practice's keys: what there is, and changing them."""

from flask import Blueprint, redirect, render_template, url_for

from intake_app.keys import rotation
from intake_app.web.access import audience, signed_in
from intake_app.web.accounts.reauthenticate import recently_authenticated
from intake_app.web.extensions import runtime
from intake_app.web.replies import Page

bp = Blueprint("keys", __name__, url_prefix="/keys")


@bp.get("")
@audience("therapist")
def inventory() -> Page:
    """Which keys exist, since when, where they live, and their fingerprints."""
    return render_template("accounts/keys/inventory.html", keys=rotation.inventory(runtime()))


@bp.post("/practice")
@audience("owner")
@recently_authenticated
def change_practice_key() -> Page:
    """A new key for everything that is signed from now on."""
    rotation.new_practice_key(runtime(), signed_in().practitioner_id)
    return redirect(url_for("keys.inventory"), 303)


@bp.post("/app")
@audience("owner")
@recently_authenticated
def change_app_key() -> Page:
    """A new app key; the old one opens nothing any more."""
    rotation.new_app_key(runtime(), signed_in().practitioner_id)
    return redirect(url_for("keys.inventory"), 303)


@bp.post("/seal")
@audience("owner")
@recently_authenticated
def change_seal() -> Page:
    """A new certificate for the signature on PDFs."""
    rotation.new_seal(runtime(), signed_in().practitioner_id)
    return redirect(url_for("keys.inventory"), 303)
