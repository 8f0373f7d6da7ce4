"""From the bytes of a definition file to a Questionnaire, or to a sentence saying what is wrong."""

import hashlib
import re
from dataclasses import replace

from intake_app.questionnaire.body.regions import Regions
from intake_app.questionnaire.conditions import read_condition
from intake_app.questionnaire.loading.checks import check_condition
from intake_app.questionnaire.loading.items import read_id, read_item
from intake_app.questionnaire.loading.words import WordsFile, put_into_questionnaire
from intake_app.questionnaire.model import Item, Questionnaire, Section, Step
from intake_app.questionnaire.strict_toml import StrictTable, parse_plain

VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


def load(
    source: bytes, where: str, regions: Regions, words: WordsFile | None = None
) -> Questionnaire:
    """Read a definition. where: its name in a DefinitionError, which names file, item and fault.

    words: those of a definition that has none of its own.
    """
    plain = parse_plain(source, where)
    if words is not None:
        put_into_questionnaire(plain, words)
    top = StrictTable(plain, where)
    earlier: dict[str, Item] = {}
    sections = tuple(_section(table, earlier, regions) for table in top.tables("section"))
    if not sections:
        top.fail("there is no section.")
    _unique([section.id for section in sections], "section", top)
    _unique([step.id for section in sections for step in section.steps], "step", top)
    questionnaire = Questionnaire(
        name=read_id(top, "name"),
        version=read_version(top),
        url=top.string("url"),
        title=top.string("title"),
        language=top.string("language"),
        sections=sections,
        source=source,
        sha256=hashlib.sha256(source).hexdigest(),
        words_sha256="" if words is None else words.sha256,
    )
    top.close()
    return questionnaire


def read_version(table: StrictTable) -> str:
    """The version of a file, as three numbers."""
    number = table.string("version")
    if not VERSION.fullmatch(number):
        table.fail("“version” must be three numbers, such as 1.0.0.")
    return number


def _section(table: StrictTable, earlier: dict[str, Item], regions: Regions) -> Section:
    section_id = read_id(table.at("section"), "id")
    table.at(f"section {section_id}")
    title = table.string("title")
    intro = table.string("intro", "")
    steps = tuple(_step(one, section_id, earlier, regions) for one in table.tables("step"))
    if not steps:
        table.fail("there is no step.")
    table.close()
    return Section(section_id, title, steps, intro)


def _step(table: StrictTable, section_id: str, earlier: dict[str, Item], regions: Regions) -> Step:
    step_id = read_id(table.at(f"section {section_id}, step"), "id")
    table.at(f"step {step_id}")
    condition = read_condition(table.table("enable_when"))
    check_condition(condition, earlier, table)
    title = table.string("title")
    lead = table.string("lead", "")
    private = table.flag("private")
    day = table.flag("day")
    more = table.flag("more")
    asked = [_question(one, earlier, regions, day=day) for one in table.tables("item")]
    if not asked:
        table.fail("the step is empty.")
    table.close()
    return Step(
        step_id,
        title,
        tuple(item for item, again in asked if not again),
        section_id,
        lead,
        condition,
        private,
        day,
        tuple(item for item, _ in asked) if day else (),
        more,
    )


def _question(
    table: StrictTable, earlier: dict[str, Item], regions: Regions, *, day: bool
) -> tuple[Item, bool]:
    """An item of a step, and whether it is one that was asked before. It is an earlier one now."""
    if "ref" in table:
        return _asked_again(table, earlier, day), True
    link_id = read_id(table.at("item"), "id")
    table.at(link_id)
    for other in earlier:
        if other == link_id:
            table.fail("there are two items with this id.")
        if other.startswith(f"{link_id}.") or link_id.startswith(f"{other}."):
            table.fail(
                f"one id is the beginning of another, {other}; their HTML names could clash."
            )
    condition = read_condition(table.table("enable_when"))
    check_condition(condition, earlier, table)
    item = earlier[link_id] = read_item(table, link_id, condition, earlier, regions)
    return item, False


def _asked_again(table: StrictTable, earlier: dict[str, Item], day: bool) -> Item:
    """The earlier item that a page of the day asks again, under a condition of its own if any."""
    ref = table.string("ref")
    table.at(f"ref {ref}")
    item = earlier.get(ref)
    if item is None or not day:
        table.fail("only a page of the day asks again, and only an earlier item.")
    condition = read_condition(table.table("enable_when"))
    check_condition(condition, earlier, table)
    table.close()
    return item if condition is None else replace(item, enable_when=condition)


def _unique(ids: list[str], kind: str, table: StrictTable) -> None:
    for name in ids:
        if ids.count(name) > 1:
            table.fail(f"there are two {kind}s called “{name}”.")
