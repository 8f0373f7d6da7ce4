"""deploy/gunicorn.conf.py, with somebody who stops the server just when
its first worker is born.
"""

import os
import signal
import time
from pathlib import Path

exec(Path("deploy/gunicorn.conf.py").read_text())  # noqa: S102 - our own file


def post_fork(server: object, worker: object) -> None:
    """In the new worker, before it listens to signals."""
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(1)  # the server has passed the word on before the worker goes on
