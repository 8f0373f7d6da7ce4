"""The pages, one blueprint a kind of person. Each view reads, calls one service, then renders or redirects."""

from flask import Flask

from intake_app.views import agreement, alert, desk, health, records, rules, staff, start, walk


def init_app(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in (start.bp, walk.bp, alert.bp, agreement.bp, staff.bp, records.bp, rules.bp, desk.bp, health.bp):
        app.register_blueprint(blueprint)
