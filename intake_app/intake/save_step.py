"""A page of the walk is sent: what is kept of it, and where the client goes on.

`save_step` is Continue, and the other buttons of a page; `autosave` keeps what is typed, while it
is typed. Both merge what two open tabs say. Neither knows how a page looks: the caller reads the
boxes (`Submission.read`) and turns the outcome into a page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Generic, Protocol, TypeAlias, TypeVar

from intake_app.core.runtime import Runtime
from intake_app.intake import consents, drafts, merge, returning_client, urgent_advice
from intake_app.intake.draft_parts import Typed
from intake_app.intake.draft_state import CLOSED
from intake_app.intake.merge import Merge
from intake_app.intake.open_draft import OpenDraft
from intake_app.questionnaire import Answers, Journey, Step

CHILD_AGREES = "min.child_agrees"
"""The question whether a child wants the massage."""


class StepPage(Protocol):
    """The boxes of a step's page, filled, and what they say."""

    def typed(self) -> Typed:
        """What is in the boxes, exactly as typed."""

    def validate(self) -> bool:
        """Whether every question that is asked is answered well."""

    def answers(self) -> Answers:
        """The answers, once validated; unanswered questions are absent."""

    def asked(self) -> frozenset[str]:
        """The link ids that were asked, once validated."""

    def therapist_only(self) -> frozenset[str]:
        """The link ids of the answers that are for the therapist only, once validated."""


Page = TypeVar("Page", bound=StepPage)


@dataclass(frozen=True, slots=True)
class Submission(Generic[Page]):
    """What a page sends.

    page_id: of the open page; base_rev: the draft's revision that it was shown; seq: the page's own
    counter of saves. today: the practice's day. read: the boxes as they were sent (None), or filled
    with this. later: the client stops here, and goes on another time. change_rows: what is typed
    after the button that adds or takes away a row, None when it was not pressed. from_check: a
    Change that came from the check page.
    """

    step_id: str
    page_id: str
    base_rev: int
    seq: int
    today: date
    read: Callable[[OpenDraft, Journey, Typed | None], Page]
    later: bool = False
    change_rows: Callable[[Page], Typed] | None = None
    from_check: bool = False


@dataclass(frozen=True, slots=True)
class NotReached:
    """The step is not (or no longer) part of this walk: nothing was kept. journey: as it is."""

    journey: Journey


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two tabs changed the same field: nothing was kept, the client chooses."""

    journey: Journey
    merge: Merge


@dataclass(frozen=True, slots=True)
class KeptForLater:
    """Kept as typed; the client wants to go on another time."""


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """Kept as typed, with a row more or fewer: the same page is shown again."""


@dataclass(frozen=True, slots=True)
class NotRight(Generic[Page]):
    """Kept as typed, but an answer is missing or wrong: the page says which."""

    draft: OpenDraft
    journey: Journey
    page: Page


@dataclass(frozen=True, slots=True)
class ChildSaidNo:
    """Saved, and the form ends here: a child does not want this massage."""


@dataclass(frozen=True, slots=True)
class AdviceDue:
    """Saved, and an answer calls for help: advice comes before anything else."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """Saved. step: what is asked next, None when the walk is finished."""

    draft: OpenDraft
    step: Step | None


SaveOutcome: TypeAlias = (
    NotReached
    | Conflict
    | KeptForLater
    | RowsChanged
    | NotRight[Page]
    | ChildSaidNo
    | AdviceDue
    | GoOn
)


def save_step(
    runtime: Runtime, draft: OpenDraft, submission: Submission[Page]
) -> SaveOutcome[Page]:
    """Keep what the page of a step says, and find what comes next.

    A step that is not right yet keeps everything as typed and no answer. Raises DraftChanged when
    another tab saved first: open the draft again and repeat.
    """
    journey = draft.journey(submission.today)
    if not journey.may_visit(submission.step_id):
        return NotReached(journey)
    sent = submission.read(draft, journey, None)
    merged = _merge(draft, submission, sent)
    if merged.conflicts:
        return Conflict(journey, merged)
    page = sent
    if merged.typed != sent.typed():
        page = submission.read(draft, journey, merged.typed)
    if submission.later:
        _keep(runtime, draft, submission, merged.typed)
        return KeptForLater()
    if submission.change_rows is not None:
        _keep(runtime, draft, submission, submission.change_rows(page))
        return RowsChanged()
    if not page.validate():
        return NotRight(_keep(runtime, draft, submission, merged.typed), journey, page)
    return _finish(runtime, draft, submission, merged.typed, page)


def _merge(draft: OpenDraft, submission: Submission[Page], sent: StepPage) -> Merge:
    return merge.merge(
        draft, submission.step_id, submission.page_id, submission.base_rev, sent.typed()
    )


def _keep(
    runtime: Runtime, draft: OpenDraft, submission: Submission[Page], typed: Typed
) -> OpenDraft:
    """Keep this as typed; later autosaves of the same page no longer count."""
    return drafts.save_typed(runtime, draft, submission.step_id, submission.page_id, typed, CLOSED)


def _finish(
    runtime: Runtime, draft: OpenDraft, submission: Submission[Page], typed: Typed, page: Page
) -> ChildSaidNo | AdviceDue | GoOn:
    """The step is done: keep its answers, and find what comes next."""
    saved = drafts.save_step(
        runtime,
        draft,
        submission.step_id,
        submission.page_id,
        typed,
        page.answers(),
        page.asked(),
        page.therapist_only(),
    )
    journey = saved.journey(submission.today)
    if CHILD_AGREES in page.asked() and consents.child_said_no(journey):
        return ChildSaidNo()
    if urgent_advice.unacknowledged(saved, journey):
        return AdviceDue()
    return GoOn(saved, next_step(saved, journey, submission.step_id, submission.from_check))


def next_step(draft: OpenDraft, journey: Journey, step_id: str, from_check: bool) -> Step | None:
    """What is asked after this step, None for the last pages.

    After a Change from the check page, and after telling more there, only questions that the change
    opened are asked.
    """
    aside = from_check or draft.questionnaire.step(step_id).more
    following = journey.first_open() if aside else journey.after(step_id)
    while following and returning_client.was_confirmed(draft, following):
        following = journey.after(following.id)
    return following


class Autosave(Enum):
    """What became of an autosave. OVERTAKEN: by a newer one, or by the page's own Continue."""

    KEPT = auto()
    OVERTAKEN = auto()
    REFUSED = auto()


def autosave(runtime: Runtime, draft: OpenDraft, submission: Submission[Page]) -> Autosave:
    """Keep what is typed, while it is typed. Answers and progress do not move.

    REFUSED when another tab changed the same field, or when the step is not part of this walk.
    Raises DraftChanged when another tab saved first.
    """
    journey = draft.journey(submission.today)
    if not journey.may_visit(submission.step_id):
        return Autosave.REFUSED
    if merge.is_late(draft, submission.page_id, submission.seq):
        return Autosave.OVERTAKEN
    merged = _merge(draft, submission, submission.read(draft, journey, None))
    if merged.conflicts:
        return Autosave.REFUSED
    drafts.save_typed(
        runtime,
        draft,
        submission.step_id,
        submission.page_id,
        merged.typed,
        submission.seq,
    )
    return Autosave.KEPT
