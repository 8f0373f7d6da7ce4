"""A made-up practice with believable clients, made through the very services real people use."""

import tomllib
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyotp

from intake_app.accounts import members, second_factor, sessions
from intake_app.accounts.sessions import PendingSignIn, StaffIdentity
from intake_app.core.runtime import Runtime
from intake_app.intake import consents, drafts, links, signing
from intake_app.intake.open_draft import OpenDraft
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.practice import choose_form, first_run, profile, setup_wizard
from intake_app.practice.profile import FORM
from intake_app.questionnaire import Answer, Answers, Item, latest
from intake_app.questionnaire.facts.fact import ticked
from intake_app.records import inbox, open_record
from intake_app.records.cautions import decisions, stop_status
from intake_app.records.cautions.decisions import Decision
from intake_app.records.sealed.evidence import Signature
from intake_app.visits import visits
from intake_app.visits.person import ExpectedClient

SIGN_IN_NAME = "donna"
PASSPHRASE = "quiet river stones at dawn"  # noqa: S105 - printed by `make demo`, for made-up people


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works at the made-up practice."""

    name: str
    role: str
    sign_in_name: str
    passphrase: str
    seed: str


DONNA = Account(
    "Donna Reyes", "owner", SIGN_IN_NAME, PASSPHRASE, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)
ROSA = Account(
    "Rosa Lindqvist",
    "therapist",
    "rosa",
    "amber kettle on the windowsill",
    "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
)
DORA = Account(
    "Dora Finch",
    "desk",
    "dora",
    "seven paper lanterns drifting",
    "ORSXG5DPNZSTEMBQORSXG5DPNZSTEMBQ",
)
PEOPLE = Path(__file__).with_name("demo_people.toml")
DECIDED = "Dee Walsh"
REASON = (
    "The midwife said on the phone today: light work, lying on the side, is fine. "
    "No work on the legs."
)
FORM_OF_THEN = "1.1.0"
PRACTICE = setup_wizard.PracticeDetails(
    name="Stillwater Massage",
    address="12 Watson Street\nRipon, WI 54971",
    phone="920 555 0134",
    email="hello@stillwater.example",
    timezone="America/Chicago",
    page_size="letter",
    cancellation_policy="Please tell us 24 hours before. Later, half of the price is due.",
    retention_years=7,
    allergen_free=True,
    prenatal_trained=True,
)


def fill(runtime: Runtime, count: int | None = None) -> None:
    """Set the practice up, let `count` people of people.toml sign (None: all), invite one more.

    These people were here before the form 2.0.0; with all of them the practice has turned to it.
    """
    set_up(runtime)
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Practice, 1).form_version = FORM_OF_THEN
    owner = enter(ago(runtime, 40), DONNA)
    hire(runtime, owner, ROSA)
    hire(runtime, owner, DORA)
    for person in people()[:count]:
        sign_and_complete(runtime, person)
    decide(runtime, owner)
    sessions.sign_out(runtime, owner.cookie)
    drafts.create_invited(runtime, "Noor", None, by="demo")
    if count is None:
        newest = latest(FORM).version
        choose_form.use_form(runtime, FORM_OF_THEN, newest, owner.practitioner_id)
        expect(runtime)


def expect(runtime: Runtime) -> None:
    """A day at the desk: one client arrived, one began a form, a child and one more still come.

    The first comes within the hour; late in the evening they came earlier, so that all four are
    today's.
    """
    now = (
        runtime.clock()
        .astimezone(ZoneInfo(PRACTICE.timezone))
        .replace(minute=0, second=0, microsecond=0)
    )
    first = min(now + timedelta(hours=1), now.replace(hour=20))
    day = [
        ExpectedClient("Noor Haddad", ROSA.name, "920 555 0161", "noor@example.org"),
        ExpectedClient("Theo Brandt", DONNA.name, "920 555 0162"),
        ExpectedClient("Sam Kim", ROSA.name, "920 555 0163", "", f"{now.year - 13}-05-06"),
        ExpectedClient("Bea Olsen", DONNA.name, "920 555 0164", "bea@example.org"),
    ]
    added = [
        visits.add(runtime, first + timedelta(hours=i), one, "demo") for i, one in enumerate(day)
    ]
    visits.mark(runtime, added[0], "arrived", "demo")
    links.begin_here(runtime, added[1], "demo")


def decide(runtime: Runtime, who: StaffIdentity) -> None:
    """The STOPs of one record are decided; all others wait."""
    for row in inbox.load_inbox(runtime, who).rows:
        if row.stop == stop_status.OPEN and row.name == DECIDED:
            flags = open_record.open_record(runtime, who, row.id).cautions or ()
            made = [Decision(one.code, "adapted", REASON) for one in flags if one.tag == "STOP"]
            decisions.sign(runtime, who, row.id, flags, made, who.name)


def people() -> list[dict[str, Answer]]:
    """The made-up clients' answers."""
    found: list[dict[str, Answer]] = tomllib.loads(PEOPLE.read_text(encoding="utf-8"))["person"]
    return found


def set_up(runtime: Runtime, details: setup_wizard.PracticeDetails = PRACTICE) -> str:
    """A practice with one person, Donna Reyes, its owner.

    Returns the recovery secret that the sheet would show.
    """
    begun = first_run.begin_set_up(runtime, first_run.issue_setup_code(runtime), "127.0.0.1")
    begun = replace(begun, practice=details)
    begun = setup_wizard.with_therapist(
        runtime, begun, DONNA.name, DONNA.sign_in_name, DONNA.passphrase
    )
    if begun.sheet is None:
        raise first_run.SheetNotProven
    typed = tuple(begun.sheet.groups[number - 1] for number in begun.sheet.asked)
    first_run.finish_set_up(runtime, begun, typed)
    enrol(runtime, DONNA)
    return begun.sheet.secret


def hire(runtime: Runtime, owner: StaffIdentity, who: Account) -> None:
    """Somebody joins the practice with a one-time code, and sets up a second factor."""
    code = members.invite(runtime, owner, who.name, who.role)
    members.join(runtime, code, who.sign_in_name, who.passphrase, "127.0.0.1")
    enrol(runtime, who)


def enrol(runtime: Runtime, who: Account) -> None:
    """Their first sign-in, an hour ago, so that the code of this minute is still unused."""
    early = ago(runtime, 60)
    cookie, _ = second_factor.enrol(early, _waiting(early, who), who.seed, code(early, who))
    sessions.sign_out(early, cookie)


def enter(runtime: Runtime, who: Account) -> StaffIdentity:
    """Sign in with both factors."""
    found = sessions.session_from(
        runtime, second_factor.verify_code(runtime, _waiting(runtime, who), code(runtime, who))
    )
    if found is None:
        raise LookupError("the session that was just opened is gone")
    return found


def code(runtime: Runtime, who: Account) -> str:
    """What their authenticator app shows now."""
    return pyotp.TOTP(who.seed).at(runtime.clock())


def ago(runtime: Runtime, minutes: int) -> Runtime:
    """The same house with a clock that is slow."""
    return replace(runtime, clock=lambda: runtime.clock() - timedelta(minutes=minutes))


def _waiting(runtime: Runtime, who: Account) -> PendingSignIn:
    waiting = sessions.pending_sign_in(
        runtime, sessions.sign_in(runtime, who.sign_in_name, who.passphrase, "127.0.0.1")
    )
    if waiting is None:
        raise LookupError("the session that was just opened is gone")
    return waiting


def sign_and_complete(runtime: Runtime, answers: Answers) -> str:
    """One client: answers, agrees, signs, gets the PDF. Returns the token."""
    browser = drafts.new_browser()
    return complete_draft(runtime, drafts.create(runtime, browser), browser, answers)


def complete_draft(runtime: Runtime, token: str, browser: str, answers: Answers) -> str:
    """The same with a form that exists already. Returns its token."""
    signing.complete(runtime, sign_only(runtime, token, browser, answers))
    return token


def sign_only(runtime: Runtime, token: str, browser: str, answers: Answers) -> OpenDraft:
    """One client up to the signature: stored, no PDF yet."""
    draft = walk(runtime, token, browser, answers)
    journey = draft.journey(profile.today(runtime))
    offered = consents.consents_for(
        journey, consents.template_values(profile.load_profile(runtime), journey)
    )
    drafts.save_consents(runtime, draft, consents.ticked(runtime, offered, {}))
    draft = _open(runtime, token, browser)
    name = f"{answers['id.first_name']} {answers['id.last_name']}"
    agreed = consents.consent_records(offered, draft.state.consents)
    signed = signing.Signing([Signature("client", name)], agreed, "192.0.2.7", "Demo")
    return signing.sign(runtime, draft, signed)


def walk(runtime: Runtime, token: str, browser: str, answers: Answers) -> OpenDraft:
    """Answer every step: the person's own answers, else the calmest possible one."""
    draft = _open(runtime, token, browser)
    while (step := (journey := draft.journey(profile.today(runtime))).first_open()) is not None:
        given: dict[str, Answer] = {}
        for item in step.items:
            if item in journey.items_with(step, given):
                own = answers.get(item.link_id)
                value = calm_answer(item, {**journey.live(), **given}) if own is None else own
                given |= {} if value is None else {item.link_id: value}
        asked = frozenset(item.link_id for item in step.items)
        if step.id in draft.state.done:
            raise ValueError(f"the made-up answers to {sorted(given)} are not acceptable")
        draft = drafts.save_step(runtime, draft, step.id, "demo", {}, given, asked)
    return draft


CALM: Answers = {
    "text": "Not known",
    "longtext": "Not known",
    "number": 1,
    "scale": 1,
    "yes_no": "no",
}


def calm_answer(item: Item, answers: Answers) -> Answer:
    """The answer of somebody healthy to a needed question; None leaves an optional one empty."""
    if not item.required:
        return None
    if item.type in {"choice", "choices"}:
        none = next((o.code for o in item.options if o.exclusive), item.options[0].code)
        return none if item.type == "choice" else [none]
    if item.type == "regions":
        return ["none"] if item.none_label else ["calf_l"]
    if item.type == "body_map":
        return {region: {"tension": True} for region in ticked(answers, item.of)}
    return CALM[item.type]


def _open(runtime: Runtime, token: str, browser: str) -> OpenDraft:
    draft = drafts.open_draft(runtime, token, browser)
    if draft is None:
        raise LookupError("the draft that was just made is gone")
    return draft
