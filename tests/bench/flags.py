"""All flag rules on a full response, beside the plain summary of the same walk."""

import statistics
import time
from collections.abc import Callable

from intake_app.questionnaire import Journey, pressures, raised, summarise
from tests.questionnaire.test_worked_cases import CASES, walk
from tests.support.definitions import RULES_1

ROUNDS = 200


def main() -> None:
    """Print the medians and the ratio, for the worked case with the most flags."""
    rules = RULES_1
    journey = max((walk(case) for case in CASES["case"]), key=lambda one: len(raised(rules, one)))
    flags = _median(lambda one: pressures(raised(rules, one), one), journey)
    plain = _median(summarise, journey)
    print(f"flags: {flags:.2f} ms for {len(rules.rules)} rules and every region (bar: 5 ms)")
    print(f"flags / summary: {flags / plain:.1f} (summary: {plain:.2f} ms)")


def _median(work: Callable[[Journey], object], journey: Journey) -> float:
    """Milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work(journey)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
