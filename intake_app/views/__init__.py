"""The pages, one blueprint a kind of person. Each view reads, calls one service, then renders or redirects."""

from flask import Flask

from intake_app.services import drafts
from intake_app.views import (
    account,
    again,
    agreement,
    alert,
    arrival,
    caution,
    desk,
    desk_rules,
    factor,
    forms,
    health,
    join,
    keeping,
    keying,
    keys,
    kiosk,
    mine,
    move,
    paper,
    people,
    records,
    rules,
    staff,
    start,
    tablets,
    trust,
    walk,
    well_known,
    wishes,
)
from intake_app.views.blank import blank
from intake_app.views.client import in_her_language, paper_day

CLIENTS = (start.bp, walk.bp, again.bp, alert.bp, agreement.bp, arrival.bp, mine.bp)
TABLETS = (kiosk.bp, move.bp, tablets.bp, paper.bp)
STAFF_OWN = (staff.bp, factor.bp, join.bp, account.bp, people.bp, keys.bp)
RECORDS = (records.bp, keying.bp, caution.bp, wishes.bp, keeping.bp)
STAFF = (*STAFF_OWN, *RECORDS, rules.bp, forms.bp, desk.bp, desk_rules.bp)


def init_app(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in (*CLIENTS, *TABLETS, *STAFF, health.bp, trust.bp, well_known.bp):
        app.register_blueprint(blueprint)
    app.jinja_env.globals |= {"in_her_language": in_her_language, "paper_day": paper_day, "blank": blank}
    app.jinja_env.globals["offers"] = drafts.offers
