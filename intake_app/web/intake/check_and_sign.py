"""The last part, written by hand: check your answers, agree, sign, done."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake_app.client_portal.after_signing import AfterSigning, TranscribedRecord, after_signing
from intake_app.intake import consents, drafts, signing, urgent_advice
from intake_app.intake.consents import ConsentRecord, OfferedConsent
from intake_app.intake.open_draft import OpenDraft
from intake_app.intake.signing import Signing, ToSettle
from intake_app.questionnaire import Journey, Progress, answered, summarise
from intake_app.records import consent_words
from intake_app.web.access import audience
from intake_app.web.extensions import runtime
from intake_app.web.intake.consent_and_signature_forms import (
    MISSING,
    NOT_ON_PAPER,
    ConsentForm,
    SignatureForm,
    signature_form,
)
from intake_app.web.intake.draft_access import (
    clear_client_cookie,
    credentials,
    retry_on_change,
    with_draft,
)
from intake_app.web.intake.steps import previous_url
from intake_app.web.practice import practice, practice_name, today
from intake_app.web.replies import Page, invalid
from intake_app.web.step_forms import body_pictures

bp = Blueprint("check_and_sign", __name__, url_prefix="/intake")

PAGES = ("check", "agree", "sign")


def progress(draft: OpenDraft, page: str) -> Progress:
    """These pages are the last part, after the questionnaire's own."""
    parts = len(draft.questionnaire.parts) + 1
    return Progress(parts, parts, PAGES.index(page) + 1, len(PAGES))


def offered(draft: OpenDraft, journey: Journey) -> list[OfferedConsent]:
    """The agreements to tick: as the client reads them, or as they stand on the typed paper."""
    if draft.state.transcription:
        return consents.consents_on_paper(practice(), journey)
    return consents.consents_for(journey, consents.template_values(practice(), journey))


@bp.get("/check")
@audience("client")
@with_draft
def check(draft: OpenDraft) -> Page:
    """Every answer on one page, each with a way to change it."""
    journey = draft.journey(today())
    if not journey.complete():
        return redirect(url_for("steps.resume"), 303)
    only_answered = draft.questionnaire.has_screeners
    return render_template(
        "intake/check.html",
        progress=progress(draft, "check"),
        only_answered=only_answered,
        sections=answered(journey) if only_answered else summarise(journey),
        more_steps=journey.more_steps,
        apart=draft.state.therapist_only,
        pictures=body_pictures(journey),
        back_url=previous_url(draft, journey, journey.steps[-1]),
        next_url=url_for("check_and_sign.agree"),
    )


@bp.route("/agree", methods=["GET", "POST"])
@audience("client")
@with_draft
def agree(draft: OpenDraft) -> Page:
    """Each agreement in full, each with its own tick."""
    journey = draft.journey(today())
    if not journey.complete():
        return redirect(url_for("steps.resume"), 303)
    asked = offered(draft, journey)
    missing = NOT_ON_PAPER if draft.state.transcription else MISSING
    form = ConsentForm.of(asked, draft.state.consents, missing)
    if request.method == "POST":
        ids = form.ticked()
        ticked = [consent for consent in asked if consent.id in ids]
        given = consents.ticked(runtime(), ticked, draft.state.consents)
        drafts.save_consents(runtime(), draft, given)
        if form.validate_on_submit():
            return redirect(url_for("check_and_sign.sign"), 303)
    html = render_template(
        "intake/agree.html",
        progress=progress(draft, "agree"),
        form=form,
        consents=asked,
        back_url=url_for("check_and_sign.check"),
    )
    return invalid(html) if form.errors else html


@bp.route("/sign", methods=["GET", "POST"])
@audience("client")
@with_draft
@retry_on_change
def sign(draft: OpenDraft) -> Page:
    """The typed name is the signature; a drawing may be added. Sending twice signs once."""
    journey = draft.journey(today())
    consent_records = _consent_records(draft, journey)
    match signing.to_settle(journey, consent_records):
        case ToSettle.CONSENTS:
            return redirect(url_for("check_and_sign.agree"), 303)
        case ToSettle.CHILD_SAID_NO:
            return redirect(url_for("check_and_sign.child_said_no"), 303)
    form = _signature_form(draft, journey)
    if request.method == "POST" and form.validate_on_submit():
        return _signed(draft, form, consent_records)
    html = render_template(
        "intake/sign_transcription.html" if draft.state.transcription else "intake/sign.html",
        progress=progress(draft, "sign"),
        form=form,
        consents=[consent.signed for consent in consent_records],
        words=urgent_advice.urgent_words(journey, practice_name()),
        waiting=urgent_advice.waiting_words(journey, practice_name()),
        back_url=url_for("check_and_sign.agree"),
    )
    return invalid(html) if form.errors else html


def _consent_records(draft: OpenDraft, journey: Journey) -> list[ConsentRecord]:
    asked = offered(draft, journey)
    return consents.consent_records(asked, draft.state.consents, _signed_on_paper(draft))


def _signed_on_paper(draft: OpenDraft) -> str:
    """The day of the paper form that is typed (ISO 8601), "" for any other form."""
    sheet = draft.state.transcription
    return sheet.signed_on if sheet else ""


def _signature_form(draft: OpenDraft, journey: Journey) -> SignatureForm:
    return signature_form(
        consent_words.second_signer(journey),
        consents.helper(journey),
        [(section.id, section.title) for section in draft.questionnaire.sections],
        _signed_on_paper(draft),
    )


def _signed(draft: OpenDraft, form: SignatureForm, records: list[ConsentRecord]) -> Response:
    """Sign, and go to the last page; a therapist who typed a paper form goes to its record."""
    what_is_signed = Signing(
        form.signatures(),
        records,
        request.remote_addr or "",
        request.user_agent.string,
        _device(draft),
    )
    signed = signing.sign_and_complete(runtime(), draft, what_is_signed)
    if signed.transcribed:
        return _to_typed_record(signed.record_id)
    return redirect(url_for("check_and_sign.done"), 303)


def _device(draft: OpenDraft) -> str:
    """Where it is signed, as the record says it."""
    if draft.state.transcription:
        return "typed from paper"
    return "tablet of the practice" if "tablet" in g else "own device"


def _to_typed_record(record_id: str) -> Response:
    """To the record; this browser's form is done."""
    return clear_client_cookie(redirect(url_for("record.show", record_id=record_id), 303))


@bp.get("/child")
@audience("client")
@with_draft
def child_said_no(draft: OpenDraft) -> Page:
    """A child said no: nothing is sent, and nobody has to explain."""
    journey = draft.journey(today())
    if not consents.child_said_no(journey):
        return redirect(url_for("steps.resume"), 303)
    return render_template("intake/child_said_no.html")


@bp.get("/done")
@audience("client")
def done() -> Page:
    """Signed and safe. If the document is not made yet, opening this page tries once more."""
    token, browser = credentials()
    match after_signing(runtime(), token, browser):
        case TranscribedRecord(record_id):
            return _to_typed_record(record_id)
        case AfterSigning.NOT_SIGNED:
            return redirect(url_for("steps.resume"), 303)
        case AfterSigning.DAY_OF_VISIT:
            return redirect(url_for("day_of_visit.done"), 303)
        case AfterSigning.GONE:
            return redirect(url_for("device_transfer.moved" if token else "start.enter"), 303)
        case AfterSigning.OTHER_BROWSER if "tablet" not in g:
            return redirect(url_for("client_portal.identity"), 303)
        case where:
            ready = where is AfterSigning.READY
    if "tablet" in g:
        return render_template("kiosk/done.html")
    return render_template("intake/done.html", ready=ready)
