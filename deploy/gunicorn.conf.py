"""How gunicorn runs the app. Settings come from the environment (PORT, WEB_CONCURRENCY, INTAKE_*)."""

import os

from gunicorn.workers.base import Worker

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
timeout = 120
graceful_timeout = 30
umask = 0o077
worker_tmp_dir = "/dev/shm"  # noqa: S108 - only the heartbeat, in memory
control_socket_disable = True
accesslog = None  # the address of a page is harmless here, but a log that is not written cannot leak
errorlog = "-"
loglevel = "warning"


def post_worker_init(worker: Worker) -> None:
    """Warm the paper press, so that the first client does not wait for its fonts."""
    worker.app.callable.extensions["house"].pool.warm()


def worker_exit(server: object, worker: Worker) -> None:
    """Stop this worker's paper press with it."""
    worker.app.callable.extensions["house"].pool.close()
