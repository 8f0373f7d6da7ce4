"""How gunicorn runs the app. Settings come from the environment (PORT, INTAKE_*)."""

import gc
import os
import signal
import sys

from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from intake_app.core.config import SettingError, from_environment, web
from intake_app.core.logs import logging_config as log_config
from intake_app.core.runtime import open_runtime
from intake_app.operations.doctor import refuse_start
from intake_app.operations.scheduler import Scheduler
from intake_app.practice.profile import FORM
from intake_app.questionnaire import DefinitionError, consents_of, versions

# Checked before there are workers: gunicorn would start one that cannot start, again and again.
try:
    settings = from_environment()
    for form in versions(FORM):
        consents_of(form.sha256)
    port, workers = web()
except (SettingError, DefinitionError) as error:
    raise SystemExit(f"The app did not start. {error}") from None


class NoAccessLog(Logger):
    """No log of requests: what is not written cannot leak, and costs nothing.

    gunicorn would compose each line, and throw it away, because there is a logconfig_dict.
    """

    access_log_enabled = False


logger_class = NoAccessLog
bind = f"127.0.0.1:{port}"
forwarded_allow_ips = (
    ""  # gunicorn itself believes nobody: INTAKE_PROXIES alone says who is believed (security.py)
)
secure_scheme_headers = {}
worker_class = "gthread"
threads = 4
preload_app = True  # a worker that died is replaced in a blink, and the workers share memory
timeout = 120
graceful_timeout = 30
umask = 0o077
worker_tmp_dir = "/dev/shm"  # noqa: S108 - only the heartbeat, in memory
control_socket_disable = True
errorlog = "-"
loglevel = "warning"
logconfig_dict = log_config(settings.log_level)


def hold_the_word_to_stop() -> None:
    """Wait with SIGTERM until the worker listens.

    gunicorn loses one that comes before, and would kill the worker 30 seconds later.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def hear_the_word_to_stop() -> None:
    """Now, also when it was said meanwhile."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


os.register_at_fork(before=hold_the_word_to_stop, after_in_parent=hear_the_word_to_stop)


def on_starting(server: object) -> None:
    """Once, before any worker: a damaged database, or the keys of another one, stop the start.

    Raises SystemExit with a sentence.
    """
    try:
        runtime = open_runtime(from_environment())
    except SettingError as error:
        raise SystemExit(f"The app did not start. {error}") from None
    reason = refuse_start(runtime)
    runtime.engine.dispose()  # no connection is shared with the workers
    if reason:
        raise SystemExit(f"The app did not start. {reason}")


def when_ready(server: object) -> None:
    """The app is loaded and no worker forked yet.

    What is there now stays, and is never looked through for waste.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def post_worker_init(worker: Worker) -> None:
    """Warm the PDF worker, so that no client waits for its fonts; begin the regular jobs."""
    hear_the_word_to_stop()
    sys.setswitchinterval(
        0.001
    )  # seconds: who turns a page waits less for a thread that signs (p99 26 -> 24 ms)
    runtime = worker.app.callable.extensions["runtime"]
    runtime.pool.warm()
    worker.scheduler = Scheduler(runtime)


def worker_exit(server: object, worker: Worker) -> None:
    """Stop this worker's regular jobs, and its PDF worker with it."""
    worker.scheduler.stop()
    worker.app.callable.extensions["runtime"].pool.close()
