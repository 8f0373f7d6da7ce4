"""Links to the form of a visit."""

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto import link_box, token_box
from intake_app.intake import day_of_visit, drafts
from intake_app.intake.draft_state import DraftState
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Record
from intake_app.models.visits import FormLink, Visit
from intake_app.practice.profile import form_of, zone_of
from intake_app.records.day_of_visit import is_due
from intake_app.visits import form_answers
from intake_app.visits.visits import get_locked, person_of

LINKS_EACH = 40


class AlreadyOpened(Exception):
    """The client has opened the form: no further link to it can be made."""


def new_link(runtime: Runtime, visit_id: str, by: str) -> str:
    """A token for a link to this visit's form, shown or sent once and kept nowhere.

    Raises NoSuchVisit, or AlreadyOpened.
    """
    token = token_box.new_token()
    with transaction(runtime.engine, write=True) as session:
        visit = get_locked(session, visit_id)
        if not _may_begin(session, runtime, visit):
            raise AlreadyOpened
        _forget_oldest_links(session, visit_id)
        session.add(
            FormLink(
                token_hash=token_box.token_hash(token),
                visit_id=visit_id,
                public_key=link_box.public_key(token, runtime.keys.pepper),
                created_at=runtime.clock(),
            )
        )
        audit.append(session, runtime.keys, "visit.link_made", by, visit_id, now=runtime.clock())
    return token


def redeem(runtime: Runtime, token: str) -> str | None:
    """The form's own token, for somebody who holds a link; begins the form at the first opening.

    None when the link is unknown or too old, or when what it was made for is done.
    """
    with transaction(runtime.engine, write=True) as session:
        link = session.get(FormLink, token_box.token_hash(token))
        if link is None:
            return None
        visit = get_locked(session, link.visit_id)
        if link.wrapped is not None and link.draft_id is not None:
            return link_box.unwrap(token, runtime.keys.pepper, link.wrapped, link.draft_id)
        if not _may_begin(session, runtime, visit):
            return None
        return _begin(session, runtime, visit, "client")


def begin_here(runtime: Runtime, visit_id: str, by: str) -> str:
    """Begin the form without a link, on a device of the practice. Returns the form's token.

    Links that were sent before open the same form. Raises NoSuchVisit, or AlreadyOpened.
    """
    with transaction(runtime.engine, write=True) as session:
        visit = get_locked(session, visit_id)
        if not _may_begin(session, runtime, visit):
            raise AlreadyOpened
        return _begin(session, runtime, visit, by)


def begin_ready(
    session: Session, runtime: Runtime, visit_id: str, state: DraftState, by: str
) -> tuple[str, str]:
    """Begin the form with something in it, in the caller's transaction.

    Returns its id and its token.

    Links that were sent before open it. Raises NoSuchVisit, or AlreadyOpened.
    """
    visit = get_locked(session, visit_id)
    if visit.draft_id or visit.record_id:
        raise AlreadyOpened
    visit.draft_id, token = drafts.create_for_visit(session, runtime, state, by)
    _wrap(session, visit_id, token, visit.draft_id)
    return visit.draft_id, token


def form_id_of(runtime: Runtime, visit_id: str) -> str:
    """The id of the form that was begun for this visit, "" when none was. Raises NoSuchVisit."""
    with transaction(runtime.engine, write=False) as session:
        return get_locked(session, visit_id).draft_id or ""


def start_anew(runtime: Runtime, visit_id: str, form_id: str, by: str) -> None:
    """Let this form go (it stays the client's for its 14 days) and allow new links to an empty one.

    Raises NoSuchVisit. A signed form is never let go, nor one that was begun after it.
    """
    with transaction(runtime.engine, write=True) as session:
        visit = get_locked(session, visit_id)
        if visit.draft_id == form_id and (
            visit.record_id is None or is_due(session, runtime, visit)
        ):
            session.execute(
                delete(FormLink).where(FormLink.visit_id == visit_id, _opens(visit.draft_id))
            )
            visit.draft_id = None
            visit.last_answers = ""
            audit.append(
                session, runtime.keys, "visit.started_anew", by, visit_id, now=runtime.clock()
            )


def reseal_links(session: Session, draft_id: str, token: str) -> None:
    """The form has a new token: the links that were sent open it as before.

    In the caller's transaction.
    """
    visit_id = session.scalar(select(Visit.id).where(Visit.draft_id == draft_id))
    if visit_id is not None:
        _wrap(session, visit_id, token, draft_id)


def _may_begin(session: Session, runtime: Runtime, visit: Visit) -> bool:
    """Whether a form waits to be begun: the whole one, or the short one about today."""
    if visit.record_id is None:
        return visit.draft_id is None
    return is_due(session, runtime, visit) and not day_of_visit.is_begun(
        session, runtime, visit.draft_id
    )


def _begin(session: Session, runtime: Runtime, visit: Visit, by: str) -> str:
    if visit.record_id is not None:
        visit.draft_id, token = day_of_visit.begin(
            session, runtime, session.get_one(Record, visit.record_id), by
        )
    else:
        visit.draft_id, token = drafts.create_for_visit(
            session, runtime, _first_state(session, runtime, visit), by
        )
    _wrap(session, visit.id, token, visit.draft_id)
    return token


def _first_state(session: Session, runtime: Runtime, visit: Visit) -> DraftState:
    """What a form holds before its client has typed anything."""
    person = person_of(runtime, visit.id, visit.directory)
    practice = session.get(Practice, 1)
    today = runtime.clock().astimezone(zone_of(practice)).date()
    known = form_answers.answers_of(person, form_of(practice), today)
    return DraftState(birth_date=person.birth_date, answers=known)


def _wrap(session: Session, visit_id: str, token: str, draft_id: str) -> None:
    """Encrypt the form's token to every link that was made for it."""
    for link in session.scalars(
        select(FormLink).where(FormLink.visit_id == visit_id, _opens(draft_id))
    ):
        link.wrapped = link_box.wrap(link.public_key, token, draft_id)
        link.draft_id = draft_id


def _opens(draft_id: str | None) -> ColumnElement[bool]:
    """Links that open this form, or that nobody has opened yet."""
    return or_(FormLink.draft_id == draft_id, FormLink.draft_id.is_(None))


def _forget_oldest_links(session: Session, visit_id: str) -> None:
    made = (
        select(FormLink).where(FormLink.visit_id == visit_id).order_by(FormLink.created_at.desc())
    )
    for link in session.scalars(made).all()[LINKS_EACH - 1 :]:
        session.delete(link)
