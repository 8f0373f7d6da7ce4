"""The pages, one blueprint a kind of person. Each view reads, calls one service, then renders or redirects."""

from flask import Flask

from intake_app.views import (
    account,
    agreement,
    alert,
    desk,
    desk_rules,
    factor,
    health,
    join,
    people,
    records,
    rules,
    staff,
    start,
    walk,
)

CLIENTS = (start.bp, walk.bp, alert.bp, agreement.bp)
STAFF = (staff.bp, factor.bp, join.bp, account.bp, people.bp, records.bp, rules.bp, desk.bp, desk_rules.bp)


def init_app(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in (*CLIENTS, *STAFF, health.bp):
        app.register_blueprint(blueprint)
