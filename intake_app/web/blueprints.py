"""The pages, one blueprint a kind of person. Each view reads, calls one service, then renders or redirects."""

from flask import Flask

from intake_app.intake.draft_state import offers
from intake_app.web.accounts import (
    keys,
    members,
    own_account,
    recover,
    second_factor,
    sign_in,
)
from intake_app.web.client_portal import pages, staff_requests
from intake_app.web.front_desk import board, calendar_and_reminders
from intake_app.web.intake import (
    check_and_sign,
    day_of_visit,
    paper_form,
    returning_client,
    start,
    steps,
    transcription,
    urgent_advice,
)
from intake_app.web.intake.draft_access import in_client_language, paper_day
from intake_app.web.kiosk import device_transfer, tablets
from intake_app.web.kiosk import pages as kiosk
from intake_app.web.operations import health, security_txt, trust
from intake_app.web.practice_setup import pages as setup
from intake_app.web.records import (
    cautions,
    inbox,
    personal_link,
    questions,
    record,
    retention,
    rules,
)
from intake_app.web.step_forms.render_cache import untouched_question

CLIENTS = (
    start.bp,
    steps.bp,
    returning_client.bp,
    urgent_advice.bp,
    check_and_sign.bp,
    day_of_visit.bp,
    pages.bp,
)
TABLETS = (kiosk.bp, device_transfer.bp, tablets.bp, paper_form.bp)
STAFF_OWN = (
    setup.bp,
    sign_in.bp,
    second_factor.bp,
    recover.bp,
    own_account.bp,
    members.bp,
    keys.bp,
)
RECORDS = (
    inbox.bp,
    record.bp,
    personal_link.bp,
    transcription.bp,
    cautions.bp,
    staff_requests.bp,
    retention.bp,
)
STAFF = (*STAFF_OWN, *RECORDS, rules.bp, questions.bp, board.bp, calendar_and_reminders.bp)


def init_app(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in (*CLIENTS, *TABLETS, *STAFF, health.bp, trust.bp, security_txt.bp):
        app.register_blueprint(blueprint)
    app.jinja_env.globals |= {
        "in_her_language": in_client_language,
        "paper_day": paper_day,
        "blank": untouched_question,
    }
    app.jinja_env.globals["offers"] = offers
