"""The client's own page: what the link or code opens after signing, while the copy is kept.

It shows the copy and the agreements, takes agreements back one by one, and carries requests to the
practice. Everything it needs lies under the key of the client's copy, so no therapist has to be
there: what is taken back is signed, encrypted and printed at once. A new browser must name the date
of birth first.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from intake_app.client_portal import requests
from intake_app.client_portal.requests import AnsweredRequest, Kind
from intake_app.core import audit, canonical_json, dates, throttle
from intake_app.core.runtime import Runtime
from intake_app.crypto import client_copy, token_box
from intake_app.intake import day_of_visit, drafts
from intake_app.intake.draft_state import BROWSERS_KEPT
from intake_app.models.engine import transaction
from intake_app.models.records import ClientCopy, Record
from intake_app.pdf.addendum_document import AddendumEntry
from intake_app.pdf.safety_card import LabelledText
from intake_app.records import addenda, evidence
from intake_app.records.addenda import Content, RecordReference, Signer
from intake_app.records.day_of_visit import is_old
from intake_app.records.sealed.beside_evidence import AgreedOnPage, ClientPageCard

FREE = "Nothing else changes. You can still come for your massage."
NEEDED = (
    "Before your next massage your therapist has to talk about it with you; without this agreement "
    "there is no massage. What was done before stays right."
)
FOLLOWS: Mapping[str, str] = {
    "cs.erecord": "What you signed stays valid. For the next visit you get a form on paper.",
    "cs.privacy": "Before your next massage your therapist has to talk about it with you. "
    "The law may still ask the practice to keep what it has.",
}
TAKE_BACK = "By pressing “Take it back” on my own page I take back this agreement from now on."
ASK = "By pressing “Send” on my own page I send this to the practice."
LEADS: Mapping[str, str] = {
    "correction": "The client asks the practice to put something right.",
    "deletion": "The client asks the practice to delete their record.",
}


class NoSuchAgreement(Exception):
    """The client never gave this agreement here."""


class PageGone(Exception):
    """The record behind the page was erased meanwhile."""


@dataclass(frozen=True, slots=True)
class AgreedConsent:
    """One agreement that the client gave.

    follows: what it means to take it back; taken_back_at: None while it holds.
    """

    id: str
    title: str
    text: str
    at: datetime
    choice: bool
    follows: str
    taken_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class PortalPage:
    """The client's page, opened with its token.

    same_browser: False until this browser has named the date of birth. old_today: the answers about
    today are too old. taken_over_at: when another browser took it over from this one.
    """

    record_id: str
    token: str = field(repr=False)
    key: bytes = field(repr=False)
    card: ClientPageCard = field(repr=False)
    same_browser: bool
    expires_at: datetime
    requests: tuple[AnsweredRequest, ...] = field(repr=False)
    old_today: bool
    taken_over_at: datetime | None

    @property
    def agreements(self) -> tuple[AgreedConsent, ...]:
        """What the client agreed to, needed ones first, as they saw them."""
        taken_back = {
            request.said["consent"]: request.asked_at
            for request in self.requests
            if request.kind == "withdrawal"
        }
        return tuple(
            self._agreed(consent, taken_back.get(consent.id)) for consent in self.card.consents
        )

    def _agreed(self, consent: AgreedOnPage, taken_back_at: datetime | None) -> AgreedConsent:
        follows = FREE if consent.choice else FOLLOWS.get(consent.id, NEEDED)
        return AgreedConsent(
            id=consent.id,
            title=consent.title,
            text=consent.text,
            at=evidence.local(self.card.practice, consent.at),
            choice=consent.choice,
            follows=follows,
            taken_back_at=taken_back_at,
        )


def open_page(runtime: Runtime, token: str, browser: str) -> PortalPage | None:
    """The page this token opens; None when the token is wrong, or the 30 days are over."""
    with transaction(runtime.engine, write=False) as session:
        row = session.get(ClientCopy, token_box.token_hash(token))
        if row is None or row.card is None or row.expires_at <= runtime.clock():
            return None
        key = client_copy.copy_key(token, runtime.keys.pepper, row.record_id)
        context = evidence.portal_card_context(row.record_id)
        plain = client_copy.decrypt_copy(key, context, row.card)
        card = ClientPageCard.from_json(json.loads(plain))
        hashed = token_box.token_hash(browser)
        same_browser = row.browser_hash is not None and hmac.compare_digest(
            row.browser_hash, hashed
        )
        return PortalPage(
            record_id=row.record_id,
            token=token,
            key=key,
            card=card,
            same_browser=same_browser,
            expires_at=row.expires_at,
            requests=requests.list_requests(session, key, row.record_id),
            old_today=is_old(session, runtime, row.record_id),
            taken_over_at=None if same_browser else _taken_over_at(card, hashed),
        )


def _taken_over_at(card: ClientPageCard, browser_hash: bytes) -> datetime | None:
    """When another browser took the page over from this one, None when it never had it."""
    if browser_hash.hex() not in card.browsers:
        return None
    return evidence.local(card.practice, card.taken_over_at)


def bind_browser(runtime: Runtime, page: PortalPage, browser: str) -> None:
    """From now on this browser, and no other, opens the page without asking.

    The browser before learns of it.
    """
    hashed = token_box.token_hash(browser)
    now = runtime.clock()
    others = (name for name in page.card.browsers if name != hashed.hex())
    browsers = (*others, hashed.hex())[-BROWSERS_KEPT:]
    at = now.isoformat(timespec="seconds")
    card = replace(page.card, browsers=browsers, taken_over_at=at)
    context = evidence.portal_card_context(page.record_id)
    plain = canonical_json.canonical(card.to_json())
    encrypted = client_copy.encrypt_copy(page.key, context, plain)
    with transaction(runtime.engine, write=True) as session:
        row = _row(session, page)
        row.browser_hash = hashed
        row.card = encrypted
        audit.append(session, runtime.keys, "copy.identified", "client", page.record_id, now=now)


def ask_today(runtime: Runtime, page: PortalPage, browser: str) -> str:
    """Begin the short form about today, in this browser.

    Returns its token. Raises PageGone or TooManyTries.
    """
    throttle.consume(runtime, "wish", page.record_id)
    with transaction(runtime.engine, write=True) as session:
        _row(session, page)
        _, token = day_of_visit.begin_from_client_page(session, runtime, page.record_id, page.token)
    draft = drafts.open_draft(runtime, token, browser)
    if draft is not None:
        drafts.bind_browser(runtime, draft, browser, "identified")
    return token


def pdf(runtime: Runtime, page: PortalPage) -> bytes:
    """The client's copy. The download is written down. Raises PageGone."""
    with transaction(runtime.engine, write=True) as session:
        blob = _row(session, page).blob
        audit.append(
            session, runtime.keys, "copy.downloaded", "client", page.record_id, now=runtime.clock()
        )
    return client_copy.decrypt_copy(page.key, page.record_id, blob)


def take_back(runtime: Runtime, page: PortalPage, consent_id: str) -> None:
    """Take back one agreement; pressing twice is once.

    Raises NoSuchAgreement, PageGone or TooManyTries.
    """
    agreed = {consent.id: consent for consent in page.agreements}.get(consent_id)
    if agreed is None:
        raise NoSuchAgreement
    _send(
        runtime,
        page,
        "withdrawal",
        _withdrawal(runtime, page, agreed),
        {"consent": agreed.id, "title": agreed.title},
    )


def ask(runtime: Runtime, page: PortalPage, kind: Kind, text: str) -> None:
    """Send a request in the client's own words. Raises PageGone or TooManyTries."""
    entry = AddendumEntry(
        requests.TITLES[kind], "", (LabelledText("In their own words:", text),), ()
    )
    content = Content(
        requests.TITLES[kind],
        LEADS[kind],
        [entry],
        {"kind": kind, "text": text},
        page.card.name,
        ASK,
    )
    _send(runtime, page, kind, content, {"text": text})


def _send(
    runtime: Runtime, page: PortalPage, kind: Kind, content: Content, said: Mapping[str, str]
) -> None:
    throttle.consume(runtime, "wish", page.record_id)
    card = page.card
    addendum_kind = "consent_withdrawn" if kind == "withdrawal" else f"{kind}_asked"
    about = RecordReference(
        page.record_id, card.signed_at, card.name, card.birth_date, card.language
    )
    with transaction(runtime.engine, write=True) as session:
        _row(session, page)
        if any(
            _is_same(request, kind, said)
            for request in requests.list_requests(session, page.key, page.record_id)
        ):
            return
        signed = addenda.store_signed(
            session,
            runtime,
            about,
            Signer("client", card.name, "client"),
            addendum_kind,
            content,
        )
        requests.add(session, runtime, page.key, signed, kind, said)
    addenda.complete(runtime, signed)


def _is_same(request: AnsweredRequest, kind: Kind, said: Mapping[str, str]) -> bool:
    """Whether this was sent before: an agreement is taken back once, and nothing waits twice."""
    return (request.kind, request.said) == (kind, said) and (
        kind == "withdrawal" or request.answer is None
    )


def _withdrawal(runtime: Runtime, page: PortalPage, agreed: AgreedConsent) -> Content:
    now = runtime.clock().isoformat(timespec="seconds")
    lines = (
        LabelledText("Agreed", dates.moment(agreed.at)),
        LabelledText("Taken back", dates.moment(evidence.local(page.card.practice, now))),
        LabelledText("The client was told", agreed.follows),
    )
    entry = AddendumEntry(agreed.title, "", (LabelledText("What was agreed:", agreed.text),), lines)
    return Content(
        title="Agreement taken back",
        lead="The client took back one agreement of the form. The others stand.",
        entries=[entry],
        data={"consent": agreed.id, "taken_back_at": now},
        name=page.card.name,
        intent=TAKE_BACK,
    )


def _row(session: Session, page: PortalPage) -> ClientCopy:
    """The client's copy, held with its record until the transaction ends."""
    row = session.get(ClientCopy, token_box.token_hash(page.token), with_for_update=True)
    if row is None or session.get(Record, page.record_id, with_for_update=True) is None:
        raise PageGone
    return row
