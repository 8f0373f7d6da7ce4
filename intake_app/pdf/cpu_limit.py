"""What one paper may use of the machine, kept by the kernel: also a loop in C ends, and nobody has to watch."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 10
TOO_LONG = (-signal.SIGPROF, -signal.SIGALRM)
"""How a process ends that was over its limit, as subprocess tells it."""


@contextmanager
def limit_cpu(seconds: float) -> Iterator[None]:
    """This process ends when the block computes for longer than this, or lasts ten times as long by the clock.

    Only computing counts, because a machine that is busy lets a paper wait for its turn: to kill it then, and to begin
    it again cold, would make the machine busier.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
