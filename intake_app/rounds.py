"""What is done without anybody asking: reading the calendar, sending letters, finishing a cut-off change of keys.

One quiet thread in each server process.
Each job claims its work in the database, so that several processes do it once (services.calendars, services.letters).
"""

import threading

from intake_app import errors
from intake_app.house import House
from intake_app.services import calendars, keyring, letters

EVERY = 10.0
JOBS = (keyring.finish, calendars.refresh, letters.queue_due, letters.send_due)


def go_round(house: House) -> None:
    """Every job once. One that fails is noted, by its kind only, and does not stop the others."""
    for job in JOBS:
        try:
            job(house)
        except Exception as error:
            errors.note(error, job.__module__)


class Rounds:
    """The thread. `stop` ends it at once, also in the middle of a pause."""

    def __init__(self, house: House) -> None:
        self._house, self._over = house, threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            go_round(self._house)

    def stop(self) -> None:
        """End after the job at hand."""
        self._over.set()
