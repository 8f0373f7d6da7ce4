"""What is done without anybody asking.

It ends sessions, reads the calendar, sends emails, and finishes a cut-off change of keys.

One quiet thread in each server process. Each job claims its work in the database, so that several
processes do it once (front_desk.calendar_import, front_desk.mailer).
"""

import threading
from collections.abc import Callable, Sequence

from intake_app.accounts import sessions
from intake_app.core import logs
from intake_app.core.runtime import Runtime
from intake_app.front_desk import calendar_import, mailer
from intake_app.keys import rotation

EVERY = 10.0
AT_START = (sessions.sweep,)  # what a server that was stopped left behind
JOBS = (
    sessions.sweep,
    rotation.resume_rotation,
    calendar_import.refresh,
    mailer.queue_due,
    mailer.send_due,
)


def run_jobs_once(runtime: Runtime) -> None:
    """Every job once. One that fails is noted, by its kind only, and does not stop the others."""
    _do(runtime, JOBS)


def _do(runtime: Runtime, jobs: Sequence[Callable[[Runtime], object]]) -> None:
    for job in jobs:
        try:
            job(runtime)
        except Exception as error:
            logs.log_failure(error, job.__module__)


class Scheduler:
    """The thread. `stop` ends it at once, also in the middle of a pause."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        _do(self._runtime, AT_START)
        while not self._over.wait(EVERY):
            run_jobs_once(self._runtime)

    def stop(self) -> None:
        """End after the job at hand."""
        self._over.set()
