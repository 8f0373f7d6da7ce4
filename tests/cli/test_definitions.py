"""`flask definitions --json`: nothing of the clinical content is missing."""

import json

from flask import Flask


def test_it_counts_the_whole_content(app: Flask) -> None:
    found = json.loads(app.test_cli_runner().invoke(args=["definitions", "--json"]).output)
    assert found["rules"] == 403
    assert found["rules_by_level"] == {
        "STOP": 100,
        "ASK_FIRST": 45,
        "LOCAL": 87,
        "CAUTION": 119,
        "INFO": 52,
    }
    assert (found["regions"], found["sources"]) == (50, 121)
    assert (found["questions"], found["consents"]) == (218, 15)


def test_people_can_read_it_too(app: Flask) -> None:
    assert "sources: 121" in app.test_cli_runner().invoke(args=["definitions"]).output
