"""An unfinished intake: started, opened, saved, never readable without the client's own token.

A draft is one encrypted row. What the client typed is kept exactly as typed, per step; the
validated answers are kept beside it. Two open tabs are merged field by field (intake.merge); a save
that lost the race raises `DraftChanged` and is simply tried again on the newer row.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import cast
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    bindparam,
    case,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from intake_app.core import audit, disk
from intake_app.core.runtime import Runtime
from intake_app.crypto import token_box
from intake_app.crypto.server_keys import encrypt_directory
from intake_app.intake.draft_parts import GivenConsent, Typed
from intake_app.intake.draft_state import CLOSED, ENGLISH, DraftState, offers
from intake_app.intake.open_draft import ON_TABLET, OpenDraft
from intake_app.models.drafts import Definition, Draft
from intake_app.models.engine import StorageFull, secure_delete, transaction
from intake_app.models.practice import Practice
from intake_app.models.prepared import Prepared
from intake_app.models.visits import Visit
from intake_app.practice.profile import PRACTICE, form_of, profile_of_row, zone_of
from intake_app.questionnaire import (
    Answers,
    Questionnaire,
    by_sha256,
    short_form,
)
from intake_app.questionnaire.day_of_visit import FRESH
from intake_app.records import retention
from intake_app.records.sealed.evidence import TimelineEvent

LIFETIME = timedelta(days=14)

DRAFTS = cast(Table, Draft.__table__)
VISITS = cast(Table, Visit.__table__)
BEHIND_TOKEN = Prepared(
    select(
        *(
            DRAFTS.c[name]
            for name in ("id", "rev", "definition_sha256", "blob", "expires_at", "browser_hash")
        )
    )
    .add_columns(
        select(func.min(VISITS.c.starts_at))
        .where(VISITS.c.draft_id == DRAFTS.c.id)
        .scalar_subquery()
    )
    .add_columns(*PRACTICE.c)
    .join_from(DRAFTS, PRACTICE, PRACTICE.c.id == 1, isouter=True)
    .where(DRAFTS.c.token_hash == bindparam("token_hash"))
)
"""The draft, when its visit starts, then the row of the practice."""


class DraftChanged(Exception):
    """Another tab saved first; open the draft again and repeat."""


@dataclass(frozen=True, slots=True)
class NewDraft:
    """What is known besides the state.

    browser: that carries it on; first_name: for the therapist's list.
    """

    browser: str | None = None
    first_name: str | None = None


def create(runtime: Runtime, browser: str, language: str = ENGLISH) -> str:
    """A new draft for this browser. Returns its token, which is kept nowhere on the server."""
    state = DraftState(language=language if offers(language) else ENGLISH)
    state = state.carried_by(browser_hash(browser).hex(), _stamp(runtime), "started")
    with transaction(runtime.engine, write=True) as session:
        return _add(session, runtime, state, NewDraft(browser=browser), "draft.started", "client")[
            1
        ]


def create_invited(
    runtime: Runtime,
    first_name: str,
    birth_date: date | None,
    by: str,
    state: DraftState | None = None,
) -> str:
    """A personal link made by a therapist. Returns the token, to be shown once.

    first_name is kept (directory key) so that the therapist recognises the link in their list.
    state: what the form holds already, for a client who was here before.
    """
    invited = replace(
        state or DraftState(),
        birth_date=birth_date.isoformat() if birth_date else None,
        events=(TimelineEvent(_stamp(runtime), "invited"),),
    )
    with transaction(runtime.engine, write=True) as session:
        return _add(
            session, runtime, invited, NewDraft(first_name=first_name), "draft.invited", by
        )[1]


def create_transcription(runtime: Runtime, state: DraftState, browser: str, by: str) -> str:
    """A form that a therapist types from paper, on the version that was printed. Returns its token.

    state: its `transcription` says which paper form.
    """
    state = state.carried_by(browser_hash(browser).hex(), _stamp(runtime), "typing")
    with transaction(runtime.engine, write=True) as session:
        return _add(session, runtime, state, NewDraft(browser=browser), "draft.typing", by)[1]


def create_for_visit(
    session: Session, runtime: Runtime, state: DraftState, by: str
) -> tuple[str, str]:
    """A form for an expected visit, in the caller's transaction. Returns its id and its token.

    state.birth_date: what the client's browser must name; None lets the first browser in without
    asking.
    """
    invited = replace(state, events=(TimelineEvent(_stamp(runtime), "invited"),))
    return _add(session, runtime, invited, NewDraft(), "draft.invited", by)


def _add(
    session: Session,
    runtime: Runtime,
    state: DraftState,
    new: NewDraft,
    action: str,
    actor: str,
) -> tuple[str, str]:
    if disk.room_left(runtime.settings) < runtime.settings.low_disk_mb:
        raise StorageFull("the last room is kept for those who have begun")
    token = token_box.new_token()
    draft_id = uuid4().hex
    pinned = state.pinned_definition
    questionnaire = by_sha256(pinned) if pinned else form_of(session.get(Practice, 1))
    retention.purge_expired(session, runtime)  # nobody has to remember a nightly job
    _keep_definition(session, questionnaire)
    row = _row(runtime, token, draft_id, state, questionnaire)
    if new.first_name:
        name = new.first_name.encode()
        row.label = encrypt_directory(runtime.keys, f"draft:{draft_id}", name)
    if new.browser:
        row.browser_hash = browser_hash(new.browser)
    session.add(row)
    audit.append(session, runtime.keys, action, actor, draft_id, now=row.created_at)
    return draft_id, token


def _row(
    runtime: Runtime, token: str, draft_id: str, state: DraftState, questionnaire: Questionnaire
) -> Draft:
    now = runtime.clock()
    return Draft(
        id=draft_id,
        token_hash=token_box.token_hash(token),
        rev=1,
        definition_sha256=questionnaire.sha256,
        blob=_encrypt(runtime, token, draft_id, 1, state),
        created_at=now,
        updated_at=now,
        expires_at=now + LIFETIME,
        parts=_parts(_questions_of(state, questionnaire)),
    )


def _questions_of(state: DraftState, questionnaire: Questionnaire) -> Questionnaire:
    """The questions of this form: all of them, or those about today."""
    return short_form(questionnaire) if state.day_of_visit else questionnaire


def _parts(questionnaire: Questionnaire) -> int:
    """Parts of the whole walk; the agreement, which is no questionnaire, is the last."""
    return len(questionnaire.parts) + 1


@cache
def _update(names: tuple[str, ...]) -> Prepared:
    """New values for these columns of a draft.

    The furthest part never falls: it would tell of a changed answer.
    """
    values: dict[str, ColumnElement[object]] = {name: bindparam(f"new_{name}") for name in names}
    if "part" in values:
        values["part"] = case((DRAFTS.c.part < values["part"], values["part"]), else_=DRAFTS.c.part)
    unchanged = (DRAFTS.c.id == bindparam("of"), DRAFTS.c.rev == bindparam("seen"))
    return Prepared(update(DRAFTS).where(*unchanged).values(values))


def _keep_definition(session: Session, of: Questionnaire) -> None:
    if session.get(Definition, of.sha256) is None:
        session.add(
            Definition(sha256=of.sha256, name=of.name, version=of.version, source=of.source)
        )


def open_draft(runtime: Runtime, token: str, browser: str) -> OpenDraft | None:
    """The draft this token opens, None when the token is wrong, used up or older than 14 days."""
    columns = BEHIND_TOKEN.row(runtime.engine, token_hash=token_box.token_hash(token))
    if columns is None:
        return None
    draft_id, rev, sha256, blob, expires_at, carrier, visit_at, *practice_columns = columns
    if expires_at <= runtime.clock():
        return None
    state = _decrypt(runtime, token, draft_id, rev, blob)
    hashed = browser_hash(browser)
    same_browser = carrier is not None and hmac.compare_digest(carrier, hashed)
    return OpenDraft(
        id=draft_id,
        token=token,
        rev=rev,
        state=state,
        questionnaire=_questions_of(state, by_sha256(sha256)),
        expires_at=expires_at,
        same_browser=same_browser,
        practice=None if practice_columns[0] is None else profile_of_row(*practice_columns),
        was_here=not same_browser and hashed.hex() in state.browsers,
        on_visit_day=_on_visit_day(runtime, state, visit_at),
    )


def _on_visit_day(runtime: Runtime, state: DraftState, visit_at: datetime | None) -> bool:
    """Whether the form is filled in within a day of its visit, or at the practice.

    A paper form was filled in on the day that stands on it; one without a visit counts as filled in
    at the practice.
    """
    now = runtime.clock()
    sheet = state.transcription
    if sheet is not None:
        with transaction(runtime.engine, write=False) as session:
            visit = session.get(Visit, sheet.visit_id) if sheet.visit_id else None
            if visit is None:
                return True
            zone = zone_of(session.get(Practice, 1))
            days = visit.starts_at.astimezone(zone).date() - date.fromisoformat(sheet.signed_on)
        return abs(days) <= FRESH
    at_the_practice = (
        datetime.fromisoformat(event.at) for event in state.events if event.code in ON_TABLET
    )
    return any(abs(at - now) <= FRESH for at in (visit_at, *at_the_practice) if at is not None)


def bind_browser(runtime: Runtime, draft: OpenDraft, browser: str, how: str) -> None:
    """From now on this browser, and no other, carries the draft on.

    The browser before learns of it when it comes back. how: the code of the event.
    """
    hashed = browser_hash(browser)
    state = draft.state.carried_by(hashed.hex(), _stamp(runtime), how)
    save_state(runtime, draft, state, browser_hash=hashed)


def set_language(runtime: Runtime, draft: OpenDraft, language: str) -> None:
    """Show the form in this language from now on. One that is not offered changes nothing."""
    if offers(language):
        save_state(runtime, draft, replace(draft.state, language=language))


def save_typed(
    runtime: Runtime, draft: OpenDraft, step_id: str, page: str, typed: Typed, seq: int
) -> OpenDraft:
    """Keep what was typed, as typed. Answers and progress do not move.

    seq: the page's own counter, or CLOSED.
    """
    return save_state(runtime, draft, draft.state.with_typed(draft.rev, step_id, page, typed, seq))


def save_step(
    runtime: Runtime,
    draft: OpenDraft,
    step_id: str,
    page: str,
    typed: Typed,
    answers: Answers,
    asked: frozenset[str],
    therapist_only: frozenset[str] = frozenset(),
) -> OpenDraft:
    """Continue: keep the typed text and the checked answers, and mark the step done.

    asked: link ids that were in play on the page; those left empty lose an earlier answer.
    therapist_only: those ticked “for my therapist only”.
    """
    typed_state = draft.state.with_typed(draft.rev, step_id, page, typed, CLOSED)
    state = typed_state.with_step_done(step_id, answers, asked, therapist_only)
    part = part_of(draft, draft.questionnaire.step(step_id).section_id)
    return save_state(runtime, draft, state, part=part)


def part_of(draft: OpenDraft, section_id: str) -> int:
    """Which part of the walk this is, from 1. Raises KeyError for an unknown id.

    Who tells more from the check page has come to the last part.
    """
    section = draft.questionnaire.section(section_id)
    parts = draft.questionnaire.parts
    return _parts(draft.questionnaire) if section.more else parts.index(section) + 1


def save_consents(runtime: Runtime, draft: OpenDraft, consents: Mapping[str, GivenConsent]) -> None:
    """Keep the consents as ticked, by their ids. Raises DraftChanged."""
    state = replace(draft.state, consents=consents)
    save_state(runtime, draft, state, part=_parts(draft.questionnaire))


def save_state(
    runtime: Runtime, draft: OpenDraft, state: DraftState, **columns: object
) -> OpenDraft:
    """Store a new state. Raises DraftChanged when another save came first."""
    return save_state_in(runtime.engine, runtime, draft, state, **columns)


def save_state_in(
    on: Engine | Connection,
    runtime: Runtime,
    draft: OpenDraft,
    state: DraftState,
    **columns: object,
) -> OpenDraft:
    """`save_state`, in the caller's transaction when `on` is a connection."""
    rev = draft.rev + 1
    now = runtime.clock()
    blob = _encrypt(runtime, draft.token, draft.id, rev, state)
    new = {"rev": rev, "blob": blob, "updated_at": now, "expires_at": now + LIFETIME, **columns}
    parameters = {f"new_{name}": value for name, value in new.items()}
    if _update(tuple(new)).change(on, of=draft.id, seen=draft.rev, **parameters) == 0:
        raise DraftChanged
    return replace(draft, rev=rev, state=state, expires_at=now + LIFETIME)


def purge_expired(runtime: Runtime) -> int:
    """Delete drafts after 14 days, clients' copies after 30, records after their years.

    Returns how many.
    """
    with transaction(runtime.engine, write=True) as session:
        secure_delete(session)
        return retention.purge_expired(session, runtime)


def new_browser() -> str:
    """A name for one browser, 128 bits, kept in its cookie."""
    return secrets.token_urlsafe(16)


def browser_hash(browser: str) -> bytes:
    """What the database knows of a browser."""
    return hashlib.sha256(browser.encode()).digest()


def _stamp(runtime: Runtime) -> str:
    return runtime.clock().isoformat(timespec="seconds")


def _encrypt(runtime: Runtime, token: str, draft_id: str, rev: int, state: DraftState) -> bytes:
    plain = json.dumps(state.to_json(), separators=(",", ":")).encode()
    return token_box.encrypt(token, runtime.keys.pepper, draft_id, rev, plain)


def _decrypt(runtime: Runtime, token: str, draft_id: str, rev: int, blob: bytes) -> DraftState:
    plain = token_box.decrypt(token, runtime.keys.pepper, draft_id, rev, blob)
    return DraftState.from_json(json.loads(plain))
