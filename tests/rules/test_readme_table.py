"""The README's table of thieves and the tests that prove it have the same lines."""

import re

from tests.support import REPOSITORY

LINE = re.compile(r"^\| (.+?) \| .+ \|$", re.M)


def test_every_thief_in_the_readme_has_a_test_of_that_name() -> None:
    table = (REPOSITORY / "README.md").read_text(encoding="utf-8").partition("| a thief has | and gets |")[2]
    thieves = LINE.findall(table.partition("\n\n")[0])
    named = {"test_" + re.sub(r"[^a-z]+", "_", one.lower().replace("'", "")) for one in thieves}
    tests = re.findall(r"^def (test_\w+)", (REPOSITORY / "tests/services/test_thieves.py").read_text(), re.M)
    assert named == set(tests)
    assert len(named) == 16
