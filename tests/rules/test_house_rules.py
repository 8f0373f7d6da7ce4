"""Rules of the house that no reviewer should have to check by hand."""

import re
from pathlib import Path

import pytest
from flask import Flask

from intake_app.web.access import audience_of
from tests.support import REPOSITORY

TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
SOURCES = sorted((REPOSITORY / "intake_app").rglob("*.py"))
INLINE = re.compile(
    r"\son[a-z]+=|\sstyle=|<style|<script(?![^>]*\bsrc=)|\|\s*safe\b|hx-on|javascript:", re.I
)
EVAL = re.compile(
    r"""hx-[a-z:-]+=["'][^"']*(?:\bjs:|\[)"""
)  # values of htmx that need eval, which the policy forbids
FOREIGN = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.I)


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    undeclared = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if audience_of(app, rule.endpoint) is None
    ]
    assert undeclared == []


@pytest.mark.parametrize(
    "template", [t for t in TEMPLATES if "pdf" not in t.parts], ids=lambda t: t.name
)
def test_no_template_has_inline_script_or_style_or_unescaped_text(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert INLINE.findall(text) + EVAL.findall(text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
def test_no_template_asks_another_host(template: Path) -> None:
    assert FOREIGN.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.name)
def test_templates_stay_short(template: Path) -> None:
    assert len(template.read_text(encoding="utf-8").splitlines()) <= 90


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: str(s.relative_to(REPOSITORY)))
def test_modules_stay_short(source: Path) -> None:
    if "migrations" not in source.parts:
        assert len(source.read_text(encoding="utf-8").splitlines()) <= 400


def test_nothing_is_logged_but_kinds_and_places() -> None:
    """Every log call names only exception types, endpoints and random numbers (see errors.py)."""
    calls = [
        (source.name, line.strip())
        for source in SOURCES
        for line in source.read_text(encoding="utf-8").splitlines()
        if re.search(r"\blog(ger)?\.(debug|info|warning|error|exception|critical)\(", line)
    ]
    assert {name for name, _ in calls} <= {"errors.py", "logs.py", "request_log.py"}
    assert not [line for _, line in calls if "exc_info" in line or ".exception(" in line]
