"""What one PDF may use of the machine.

The kernel enforces it: a loop in C ends, too, and nobody has to watch.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

CLOCK_FACTOR = 10
"""So many seconds by the clock for each second of computing."""
TOO_LONG = (-signal.SIGPROF, -signal.SIGALRM)
"""How a process ends that was over its limit, as subprocess tells it."""


@contextmanager
def limit_cpu(seconds: float) -> Iterator[None]:
    """End this process when the block computes for longer than this.

    It ends as well when the block lasts ten times as long by the clock. Mainly computing counts,
    because a busy machine lets a PDF wait for its turn: to kill the process then, and to start
    another one cold, would make the machine busier.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, CLOCK_FACTOR * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
