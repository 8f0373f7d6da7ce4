"""Two windows on one form: what each of them changed, put together field by field."""

from dataclasses import dataclass

from intake_app.intake.draft_state import CLOSED, Snapshot, Typed
from intake_app.intake.open_draft import OpenDraft


@dataclass(frozen=True, slots=True)
class Merge:
    """What a save would store.

    conflicts: the fields that two tabs changed differently (name -> stored, sent).
    """

    typed: Typed
    conflicts: dict[str, tuple[list[str], list[str]]]


def merge(draft: OpenDraft, step_id: str, page: str, base_rev: int, sent: Typed) -> Merge:
    """Three-way merge, per field: what the page was shown, what is stored now, what the page sends.

    A field only one side changed takes that change; a field both changed differently is a
    conflict. page: the id of the open page; base_rev: the draft's revision that it was shown.
    """
    saves = draft.state.snapshots.get(step_id, ())
    stored = draft.state.typed.get(step_id, {})
    if not saves or saves[-1].page == page or saves[-1].rev <= base_rev:
        return Merge(sent, {})
    return _by_field(_shown(saves, page, base_rev), stored, sent)


def _by_field(shown: Typed, stored: Typed, sent: Typed) -> Merge:
    typed: Typed = {}
    conflicts: dict[str, tuple[list[str], list[str]]] = {}
    for name in sent.keys() | stored.keys():
        now = stored.get(name, [])
        new = sent.get(name, [])
        before = _words(shown.get(name, []))
        if _words(new) in (before, _words(now)):
            typed[name] = now
            continue
        typed[name] = new
        if _words(now) != before:
            conflicts[name] = (now, new)
    return Merge(typed, conflicts)


def _shown(saves: tuple[Snapshot, ...], page: str, base_rev: int) -> Typed:
    """What this page was shown, or sent last: the newest save that it knows of."""
    for save in reversed(saves):
        if save.page == page or save.rev <= base_rev:
            return save.typed
    return {}


def _words(texts: list[str]) -> list[str]:
    """An empty box and a box that was never there say the same: nothing."""
    return [text for text in texts if text]


def is_late(draft: OpenDraft, page: str, seq: int) -> bool:
    """True for an autosave that was overtaken by a newer one, or by the page's own Continue."""
    last = draft.state.pages.get(page, 0)
    return last == CLOSED or seq <= last
