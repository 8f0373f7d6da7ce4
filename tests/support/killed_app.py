"""The app with one place where its worker is killed, once.

FAULT_AT names it; the file FAULT_MARK says it happened.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from intake_app.intake import drafts, signing
from intake_app.records import completion, printing
from wsgi import app

__all__ = ["PLACES", "app"]

PLACES: dict[str, tuple[Any, str, bool]] = {
    "before the evidence is sealed": (signing.age, "encrypt_to", False),
    "before the evidence is committed": (drafts, "save_state_in", True),
    "before the document is printed": (printing, "record_document", False),
    "before the copy is stored": (completion, "_store_copy", False),
    "before the document is stored": (completion, "_store_document", False),
    "before either is committed": (completion, "_close_draft", True),
    "before the answer is sent": (signing, "complete", True),
}


def _die_once() -> None:
    try:
        Path(os.environ["FAULT_MARK"]).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _deadly(real: Callable[..., Any], after: bool) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if not after:
            _die_once()
        result = real(*args, **kwargs)
        if after and (real.__name__ != "save_state_in" or result.state.is_signed):
            _die_once()
        return result

    return call


if "FAULT_AT" in os.environ:
    room, name, when = PLACES[os.environ["FAULT_AT"]]
    setattr(room, name, _deadly(getattr(room, name), when))
