"""Two windows on one form: what each of them changed, put together field by field."""

from dataclasses import dataclass

from intake_app.intake.draft_state import Typed
from intake_app.intake.drafts import CLOSED, OpenDraft


@dataclass(frozen=True, slots=True)
class Merge:
    """What a save would store, and the fields that two tabs changed differently (name -> stored, sent)."""

    typed: Typed
    conflicts: dict[str, tuple[list[str], list[str]]]


def merge(draft: OpenDraft, step_id: str, page: str, base_rev: int, sent: Typed) -> Merge:
    """Three-way merge, per field: what the page was shown, what is stored now, what the page sends.

    A field only one side changed takes that change; a field both changed differently is a conflict.
    """
    saves = draft.state.snapshots.get(step_id, [])
    stored = draft.state.typed.get(step_id, {})
    if not saves or saves[-1][1] == page or saves[-1][0] <= base_rev:
        return Merge(sent, {})
    seen: Typed = next(
        (typed for rev, by, typed in reversed(saves) if by == page or rev <= base_rev), {}
    )
    merged, conflicts = {}, {}
    for name in sent.keys() | stored.keys():
        now, new = stored.get(name, []), sent.get(name, [])
        shown_words, now_words, new_words = (_words(one) for one in (seen.get(name, []), now, new))
        if new_words in (shown_words, now_words):
            merged[name] = now
        else:
            merged[name] = new
            if now_words != shown_words:
                conflicts[name] = (now, new)
    return Merge(merged, conflicts)


def _words(texts: list[str]) -> list[str]:
    """An empty box and a box that was never there say the same: nothing."""
    return [text for text in texts if text]


def is_late(draft: OpenDraft, page: str, seq: int) -> bool:
    """True for an autosave that was overtaken by a newer one, or by the page's own Continue."""
    last = draft.state.pages.get(page, 0)
    return last == CLOSED or seq <= last
