"""deploy/gunicorn.conf.py, without warming the press of a worker that will be
killed in a moment anyway.
"""

from pathlib import Path

exec(Path("deploy/gunicorn.conf.py").read_text())  # noqa: S102 - our own file


def post_worker_init(worker: object) -> None:
    """Listen, and begin nothing else."""
    globals()["hear_the_word_to_stop"]()
