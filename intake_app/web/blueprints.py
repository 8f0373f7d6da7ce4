"""Every blueprint of the app, one for each feature, and what their templates call."""

from flask import Flask

from intake_app.intake.draft_state import offers
from intake_app.web.accounts import keys, members, own_account, recover, second_factor, sign_in
from intake_app.web.client_portal import pages as client_portal
from intake_app.web.client_portal import staff_requests
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
from intake_app.web.practice_setup import form_version
from intake_app.web.practice_setup import pages as practice_setup
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

BLUEPRINTS = (
    # the client's form
    start.bp,
    steps.bp,
    returning_client.bp,
    urgent_advice.bp,
    day_of_visit.bp,
    check_and_sign.bp,
    paper_form.bp,
    device_transfer.bp,
    # the client's own page after signing
    client_portal.bp,
    # the tablet in the waiting room
    kiosk.bp,
    # the people who work here
    practice_setup.bp,
    sign_in.bp,
    second_factor.bp,
    recover.bp,
    own_account.bp,
    form_version.bp,
    members.bp,
    keys.bp,
    tablets.bp,
    # the front desk
    board.bp,
    calendar_and_reminders.bp,
    # therapists
    inbox.bp,
    record.bp,
    personal_link.bp,
    transcription.bp,
    cautions.bp,
    staff_requests.bp,
    retention.bp,
    rules.bp,
    questions.bp,
    # whoever runs the app
    health.bp,
    trust.bp,
    security_txt.bp,
)


def init_app(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_env.globals |= {
        "in_her_language": in_client_language,
        "paper_day": paper_day,
        "blank": untouched_question,
        "offers": offers,
    }
