"""A form goes from one device to another; the device left behind opens nothing any more.

The server never learns a form's token, so the token travels sealed to a code: a long one in a QR
code that the phone scans, or a short one that is typed at a tablet. A code counts once and for ten
minutes. Taking it gives the form a new token in the same transaction, so the old device's cookie is
dead at that moment, and every tablet that showed the form is cleared.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto import link_box, token_box, transfer_codes
from intake_app.intake import drafts, links
from intake_app.intake.drafts import DraftChanged
from intake_app.intake.open_draft import OpenDraft
from intake_app.kiosk import sessions, tablets
from intake_app.kiosk.tablets import TabletView
from intake_app.models.engine import transaction
from intake_app.models.tablets import DeviceTransfer, ParkedForm, Tablet

LIFETIME = timedelta(minutes=10)
TRIES = 5
RACES = 5


class WrongTransferCode(Exception):
    """No form waits behind this code.

    left: how many more tries the codes of now have at this tablet.
    """

    def __init__(self, left: int) -> None:
        super().__init__("wrong code")
        self.left = left


def create_qr_code(runtime: Runtime, draft: OpenDraft) -> str:
    """A code for a QR picture. An earlier offer of this form ends."""
    code = token_box.new_token()
    _offer(runtime, draft, code)
    return code


def create_short_code(runtime: Runtime, draft: OpenDraft) -> str:
    """A code of 8 characters to type at a tablet. An earlier offer of this form ends."""
    code = transfer_codes.new_short_code()
    _offer(runtime, draft, _stretched(runtime, code))
    return code


def redeem_qr_code(runtime: Runtime, code: str) -> str | None:
    """The form's new token for the phone that scanned, None when the code does not count.

    The next page asks the phone for the date of birth, when one is known: others may have seen the
    picture.
    """
    moved = _take(runtime, code, None, "moved-phone", None)
    return moved.token if moved else None


def redeem_short_code(runtime: Runtime, tablet: TabletView, typed: str, browser: str) -> str:
    """The form's new token, for this tablet.

    Raises WrongTransferCode; after five of them only newer codes count here.
    """
    code = transfer_codes.normalise(typed)
    secret = _stretched(runtime, code) if len(code) == transfer_codes.SHORT else ""
    moved = _take(runtime, secret, browser, "moved-tablet", tablet) if secret else None
    if moved is None:
        raise WrongTransferCode(_count_wrong(runtime, tablet.id))
    return moved.token


def _offer(runtime: Runtime, draft: OpenDraft, secret: str) -> None:
    now = runtime.clock()
    public_key = link_box.public_key(secret, runtime.keys.pepper)
    with transaction(runtime.engine, write=True) as session:
        session.execute(
            delete(DeviceTransfer).where(
                (DeviceTransfer.draft_id == draft.id) | (DeviceTransfer.made_at <= now - LIFETIME)
            )
        )
        session.add(
            DeviceTransfer(
                code_hash=token_box.token_hash(secret),
                draft_id=draft.id,
                box=link_box.wrap(public_key, draft.token, draft.id),
                made_at=now,
            )
        )
        audit.append(session, runtime.keys, "draft.offered", "client", draft.id, now=now)


def _take(
    runtime: Runtime, secret: str, browser: str | None, how: str, tablet: TabletView | None
) -> OpenDraft | None:
    for _ in range(RACES):
        try:
            draft = _waiting(runtime, secret, tablet)
            return None if draft is None else _move(runtime, draft, browser, how, tablet)
        except DraftChanged:  # a last autosave of the old device came in between: take it along
            continue
    raise DraftChanged


def _waiting(runtime: Runtime, secret: str, tablet: TabletView | None) -> OpenDraft | None:
    with transaction(runtime.engine, write=False) as session:
        row = session.get(DeviceTransfer, token_box.token_hash(secret))
        tablet_row = session.get(Tablet, tablet.id) if tablet else None
        if (
            row is None
            or runtime.clock() - row.made_at >= LIFETIME
            or (tablet_row and row.made_at < tablet_row.codes_from)
        ):
            return None
        token = link_box.unwrap(secret, runtime.keys.pepper, row.box, row.draft_id)
    draft = drafts.open_draft(runtime, token, "")
    return draft if draft is not None and not draft.state.is_signed else None


def _move(
    runtime: Runtime, draft: OpenDraft, browser: str | None, how: str, tablet: TabletView | None
) -> OpenDraft | None:
    """All in one transaction: the new token, the links, the tablets, the end of the code."""
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        moved = _rekey(session, runtime, draft, browser, how)
        used = session.execute(delete(DeviceTransfer).where(DeviceTransfer.draft_id == draft.id))
        if used.rowcount == 0:  # type: ignore[attr-defined]
            raise DraftChanged
        links.reseal_links(session, draft.id, moved.token)
        _leave(session, runtime, draft.id)
        if tablet is not None:
            row = session.get_one(Tablet, tablet.id)
            sessions.bind_form_in(session, row, draft.id, moved.token, now)
        audit.append(session, runtime.keys, "draft.moved", "client", draft.id, now=now, how=how)
    return moved


def _rekey(
    session: Session, runtime: Runtime, draft: OpenDraft, browser: str | None, how: str
) -> OpenDraft:
    """Give the form a new token: the old one opens nothing.

    browser: None when the next one has to name the date of birth.
    """
    token = token_box.new_token()
    state = draft.state.with_event(runtime.clock().isoformat(timespec="seconds"), how)
    columns = {
        "token_hash": token_box.token_hash(token),
        "browser_hash": browser and drafts.browser_hash(browser),
    }
    return drafts.save_state_in(
        session.connection(), runtime, replace(draft, token=token), state, **columns
    )


def _leave(session: Session, runtime: Runtime, draft_id: str) -> None:
    session.execute(delete(ParkedForm).where(ParkedForm.draft_id == draft_id))
    for row in session.scalars(select(Tablet).where(Tablet.draft_id == draft_id)):
        sessions.clear(session, runtime, row)


def _count_wrong(runtime: Runtime, tablet_id: str) -> int:
    with tablets.changed(runtime, tablet_id) as (session, row):
        row.wrong_codes += 1
        left = TRIES - row.wrong_codes
        if left <= 0:
            row.wrong_codes = 0
            row.codes_from = runtime.clock()
            audit.append(
                session,
                runtime.keys,
                "tablet.codes_refused",
                "client",
                tablet_id,
                now=runtime.clock(),
            )
        return max(left, 0)


def _stretched(runtime: Runtime, code: str) -> str:
    settings = runtime.settings
    return transfer_codes.stretch(
        code, runtime.keys.pepper, settings.kdf_memory_kib, settings.kdf_time
    )
