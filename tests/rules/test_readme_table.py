"""The table of thieves in docs/security.md and the tests that prove it have the same lines."""

import re

from tests.support import REPOSITORY

LINE = re.compile(r"^\| (.+?) \| .+ \|$", re.M)


def test_every_thief_in_the_table_has_a_test_of_that_name() -> None:
    text = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
    table = text.partition("| a thief has | and gets |")[2]
    thieves = LINE.findall(table.partition("\n\n")[0])
    named = {"test_" + re.sub(r"[^a-z]+", "_", one.lower().replace("'", "")) for one in thieves}
    (file,) = (REPOSITORY / "tests").rglob("test_thieves.py")
    tests = re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.M)
    assert named == set(tests)
    assert len(named) == 16
