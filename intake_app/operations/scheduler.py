"""What is done without anybody asking: ending sessions, reading the calendar, sending letters, finishing a cut-off
change of keys.

One quiet thread in each server process.
Each job claims its work in the database, so that several processes do it once (services.calendars, services.letters).
"""

import threading
from collections.abc import Callable, Sequence

from intake_app.accounts import sessions
from intake_app.core import logs
from intake_app.core.runtime import House
from intake_app.front_desk import calendar_import, mailer
from intake_app.keys import rotation

EVERY = 10.0
AT_START = (sessions.sweep,)  # what a server that was stopped left behind
JOBS = (sessions.sweep, rotation.finish, calendar_import.refresh, mailer.queue_due, mailer.send_due)


def go_round(house: House) -> None:
    """Every job once. One that fails is noted, by its kind only, and does not stop the others."""
    _do(house, JOBS)


def _do(house: House, jobs: Sequence[Callable[[House], object]]) -> None:
    for job in jobs:
        try:
            job(house)
        except Exception as error:
            logs.note(error, job.__module__)


class Rounds:
    """The thread. `stop` ends it at once, also in the middle of a pause."""

    def __init__(self, house: House) -> None:
        self._house, self._over = house, threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        _do(self._house, AT_START)
        while not self._over.wait(EVERY):
            go_round(self._house)

    def stop(self) -> None:
        """End after the job at hand."""
        self._over.set()
