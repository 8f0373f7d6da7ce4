"""The front desk's page. It never opens a clinical byte."""

from flask import Blueprint, render_template

from intake_app.security import audience
from intake_app.views.client import practice

bp = Blueprint("desk", __name__, url_prefix="/desk")


@bp.get("")
@audience("desk")
def board() -> str:
    """Where a day at the desk begins."""
    return render_template("desk/board.html", practice=practice())
