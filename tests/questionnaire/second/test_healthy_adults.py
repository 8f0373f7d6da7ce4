"""Too many warnings are a fault as real as too few: what a crowd of adults comes out with.

One crowd of 2,000 is off by about one in a hundred, so three are counted.
"""

from statistics import mean

import pytest

from tests.bench.healthy_adults import COUNTED, missed, simulate
from tests.questionnaire.second.checks import changed_rule

CROWDS = (1, 2, 3)
FEW = 150


def test_the_crowds_stay_within_the_bars() -> None:
    shares = [simulate(seed=seed).shares() for seed in CROWDS]
    assert missed({name: mean(one[name] for one in shares) for name in COUNTED}) == []


def test_the_same_seed_gives_the_same_people() -> None:
    assert simulate(20, 1).shares() == simulate(20, 1).shares()


@pytest.mark.parametrize(
    ("code", "answer", "more", "bar"),
    [
        ("A08", "faint", ["none"], "stop"),
        ("F13", "hypermobile", ["oa", "sore_spot", "backpain", "neckpain", "none"], "to_medium"),
        ("F13", "hypermobile", ["oa", "sore_spot", "backpain", "neckpain", "none"], "without"),
        ("A16", "unsure", ["none"], "median"),
    ],
)
def test_rules_that_are_too_strict_are_seen(
    code: str, answer: str, more: list[str], bar: str
) -> None:
    codes = ", ".join(f'"{one}"' for one in (answer, *more))
    rules = changed_rule(code, f'answer = "{answer}"', f"answer = [{codes}]")
    assert bar in missed(simulate(FEW, 1, rules=rules).shares())
