"""What the last page says: the form is signed and safe, its document is made, or is elsewhere."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from intake_app.client_portal import page
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, signing


class AfterSigning(Enum):
    """Where the client is. READY: their copy can be opened; COMING: it is made later.

    NOT_SIGNED: the walk goes on. DAY_OF_VISIT: a short form about today is sent. GONE: the token
    opens nothing any more. OTHER_BROWSER: this browser has to name the date of birth first.
    """

    NOT_SIGNED = auto()
    DAY_OF_VISIT = auto()
    GONE = auto()
    OTHER_BROWSER = auto()
    READY = auto()
    COMING = auto()


@dataclass(frozen=True, slots=True)
class TranscribedRecord:
    """A paper form that was typed is a record now."""

    record_id: str


LastPage: TypeAlias = AfterSigning | TranscribedRecord


def after_signing(runtime: Runtime, token: str, browser: str) -> LastPage:
    """Where somebody with this token is after signing.

    While the document is not made yet, this tries once more, for the browser that signed.
    """
    if not token:
        return AfterSigning.GONE
    draft = drafts.open_draft(runtime, token, browser)
    if draft is not None:
        if not draft.state.is_signed:
            return AfterSigning.NOT_SIGNED
        form = signing.signed_form(draft)
        if form is None:
            return AfterSigning.DAY_OF_VISIT
        if form.transcribed:
            return TranscribedRecord(form.record_id)
        if draft.same_browser:
            signing.complete(runtime, draft)
    client_page = page.open_page(runtime, token, browser)
    if client_page is None:
        return AfterSigning.COMING if draft else AfterSigning.GONE
    return AfterSigning.READY if client_page.same_browser else AfterSigning.OTHER_BROWSER
