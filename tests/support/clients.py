"""Clients of Stillwater Massage in tests: their answers, and how they walk, agree and sign.

The answers and the walk are those of `flask demo`; the rest stands on the app's own services.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from intake_app.core.runtime import Runtime
from intake_app.demo import scenario
from intake_app.intake import consents, drafts, signing
from intake_app.intake.open_draft import OpenDraft
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.practice import profile
from intake_app.records.sealed.evidence import Signature

ANA_MINIMAL: dict[str, Any] = {
    "id.first_name": "Ana",
    "id.last_name": "Moreno",
    "id.dob": "1955-03-14",
    "id.phone": "+19205550134",
    "em.name": "Lucia Moreno",
    "em.phone": "+19205550177",
}
"""Who Ana is, and nothing else: every question gets the calmest answer."""
BEN: dict[str, Any] = ANA_MINIMAL | {
    "id.first_name": "Ben",
    "id.last_name": "Ode",
    "v.reason": "To relax.",
}
ANA: dict[str, Any] = scenario.people()[0] | {
    "id.first_name": "Ana",
    "id.last_name": "Moreno",
    "v.reason": "A stiff neck",
}
"""Ana with many answers: the first made-up client's, under this name."""


def made_up_clients() -> list[dict[str, Any]]:
    """The answers of the demo's clients."""
    return scenario.people()


def walk(runtime: Runtime, token: str, browser: str, answers: Mapping[str, Any]) -> OpenDraft:
    """Answer every step of a draft: with these answers, and calmly where something is needed."""
    return scenario.walk(runtime, token, browser, answers)


def sign(runtime: Runtime, token: str, browser: str, answers: Mapping[str, Any]) -> OpenDraft:
    """Walk, agree and sign a draft. The evidence is sealed, no PDF is printed: it takes long."""
    walked = walk(runtime, token, browser, answers)
    journey = walked.journey(profile.today(runtime))
    values = consents.template_values(profile.load_profile(runtime), journey)
    offered = consents.consents_for(journey, values)
    drafts.save_consents(runtime, walked, consents.ticked(runtime, offered, {}))
    draft = drafts.open_draft(runtime, token, browser)
    assert draft is not None
    name = f"{answers['id.first_name']} {answers['id.last_name']}"
    signer = Signature("client", name)
    agreed = consents.consent_records(offered, draft.state.consents)
    return signing.sign(runtime, draft, signing.Signing([signer], agreed, "192.0.2.7", "Test"))


def complete(runtime: Runtime, token: str, browser: str, answers: Mapping[str, Any]) -> None:
    """Walk, agree and sign a draft, and wait for the PDF: a record."""
    signing.complete(runtime, sign(runtime, token, browser, answers))


def complete_new(runtime: Runtime, answers: Mapping[str, Any]) -> str:
    """The same with a new draft. Returns its token, which is then the client's."""
    browser = drafts.new_browser()
    token = drafts.create(runtime, browser)
    complete(runtime, token, browser, answers)
    return token


def make_record(runtime: Runtime, answers: Mapping[str, Any]) -> str:
    """A record of these answers. Returns its id."""
    complete_new(runtime, answers)
    return newest_record(runtime)


def newest_record(runtime: Runtime) -> str:
    """The id of the record that was signed last; empty without one."""
    with transaction(runtime.engine, write=False) as session:
        return session.scalars(select(Record.id).order_by(Record.signed_at.desc())).first() or ""
