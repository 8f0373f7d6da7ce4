"""The board with 200 visits beside the board with 20:
bytes and server time (bar: a factor of 2).
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from intake_app import create_app
from intake_app.core.config import Settings
from intake_app.core.runtime import Runtime, open_runtime
from intake_app.migrations import upgrade
from intake_app.visits import visits
from intake_app.visits.person import ExpectedClient
from tests.support import people
from tests.support.people import DORA

LOOKS = 10 * int(os.environ.get("BENCH_ROUNDS", "30"))


def main() -> None:
    """Print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        runtime = open_runtime(
            Settings(
                data=data, database_url=f"sqlite:///{data / 'intake.db'}", app_key=bytes(range(32))
            )
        )
        upgrade(runtime.engine)
        people.set_up(runtime)
        app = create_app(runtime=runtime)
        app.config["PREFERRED_URL_SCHEME"] = "https"
        dora = app.test_client()
        people.sign_in(dora, people.hire(runtime, DORA))
        few = measured(dora, lambda: expect(runtime, 0, 20))
        many = measured(dora, lambda: expect(runtime, 20, 200))
        runtime.pool.close()
    print(f"board 200/20   bytes {many[0]} / {few[0]}   ratio {many[0] / few[0]:.2f} (bar 2.0)")
    print(
        f"board 200/20   time {many[1]:.2f} ms / {few[1]:.2f} ms"
        f"   ratio {many[1] / few[1]:.2f} (bar 2.0)"
    )


def expect(runtime: Runtime, first: int, last: int) -> None:
    """Visits a few minutes apart, around now."""
    for number in range(first, last):
        at = runtime.clock() + timedelta(minutes=(number % 20) * 3 - 20 + number // 20)
        visits.add(
            runtime,
            at,
            ExpectedClient(f"A{number} B{number}", "Donna Reyes", "920 555 0134", "a@example.org"),
            "bench",
        )


def measured(dora: FlaskClient, prepare: Callable[[], None]) -> tuple[int, float]:
    """Bytes of the board, and the median time of one answer in milliseconds."""
    prepare()
    times = []
    for _ in range(LOOKS):
        begun = time.perf_counter()
        answer = dora.get("/desk")
        times.append((time.perf_counter() - begun) * 1000)
    return len(answer.data), statistics.median(times)


if __name__ == "__main__":
    main()
