"""The pages, one blueprint a kind of person. Each view reads, calls one service, then renders or redirects."""

from flask import Flask

from intake_app.views import agreement, desk, health, records, staff, start, walk


def init_app(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in (start.bp, walk.bp, agreement.bp, staff.bp, records.bp, desk.bp, health.bp):
        app.register_blueprint(blueprint)
