"""Each rule about sources finds the fault it is there for, and leaves alone what is right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import source_rules as rules

Rule = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("rule", "fault", "right"),
    [
        (rules.long_lines, "x" * 101, "x" * 100),
        (
            rules.large_functions,
            "def act():\n" + "    call(1)\n" * 63,
            "def act():\n" + "    call(1)\n" * 40,
        ),
        (rules.parallel_assignments, "a, b = one, two", "a, b = pair"),
        (rules.parallel_assignments, "self.a, b = one, two", "a, b = b, a"),
        (rules.open_mappings, "def act(a: dict[str, Any]): ...", "def act(a: dict[str, int]): ..."),
        (rules.open_mappings, "a: Mapping[str, object] = {}", "a: Mapping[str, str] = {}"),
        (rules.open_mappings, "a: list[typing.Dict[str, typing.Any]]", "a: list[Any]"),
        (rules.lines_with_any, "def act(a: Any): ...", "def act(a: str): ..."),
        (rules.lines_with_any, "def act() -> list[Any]: ...", "act = Any"),
        (rules.lines_with_any, 'a: "Any" = 1', 'a: "Anything" = 1'),
        (rules.old_names, "def open_house(): ...", "def open_runtime(): ..."),
        (rules.old_names, "def act(the_ticket): ...", "def act(code): ..."),
        (rules.old_names, "class KeyRing2: pass\nkeyring = 1", "class ServerKeys: pass"),
        (rules.old_names, "class OldPress: pass", "class RenderPool: pass"),
        (rules.old_names, "import x as keychain", "import x as grants"),
        (rules.old_names, "def hand_off_form(): ...", "def hand_over_form(): ..."),
        (rules.old_names, "self.proof = 1", "self.waterproof = 1"),
        (rules.gendered_words, "# what she said", "# what they said"),
        (rules.gendered_words, '"Hers."', '"e.g. they/them, she/her"'),
    ],
)
def test_a_rule_finds_the_planted_fault_and_nothing_in_what_is_right(
    rule: Rule, fault: str, right: str
) -> None:
    assert len(rule(fault)) == 1
    assert rule(right) == []


def test_a_use_of_an_alias_counts_as_the_open_mapping_it_stands_for() -> None:
    source = "Answers = dict[str, Any]\ndef act(a: Answers) -> list[Answers]: ..."
    assert len(rules.open_mappings(source)) == 3
    assert len(rules.open_mappings("EMPTY = {}\ndef act(a=EMPTY): ...")) == 0


def test_a_module_may_not_be_called_by_an_old_word() -> None:
    assert rules.old_names("", "locks") == ["module locks"]
    assert rules.old_names("", "_wishes") == ["module _wishes"]
    assert rules.old_names("", "credentials") == []


def test_a_folder_with_one_file_too_many_is_named() -> None:
    files = [Path(f"full/{number}.py") for number in range(3)] + [Path("small/a.py")]
    assert rules.crowded_folders(files, 2) == ["full: 3 files"]
    assert rules.crowded_folders(files, 3) == []


def test_a_class_name_in_two_modules_is_named_with_both() -> None:
    sources = {"one.py": "class Card: ...", "two.py": "class Card: ...\nclass Other: ..."}
    assert rules.doubled_classes(sources) == ["Card: one.py, two.py"]


@pytest.mark.parametrize(
    "source",
    [
        "import intake_app.demo.scenario",
        "from intake_app.demo.scenario import fill",
        "def act():\n    from intake_app import demo",
    ],
)
def test_every_way_to_import_a_package_is_found(source: str) -> None:
    assert len(rules.imports_of(source, "intake_app.demo")) == 1
    assert rules.imports_of("from intake_app import demonstration", "intake_app.demo") == []
