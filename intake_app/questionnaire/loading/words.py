"""The words of a definition, by id, put into its structure before it is read.

Since 2.0.0 a definition is two files: what is asked (ids, types, codes, conditions), and the words.
So a sentence can be mended or translated without another clinical version.
"""

import hashlib
from dataclasses import dataclass

from intake_app.questionnaire.strict_toml import StrictTable, Table, parse

SECTION_WORDS = ("title", "intro")
STEP_WORDS = ("title", "lead")
ITEM_WORDS = ("text", "help", "fold", "why", "short", "none_label")
RULE_WORDS = ("reason", "action")


@dataclass(frozen=True, slots=True)
class WordsFile:
    """A file of words as read. revision: its number; sha256: the hash of its bytes, in hex."""

    language: str
    revision: int
    sha256: str
    table: StrictTable


def read_words(source: bytes, where: str) -> WordsFile:
    """The words in this file. Raises DefinitionError."""
    top = parse(source, where)
    language = top.string("language")
    revision = top.number("revision", None)
    if revision is None or revision < 1:
        top.fail("“revision” must be 1 or more.")
    return WordsFile(language, revision, hashlib.sha256(source).hexdigest(), top)


def put_into_questionnaire(structure: Table, words: WordsFile) -> None:
    """Write the words into the sections, steps, items, options and columns of this structure.

    Raises DefinitionError for words that belong to nothing, and for an option without a label.
    """
    top = words.table
    sections = _tables(top, "section")
    steps = _tables(top, "step")
    items = _tables(top, "item")
    for section in _rows(structure, "section"):
        _put(section, sections, SECTION_WORDS)
        for step in _rows(section, "step"):
            _put(step, steps, STEP_WORDS)
            for item in _rows(step, "item"):
                if "ref" not in item:
                    _put_item(item, items, top)
    for name, left in (("section", sections), ("step", steps), ("item", items)):
        if left:
            top.fail(f"there is no {name} “{min(left)}”.")
    top.close()


def put_into_rules(structure: Table, words: WordsFile) -> None:
    """Write the words into the rules and sources of this structure. Raises DefinitionError."""
    top = words.table
    rules = _tables(top, "rule")
    for rule in _rows(structure, "rule"):
        table = rules.pop(str(rule.get("code")), None)
        if table is not None:
            _fill(rule, table, RULE_WORDS)
            table.close()
    if rules:
        top.fail(f"there is no rule “{min(rules)}”.")
    texts = top.table("client_texts")
    if texts is not None:
        structure["client_texts"] = {key: texts.string(key) for key in sorted(texts.keys())}
    top.close()


def _rows(table: Table, key: str) -> list[Table]:
    """The tables of this list, to write into; what is no table is refused by whoever reads it."""
    rows = table.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _tables(top: StrictTable, kind: str) -> dict[str, StrictTable]:
    """The words of one kind by id."""
    group = top.table(kind)
    if group is None:
        return {}
    found = ((key, group.table(key)) for key in sorted(group.keys()))
    return {key: table.at(f"{kind} {key}") for key, table in found if table is not None}


def _put(target: Table, tables: dict[str, StrictTable], names: tuple[str, ...]) -> None:
    table = tables.pop(str(target.get("id")), None)
    if table is not None:
        _fill(target, table, names)
        table.close()


def _fill(target: Table, table: StrictTable, names: tuple[str, ...]) -> None:
    for name in names:
        if name in target:
            table.fail(f"“{name}” stands in the structure; it belongs here alone.")
        if name in table:
            target[name] = table.string(name)


def _put_item(item: Table, tables: dict[str, StrictTable], top: StrictTable) -> None:
    table = tables.pop(str(item.get("id")), None)
    if table is None:
        top.fail(f"there are no words for the item “{item.get('id')}”.")
    _fill_item(item, table)
    columns = table.table("columns")
    for column in _rows(item, "columns"):
        own = None if columns is None else columns.table(str(column.get("id")))
        if own is None:
            table.fail(f"there are no words for the column “{column.get('id')}”.")
        _fill_item(column, own.at(f"{table.place}, column {column.get('id')}"))
        own.close()
    if columns is not None:
        columns.close()
    table.close()


def _fill_item(item: Table, table: StrictTable) -> None:
    _fill(item, table, ITEM_WORDS)
    labels = _texts(table, "options")
    hints = _texts(table, "hints")
    for option in _rows(item, "options"):
        code = str(option.get("code"))
        if code not in labels:
            table.fail(f"the option “{code}” has no label.")
        option["label"] = labels.pop(code)
        if code in hints:
            option["hint"] = hints.pop(code)
    for left in (*labels, *hints):
        table.fail(f"there is no option “{left}”.")


def _texts(table: StrictTable, key: str) -> dict[str, str]:
    texts = table.table(key)
    return {} if texts is None else {code: texts.string(code) for code in sorted(texts.keys())}
