"""deploy/gunicorn.conf.py, without warming the press of a worker that will be killed in a moment anyway."""

from pathlib import Path

exec(Path("deploy/gunicorn.conf.py").read_text())  # noqa: S102 - our own file
del globals()["post_worker_init"]
