"""A released definition never changes; a draft is never used by accident."""

from pathlib import Path

import pytest

from intake_app.questionnaire import DefinitionError, Repository, release_lines
from tests.questionnaire.small import REGIONS, SOURCE

CONSENTS = """
name = "massage_consents"
version = "{version}"
[[consent]]
id = "informed"
title = "Massage"
text = "I agree."
required = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three versions of the small questionnaire and three of
    the consents; all released.
    """
    for version in ("1.0.0", "1.9.0", "1.10.0"):
        write(tmp_path, f"small/{version}.toml", SOURCE.replace('"1.0.0"', f'"{version}"'))
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        write(tmp_path, f"consents/{version}.toml", CONSENTS.format(version=version))
    release(tmp_path)
    return tmp_path


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def release(folder: Path) -> None:
    (folder / "released.txt").write_text("\n".join(release_lines(folder)) + "\n", encoding="utf-8")


def test_a_released_version_is_read_once(folder: Path) -> None:
    library = Repository(folder, REGIONS)
    small = library.released("small", "1.0.0")
    assert small.version == "1.0.0"
    assert library.released("small", "1.0.0") is small


def test_a_released_file_whose_bytes_changed_is_refused(folder: Path) -> None:
    library = Repository(folder, REGIONS)
    library.released("small", "1.0.0")
    write(folder, "small/1.0.0.toml", SOURCE + "\n# only a comment")
    for draft in (False, True):
        with pytest.raises(
            DefinitionError, match=r"small/1\.0\.0\.toml: its bytes are not the released ones"
        ):
            library.released("small", "1.0.0", draft=draft)


def test_the_latest_is_the_highest_number(folder: Path) -> None:
    assert Repository(folder, REGIONS).latest("small").version == "1.10.0"


def test_a_draft_is_read_only_when_asked_for(folder: Path) -> None:
    write(folder, "small/2.0.0.toml", SOURCE.replace('"1.0.0"', '"2.0.0"'))
    library = Repository(folder, REGIONS)
    with pytest.raises(DefinitionError, match="this is a draft"):
        library.released("small", "2.0.0")
    assert library.released("small", "2.0.0", draft=True).version == "2.0.0"
    assert library.latest("small").version == "1.10.0"


def test_a_definition_is_found_by_its_hash_for_ever(folder: Path) -> None:
    library = Repository(folder, REGIONS)
    old = library.released("small", "1.9.0")
    assert library.by_sha256(old.sha256) is old
    with pytest.raises(DefinitionError, match="no released definition"):
        library.by_sha256("0" * 64)


def test_a_hash_of_consents_is_no_questionnaire(folder: Path) -> None:
    library = Repository(folder, REGIONS)
    texts = library.consents(library.latest("small"))
    with pytest.raises(DefinitionError):
        library.by_sha256(texts.sha256)


def test_the_latest_released_consents_of_the_same_first_number_are_used(folder: Path) -> None:
    library = Repository(folder, REGIONS)
    write(folder, "consents/3.0.0.toml", CONSENTS.format(version="3.0.0"))
    assert library.consents(library.latest("small")).version == "1.1.0"
    assert library.consents(library.latest("small"), "3.0.0", draft=True).version == "3.0.0"


def test_a_file_that_says_another_name_or_version_than_its_path_is_refused(folder: Path) -> None:
    write(folder, "small/4.0.0.toml", SOURCE)
    with pytest.raises(DefinitionError, match=r"small/4\.0\.0\.toml: it says it is small 1\.0\.0"):
        Repository(folder, REGIONS).released("small", "4.0.0", draft=True)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    library = Repository(tmp_path, REGIONS)
    with pytest.raises(DefinitionError, match="nothing called “small” is released"):
        library.latest("small")
    with pytest.raises(DefinitionError, match="there is no such definition"):
        library.released("small", "1.0.0", draft=True)


def test_a_release_list_that_cannot_be_read_is_refused(folder: Path) -> None:
    write(folder, "released.txt", "small/1.0.0.toml is released\n")
    with pytest.raises(DefinitionError, match=r"released\.txt: line 1"):
        Repository(folder, REGIONS).latest("small")
