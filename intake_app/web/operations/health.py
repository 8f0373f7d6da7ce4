"""Is it alive? For a supervisor or a load balancer; says nothing about anybody."""

from flask import Blueprint
from sqlalchemy import text

from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.web.access import audience
from intake_app.web.extensions import runtime

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@audience("public")
def healthz() -> tuple[str, int, dict[str, str]]:
    """200 and "ok" when the database answers and names the keys that records are encrypted to.

    503 otherwise.
    """
    with transaction(runtime().engine, write=False) as session:
        session.execute(text("SELECT 1"))
    if recipients.problem(runtime()):
        return "keys do not match\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
