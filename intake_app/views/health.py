"""Is it alive? For a supervisor or a load balancer; says nothing about anybody."""

from flask import Blueprint
from sqlalchemy import text

from intake_app.extensions import house
from intake_app.models.engine import transaction
from intake_app.security import audience

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@audience("public")
def healthz() -> tuple[str, int, dict[str, str]]:
    """200 and "ok" when the database answers."""
    with transaction(house().engine, write=False) as session:
        session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
