"""The documents are true where a machine can tell:
links lead somewhere, tables name what there is.
"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from tests.support.documents import (
    ALL,
    BY_HAND,
    DOCS,
    README,
    REPOSITORY,
    Block,
    anchors,
    blocks,
    prose,
)

LANGUAGES = {"sh", "text", "toml", "python", "caddyfile"}
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]+))?\)")
WIDEST = 120
PATH = re.compile(r"`([\w.-]+/[\w./-]*)(?::(\w+))?`")
BELOW = ("", "intake_app/")  # where a path of a document may begin
NOT_HERE = re.compile(r"^(var|backups|anchors|caddy)/|FEATURE")
"""Paths in a practice's own folder, and those that the reader fills in."""
ELSEWHERE = re.compile(
    r"shared design|security notes|\(design kit\)|the research said|attacks? A\d|of the prototype"
    r"|/shared/"
)
OPERATE = (REPOSITORY / "docs" / "operate.md").read_text(encoding="utf-8")


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) <= 8192


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.name)
def test_every_link_leads_to_a_file_and_a_heading_of_the_repository(file: Path) -> None:
    for name, heading in LINK.findall(prose(file)):
        target = (file.parent / name).resolve() if name else file
        assert target.exists(), name
        assert target.is_relative_to(REPOSITORY), name
        assert not heading or heading in anchors(target), f"{name}#{heading}"


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_lines_can_be_read_side_by_side(file: Path) -> None:
    lines = [line for line in prose(file).splitlines() if not line.startswith("|")]
    assert [line for line in lines if len(line) > WIDEST] == []


def test_every_block_names_its_language() -> None:
    assert {block.language for block in blocks()} <= LANGUAGES


def test_what_is_run_by_hand_says_when_it_last_was_and_how_long_it_took() -> None:
    by_hand = [block for block in blocks("sh") if block.is_by_hand]
    assert by_hand
    assert [block.before for block in by_hand if not BY_HAND.search(block.before)] == []


def test_toml_in_a_document_can_be_read() -> None:
    assert all(tomllib.loads(block.text) for block in blocks("toml"))


@pytest.mark.parametrize("block", list(blocks("caddyfile")), ids=lambda block: block.file.name)
def test_caddy_understands_what_is_written_for_it(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "Caddyfile"
    file.write_text(block.text, encoding="utf-8")
    command = ["caddy", "adapt", "--config", str(file), "--adapter", "caddyfile"]
    subprocess.run(command, check=True, capture_output=True)


def test_the_table_of_settings_names_each_and_no_other() -> None:
    sources = "\n".join(
        file.read_text(encoding="utf-8") for file in (REPOSITORY / "intake_app").rglob("*.py")
    )
    known = set(re.findall(r'"(INTAKE_[A-Z_]+)"', sources))
    table = OPERATE.partition("| setting | default |")[2].partition("\n\n")[0]
    assert set(re.findall(r"INTAKE_[A-Z_]+", table)) == known


def test_the_table_of_commands_names_each(app: Flask) -> None:
    table = OPERATE.partition("| command | what it does |")[2].partition("\n\n")[0]
    assert [name for name in app.cli.commands if not re.search(rf"`{name}\b", table)] == []


@pytest.mark.parametrize("folder", ["intake_app", "tests", "deploy", "templates", "static"])
def test_no_source_cites_a_document_that_is_not_in_the_repository(folder: str) -> None:
    texts = [
        (file, file.read_text(encoding="utf-8"))
        for file in (REPOSITORY / folder).rglob("*")
        if file.suffix in {".py", ".html", ".css", ".js"} and file.name != Path(__file__).name
    ]
    assert [
        (file.name, found[0]) for file, text in texts if (found := ELSEWHERE.search(text))
    ] == []
    named = {name for _, text in texts for name in re.findall(r"(?<![\w*])docs/[\w./-]*\w", text)}
    assert [name for name in sorted(named) if not (REPOSITORY / name).exists()] == []


@pytest.mark.parametrize(
    "name", ["architecture.md", "CONTRIBUTING.md", "operate.md", "security.md"]
)
def test_every_path_and_function_that_a_document_names_exists(name: str) -> None:
    for path, function in PATH.findall(prose(REPOSITORY / "docs" / name)):
        if NOT_HERE.search(path):
            continue
        found = [
            REPOSITORY / folder / path for folder in BELOW if (REPOSITORY / folder / path).exists()
        ]
        assert found, path
        text = found[0].read_text(encoding="utf-8") if function else ""
        assert not function or re.search(rf"^\s*(def|class) {function}\b", text, re.M), (
            f"{path}:{function}"
        )
