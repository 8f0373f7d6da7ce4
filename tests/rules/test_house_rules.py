"""The project's rules that no reviewer should have to check by hand."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from flask import Flask

from intake_app.web.access import audience_of
from tests.support import REPOSITORY, source_rules

TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
SOURCES = sorted((REPOSITORY / "intake_app").rglob("*.py"))
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))
DEPLOYED = sorted(
    file
    for file in (REPOSITORY / "deploy").rglob("*")
    if file.is_file() and (file.suffix == ".py" or file.read_bytes().startswith(b"#!"))
)
SCRIPTS = [*SOURCES, *TESTS, REPOSITORY / "wsgi.py", *DEPLOYED]
APP = [source for source in SOURCES if "migrations" not in source.parts]
PROSE = [
    *TEMPLATES,
    *sorted((REPOSITORY / "docs").rglob("*.md")),
    REPOSITORY / "README.md",
    REPOSITORY / "CHANGELOG.md",
    *(
        file
        for kind in ("js", "css")
        for file in sorted((REPOSITORY / "static").rglob(f"*.{kind}"))
        if "vendor" not in file.parts
    ),
]
THIS_RULE = {"source_rules.py", "test_source_rules.py"}
INLINE = re.compile(
    r"\son[a-z]+=|\sstyle=|<style|<script(?![^>]*\bsrc=)|\|\s*safe\b|hx-on|javascript:", re.I
)
EVAL = re.compile(
    r"""hx-[a-z:-]+=["'][^"']*(?:\bjs:|\[)"""
)  # values of htmx that need eval, which the policy forbids
FOREIGN = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.I)


def name_of(file: Path) -> str:
    """Where a file lies in the repository."""
    return file.relative_to(REPOSITORY).as_posix()


def each_folder(files: Iterable[Path]) -> pytest.MarkDecorator:
    """One test for each part of the app or of the tests: one for each file would take minutes."""
    parts: dict[str, list[Path]] = {}
    for file in files:
        part = "/".join(name_of(file).split("/")[:-1][:2]) or "top"
        parts.setdefault(part, []).append(file)
    return pytest.mark.parametrize("files", parts.values(), ids=parts.keys())


def hold(files: list[Path], rule: Callable[[str], list[str]]) -> None:
    """Assert that no file has one of these faults."""
    for file in files:
        faults = rule(file.read_text(encoding="utf-8"))
        assert faults == [], name_of(file)


def hold_together(rule: Callable[[str], list[str]], most: int) -> None:
    """Assert that all modules of the app together have at most so many of these."""
    faults = [
        f"{name_of(file)} {fault}"
        for file in APP
        for fault in rule(file.read_text(encoding="utf-8"))
    ]
    assert len(faults) <= most, "\n".join(faults)


@each_folder(SCRIPTS)
def test_lines_have_at_most_100_characters(files: list[Path]) -> None:
    hold(files, source_rules.long_lines)


@each_folder(APP)
def test_functions_have_at_most_250_syntax_nodes(files: list[Path]) -> None:
    hold(files, source_rules.large_functions)


@each_folder(APP)
def test_no_statement_assigns_two_unrelated_things(files: list[Path]) -> None:
    hold(files, source_rules.parallel_assignments)


@each_folder(APP)
def test_no_name_in_code_is_an_old_word(files: list[Path]) -> None:
    hold(files, source_rules.old_names)
    assert [file.stem for file in files if source_rules.old_names("", file.stem)] == []


@each_folder([file for file in (*SCRIPTS, *PROSE) if file.name not in THIS_RULE])
def test_nobody_is_called_she_or_he(files: list[Path]) -> None:
    hold(files, source_rules.gendered_words)


@each_folder(
    [file for file in TESTS if not {"support", "demo"} & {file.parent.name, *file.parts[-3:-1]}]
)
def test_the_made_up_practice_is_no_factory_of_tests(files: list[Path]) -> None:
    """People and clients come from tests/support; two modules there take the demo's."""
    for file in files:
        source = file.read_text(encoding="utf-8")
        assert source_rules.imports_of(source, "intake_app.demo") == [], name_of(file)


def test_at_most_20_types_are_open_mappings() -> None:
    hold_together(source_rules.open_mappings, 20)


def test_any_stands_in_annotations_on_at_most_120_lines() -> None:
    hold_together(source_rules.lines_with_any, 120)


def test_no_folder_is_crowded() -> None:
    versions = REPOSITORY / "intake_app" / "migrations"
    app = [source for source in SOURCES if not source.is_relative_to(versions)]
    assert source_rules.crowded_folders(app, 16) == []
    assert source_rules.crowded_folders(TESTS, 25) == []


def test_at_most_three_modules_lie_on_top_of_the_app() -> None:
    top = {file.name for file in (REPOSITORY / "intake_app").glob("*.py")} - {"__init__.py"}
    assert len(top) <= 3


def test_no_class_name_stands_for_two_things() -> None:
    sources = {name_of(file): file.read_text(encoding="utf-8") for file in APP}
    assert source_rules.doubled_classes(sources) == []


def test_every_address_that_a_template_links_to_exists(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    linked = {
        (name_of(template), found)
        for template in TEMPLATES
        for found in re.findall(
            r"""url_for\(\s*["']([\w.]+)["']""", template.read_text(encoding="utf-8")
        )
    }
    assert {(file, endpoint) for file, endpoint in linked if endpoint not in endpoints} == set()


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
