"""`flask definitions --json`: nothing of the clinical content is missing."""

import json

from flask import Flask


def test_it_counts_the_whole_content(app: Flask) -> None:
    found = json.loads(app.test_cli_runner().invoke(args=["definitions", "--json"]).output)
    assert found["rules"] == 234
    assert found["rules_by_level"] == {"STOP": 60, "LOCAL": 44, "CAUTION": 107, "INFO": 23}
    assert (found["regions"], found["sources"]) == (50, 111)
    assert (found["questions"], found["consents"]) == (250, 17)


def test_people_can_read_it_too(app: Flask) -> None:
    assert "sources: 111" in app.test_cli_runner().invoke(args=["definitions"]).output
