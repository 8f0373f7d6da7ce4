"""An unfinished intake: started, opened, saved, never readable without the client's own token.

A draft is one encrypted row. What the client typed is kept exactly as typed, per step; the validated answers
are kept beside it. Two open tabs are merged field by field (services.merging); a save that lost the race raises
`DraftChanged` and is simply tried again on the newer row.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Connection, Engine, Table, bindparam, case, select, update
from sqlalchemy.orm import Session

from intake_app.core import audit, disk
from intake_app.core.runtime import Runtime
from intake_app.crypto import token_box
from intake_app.crypto.server_keys import encrypt_directory
from intake_app.intake.draft_state import ENGLISH, DraftState, Typed, offers
from intake_app.models.drafts import Definition, Draft
from intake_app.models.engine import StorageFull, secure_delete, transaction
from intake_app.models.practice import Practice
from intake_app.models.prepared import Prepared
from intake_app.practice.profile import PRACTICE, context_of, profile_of_row
from intake_app.questionnaire import (
    Answers,
    Context,
    Journey,
    Questionnaire,
    by_sha256,
    latest,
    short_form,
)
from intake_app.records import retention

LIFETIME = timedelta(days=14)
NAME = "massage_intake"
TAKEN_OVER = ("started", "typing", "opened", "identified", "tablet", "moved-phone", "moved-tablet")
CLOSED = -1  # a page that was submitted: its late autosaves no longer count

DRAFTS = cast(Table, Draft.__table__)
BEHIND_TOKEN = Prepared(
    select(
        *(
            DRAFTS.c[name]
            for name in ("id", "rev", "definition_sha256", "blob", "expires_at", "browser_hash")
        )
    )
    .add_columns(*PRACTICE.c)
    .join_from(DRAFTS, PRACTICE, PRACTICE.c.id == 1, isouter=True)
    .where(DRAFTS.c.token_hash == bindparam("token_hash"))
)
"""The draft, then the practice's card."""


class DraftChanged(Exception):
    """Another tab saved first; open the draft again and repeat."""


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft opened with its token. `same_browser` is False until this browser has shown who it is."""

    id: str
    token: str
    rev: int
    state: DraftState
    questionnaire: Questionnaire
    expires_at: datetime
    same_browser: bool
    practice: Practice | None
    was_here: bool = False  # this browser carried it on before another one took it over

    def journey(self, today: date) -> Journey:
        """The walk through this draft's own version of the questionnaire."""
        return self.journey_with(self.state.answers, today)

    def journey_with(self, answers: Answers, today: date) -> Journey:
        """The same walk as it would be with these answers."""
        born = {"id.dob": self.birth_date} if self.state.arrival and self.birth_date else {}
        return Journey(
            self.questionnaire, answers, frozenset(self.state.done), self._context(today), born
        )

    def _context(self, today: date) -> Context:
        day = date.fromisoformat(self.state.paper["of"]) if self.state.paper else today
        known, last = context_of(self.practice, day), self.state.previous
        if last is None:
            return known
        full = today if last["full"] else date.fromisoformat(last["full_form_on"])
        return replace(known, returning=True, form_age_days=(today - full).days)

    @property
    def language(self) -> str:
        """The language that questions are shown in: what was answered, if that is offered, else what was chosen."""
        answered = (
            ENGLISH if self.state.paper else self.state.answers.get("id.language")
        )  # paper is in English
        return answered if answered and offers(answered) else self.state.language

    @property
    def taken_over_at(self) -> datetime:
        """When the browser that carries it on now took it over. Raises IndexError while none has."""
        return datetime.fromisoformat(
            [at for at, how in self.state.events if how in TAKEN_OVER][-1]
        )

    @property
    def birth_date(self) -> str | None:
        """The date that a new browser must name, None while nobody has given one."""
        return self.state.answers.get("id.dob") or self.state.birth_date


def create(runtime: Runtime, browser: str, language: str = ENGLISH) -> str:
    """A new draft for this browser. Returns its token, which is kept nowhere on the server."""
    state = DraftState(language=language if offers(language) else ENGLISH)
    state = state.carried_by(browser_hash(browser).hex(), _stamp(runtime), "started")
    with transaction(runtime.engine, write=True) as session:
        return _add(session, runtime, state, browser, None, "draft.started", "client")[1]


def create_invited(
    runtime: Runtime,
    first_name: str,
    birth_date: date | None,
    by: str,
    state: DraftState | None = None,
) -> str:
    """A personal link made by a therapist. Returns the token, to be shown once.

    first_name is kept (directory key) so that the therapist recognises the link in her own list.
    state: what the form holds already, for a client who was here before.
    """
    state = state or DraftState()
    state.birth_date = birth_date.isoformat() if birth_date else None
    state.events = [[_stamp(runtime), "invited"]]
    with transaction(runtime.engine, write=True) as session:
        return _add(session, runtime, state, None, first_name, "draft.invited", by)[1]


def create_transcription(runtime: Runtime, state: DraftState, browser: str, by: str) -> str:
    """A form that a therapist types from paper (`state.paper`), on the version that was printed. Returns its token."""
    state = state.carried_by(browser_hash(browser).hex(), _stamp(runtime), "typing")
    with transaction(runtime.engine, write=True) as session:
        return _add(session, runtime, state, browser, None, "draft.typing", by)[1]


def create_for_visit(
    session: Session, runtime: Runtime, state: DraftState, by: str
) -> tuple[str, str]:
    """A form for an expected visit, in the caller's transaction. Returns its id and its token.

    state.birth_date: ISO date that the client's browser must name; None lets the first browser in without asking.
    """
    state = replace(state, events=[[_stamp(runtime), "invited"]])
    return _add(session, runtime, state, None, None, "draft.invited", by)


def _add(
    session: Session,
    runtime: Runtime,
    state: DraftState,
    browser: str | None,
    label: str | None,
    action: str,
    actor: str,
) -> tuple[str, str]:
    if disk.room_left(runtime.settings) < runtime.settings.low_disk_mb:
        raise StorageFull("the last room is kept for those who have begun")
    token, draft_id, now = token_box.new_token(), uuid4().hex, runtime.clock()
    pinned = state.arrival or state.paper
    questionnaire = by_sha256(pinned["definition"]) if pinned else latest(NAME)
    retention.purge_expired(session, runtime)  # nobody has to remember a nightly job
    _keep_definition(session, questionnaire)
    session.add(
        Draft(
            id=draft_id,
            token_hash=token_box.token_hash(token),
            rev=1,
            definition_sha256=questionnaire.sha256,
            blob=_encrypt(runtime, token, draft_id, 1, state),
            label=encrypt_directory(runtime.keys, f"draft:{draft_id}", label.encode())
            if label
            else None,
            created_at=now,
            updated_at=now,
            expires_at=now + LIFETIME,
            browser_hash=browser_hash(browser) if browser else None,
            parts=_parts(short_form(questionnaire) if state.arrival else questionnaire),
        )
    )
    audit.append(session, runtime.keys, action, actor, draft_id, now=now)
    return draft_id, token


def _parts(questionnaire: Questionnaire) -> int:
    """Parts of the whole walk; the agreement, which is no questionnaire, is the last."""
    return len(questionnaire.sections) + 1


@cache
def _update(names: tuple[str, ...]) -> Prepared:
    """New values for these columns of a draft. The furthest part never falls: it would tell of a changed answer."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    if "part" in values:
        values["part"] = case((DRAFTS.c.part < values["part"], values["part"]), else_=DRAFTS.c.part)
    this_one = (DRAFTS.c.id == bindparam("of"), DRAFTS.c.rev == bindparam("seen"))
    return Prepared(update(DRAFTS).where(*this_one).values(values))


def _keep_definition(session: Session, of: Questionnaire) -> None:
    if session.get(Definition, of.sha256) is None:
        session.add(
            Definition(sha256=of.sha256, name=of.name, version=of.version, source=of.source)
        )


def open_draft(runtime: Runtime, token: str, browser: str) -> OpenDraft | None:
    """The draft this token opens, None when the token is wrong, used up or older than 14 days."""
    found = BEHIND_TOKEN.row(runtime.engine, token_hash=token_box.token_hash(token))
    if found is None:
        return None
    draft_id, rev, sha256, blob, expires_at, carrier, *card = found
    if expires_at <= runtime.clock():
        return None
    state, own, form = (
        _decrypt(runtime, token, draft_id, rev, blob),
        browser_hash(browser),
        by_sha256(sha256),
    )
    known = carrier is not None and hmac.compare_digest(carrier, own)
    left = not known and own.hex() in state.browsers
    asked = short_form(form) if state.arrival else form
    practice = None if card[0] is None else profile_of_row(*card)
    return OpenDraft(draft_id, token, rev, state, asked, expires_at, known, practice, left)


def bind_browser(runtime: Runtime, draft: OpenDraft, browser: str, how: str) -> None:
    """From now on this browser, and no other, carries the draft on; the one before learns of it when it comes back."""
    own = browser_hash(browser)
    save_state(
        runtime, draft, draft.state.carried_by(own.hex(), _stamp(runtime), how), browser_hash=own
    )


def set_language(runtime: Runtime, draft: OpenDraft, language: str) -> None:
    """Show the form in this language from now on. One that is not offered changes nothing."""
    if offers(language):
        save_state(runtime, draft, replace(draft.state, language=language))


def save_typed(
    runtime: Runtime, draft: OpenDraft, step_id: str, page: str, typed: Typed, seq: int
) -> OpenDraft:
    """Keep what was typed, as typed. Answers and progress do not move. seq: the page's own counter, or CLOSED."""
    return save_state(runtime, draft, draft.state.with_typed(draft.rev, step_id, page, typed, seq))


def save_step(
    runtime: Runtime,
    draft: OpenDraft,
    step_id: str,
    page: str,
    typed: Typed,
    answers: Answers,
    asked: frozenset[str],
    apart: frozenset[str] = frozenset(),
) -> OpenDraft:
    """Continue: keep the typed text and the checked answers, and mark the step done.

    asked: link ids that were in play on the page; those left empty lose an earlier answer. apart: those ticked
    “for my therapist only”.
    """
    state = draft.state.with_typed(draft.rev, step_id, page, typed, CLOSED)
    state.answers = {k: v for k, v in state.answers.items() if k not in asked} | dict(answers)
    state.apart = [*(key for key in state.apart if key not in asked), *sorted(apart)]
    state.done = [*(s for s in state.done if s != step_id), step_id]
    state.reviewed = {
        part: [s for s in taken if s != step_id] for part, taken in state.reviewed.items()
    }
    return save_state(
        runtime, draft, state, part=part_of(draft, draft.questionnaire.step(step_id).section_id)
    )


def part_of(draft: OpenDraft, section_id: str) -> int:
    """Which part of the walk this is, from 1. Raises ValueError for an unknown id."""
    return [section.id for section in draft.questionnaire.sections].index(section_id) + 1


def save_consents(runtime: Runtime, draft: OpenDraft, agreed: dict[str, dict[str, str]]) -> None:
    """Keep the consents as ticked: id -> sha256 of the exact wording, version and time."""
    save_state(
        runtime, draft, replace(draft.state, agreed=agreed), part=_parts(draft.questionnaire)
    )


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
    """`store`, in the caller's transaction when `on` is a connection."""
    rev, now = draft.rev + 1, runtime.clock()
    blob = _encrypt(runtime, draft.token, draft.id, rev, state)
    new = {"rev": rev, "blob": blob, "updated_at": now, "expires_at": now + LIFETIME, **columns}
    given = {f"new_{name}": value for name, value in new.items()}
    if _update(tuple(new)).change(on, of=draft.id, seen=draft.rev, **given) == 0:
        raise DraftChanged
    return replace(draft, rev=rev, state=state, expires_at=now + LIFETIME)


def purge_expired(runtime: Runtime) -> int:
    """Delete drafts after 14 days, clients' copies after 30, records after their years. Returns how many."""
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
    fields = {name: getattr(state, name) for name in DraftState.__slots__}
    plain = json.dumps(fields, separators=(",", ":")).encode()
    return token_box.encrypt(token, runtime.keys.pepper, draft_id, rev, plain)


def _decrypt(runtime: Runtime, token: str, draft_id: str, rev: int, blob: bytes) -> DraftState:
    return DraftState(
        **json.loads(token_box.decrypt(token, runtime.keys.pepper, draft_id, rev, blob))
    )
