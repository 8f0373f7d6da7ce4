"""The last part, written by hand: check your answers, agree, sign, done."""

from flask import Blueprint, g, redirect, render_template, request, url_for

from intake_app.client_portal import page as mine
from intake_app.intake import (
    consents as agreement,
)
from intake_app.intake import (
    drafts,
    transcription,
    urgent_advice,
)
from intake_app.intake import (
    signing as intake,
)
from intake_app.intake.consents import OfferedConsent
from intake_app.intake.drafts import DraftChanged, OpenDraft
from intake_app.questionnaire import Journey, Progress, summarise
from intake_app.records import consent_words
from intake_app.web.access import audience
from intake_app.web.errors import PageError
from intake_app.web.extensions import runtime
from intake_app.web.intake.consent_and_signature_forms import (
    MISSING,
    NOT_ON_PAPER,
    ConsentForm,
    signature_form,
)
from intake_app.web.intake.draft_access import (
    clear_client_cookie,
    credentials,
    reopened,
    with_draft,
)
from intake_app.web.intake.steps import previous_url
from intake_app.web.practice import practice, today
from intake_app.web.replies import Page, invalid
from intake_app.web.step_forms import body_pictures

bp = Blueprint("check_and_sign", __name__, url_prefix="/intake")


PAGES = ("check", "agree", "sign")


def progress(draft: OpenDraft, page: str) -> Progress:
    """These pages are the last part, after the questionnaire's own."""
    parts = len(draft.questionnaire.sections) + 1
    return Progress(parts, parts, PAGES.index(page) + 1, len(PAGES))


def offered(draft: OpenDraft, journey: Journey) -> list[OfferedConsent]:
    """The agreements to tick: as she reads them here, or as they stand on the paper that is typed."""
    if draft.state.paper:
        return agreement.consents_on_paper(practice(), journey)
    return agreement.consents_for(journey, agreement.template_values(practice(), journey))


@bp.get("/check")
@audience("client")
@with_draft
def check(draft: OpenDraft) -> Page:
    """Every answer on one page, each with a way to change it."""
    journey = draft.journey(today())
    if not journey.complete():
        return redirect(url_for("steps.resume"), 303)
    return render_template(
        "intake/check.html",
        progress=progress(draft, "check"),
        sections=summarise(journey),
        apart=draft.state.apart,
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
    form = ConsentForm.of(asked, draft.state.agreed, NOT_ON_PAPER if draft.state.paper else MISSING)
    if request.method == "POST":
        ticked = {c.id: c for c in asked if c.id in form.ticked()}
        drafts.save_consents(
            runtime(), draft, agreement.ticked(runtime(), ticked.values(), draft.state.agreed)
        )
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
def sign(draft: OpenDraft) -> Page:
    """The typed name is the signature; a drawing may be added. Sending twice signs once."""
    journey = draft.journey(today())
    paper, on_paper = draft.state.paper, draft.state.paper["of"] if draft.state.paper else ""
    consents = agreement.consent_records(offered(draft, journey), draft.state.agreed, on_paper)
    if not journey.complete() or any(c["required"] and not c["agreed"] for c in consents):
        return redirect(url_for("check_and_sign.agree"), 303)
    if agreement.child_said_no(journey):
        return redirect(url_for("check_and_sign.child_said_no"), 303)
    parts = [(section.id, section.title) for section in draft.questionnaire.sections]
    form = signature_form(
        consent_words.second_signer(journey), agreement.helper(journey), parts, on_paper
    )
    if request.method == "POST" and form.validate_on_submit():
        device = (
            "typed from paper"
            if paper
            else "tablet of the practice"
            if "tablet" in g
            else "own device"
        )
        signing = intake.Signing(
            form.signatures(),
            consents,
            request.remote_addr or "",
            request.user_agent.string,
            device,
        )
        try:
            signed = intake.sign(runtime(), draft, signing)
        except DraftChanged:
            signed = reopened(draft)
        except transcription.UsedNumber as error:
            text = "A record was typed from this sheet while you were typing. Look for it under Records."
            raise PageError(409, "This paper form is in the records already", text) from error
        intake.complete(runtime(), signed)
        if signed.state.evidence and paper:
            return clear_client_cookie(
                redirect(url_for("record.show", record_id=signed.state.evidence["record_id"]), 303)
            )
        return redirect(url_for("check_and_sign.done"), 303)
    html = render_template(
        "intake/sign_transcription.html" if paper else "intake/sign.html",
        progress=progress(draft, "sign"),
        form=form,
        consents=consents,
        words=urgent_advice.urgent_words(journey),
        waiting=urgent_advice.waiting_words(journey),
        back_url=url_for("check_and_sign.agree"),
    )
    return invalid(html) if form.errors else html


@bp.get("/child")
@audience("client")
@with_draft
def child_said_no(draft: OpenDraft) -> Page:
    """A child said no: nothing is sent, and nobody has to explain."""
    journey = draft.journey(today())
    if not agreement.child_said_no(journey):
        return redirect(url_for("steps.resume"), 303)
    return render_template("intake/child_said_no.html")


@bp.get("/done")
@audience("client")
def done() -> Page:
    """Signed and safe. If the paper is not made yet, opening this page tries once more."""
    token, browser = credentials()
    draft = drafts.open_draft(runtime(), token, browser) if token else None
    if draft is not None and draft.state.evidence is None:
        return redirect(url_for("steps.resume"), 303)
    if draft is not None and draft.state.arrival:
        return redirect(url_for("day_of_visit.done"), 303)
    if draft is not None and draft.state.evidence and draft.state.paper:
        return clear_client_cookie(
            redirect(url_for("record.show", record_id=draft.state.evidence["record_id"]), 303)
        )
    if draft is not None and draft.same_browser:
        intake.complete(runtime(), draft)
    page = mine.open_page(runtime(), token, browser) if token else None
    if draft is None and page is None:
        return redirect(url_for("device_transfer.moved" if token else "start.enter"), 303)
    if "tablet" in g:
        return render_template("kiosk/done.html")
    if page is not None and not page.same_browser:
        return redirect(url_for("client_portal.identity"), 303)
    return render_template("intake/done.html", ready=page is not None)
