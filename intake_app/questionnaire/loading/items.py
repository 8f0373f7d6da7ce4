"""Reading one item of a definition: its own keys, its options, its columns, what it refers to."""

import re

from intake_app.questionnaire.body.regions import NONE, Regions
from intake_app.questionnaire.conditions import Condition
from intake_app.questionnaire.item_types import TYPES, ItemType
from intake_app.questionnaire.loading.checks import Earlier
from intake_app.questionnaire.model import Item, Option
from intake_app.questionnaire.strict_toml import StrictTable

ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
YES_NO = (Option("yes", "Yes"), Option("no", "No"))
UNSURE = Option("unsure", "Not sure")
OWN_KEYS = frozenset(key for kind in TYPES.values() for key in kind.needs | kind.may)
"""The keys that belong to some types only."""
AUTOCOMPLETE = frozenset(
    {
        *(
            "off",
            "name",
            "given-name",
            "additional-name",
            "family-name",
            "nickname",
            "honorific-prefix",
        ),
        *("sex", "bday", "tel", "email", "language", "organization", "organization-title"),
        *("street-address", "address-line1", "address-line2", "address-level1", "address-level2"),
        *("postal-code", "country", "country-name"),
    }
)
"""The autofill field names of the HTML standard, 4.10.18.7, that a health form can use."""


def read_id(table: StrictTable, key: str) -> str:
    """An id: what URLs, HTML names and answers call a thing."""
    found = table.string(key)
    if not ID.fullmatch(found):
        table.fail(
            f"“{found}” is no id: small letters, digits, underscores, and dots between them."
        )
    return found


def read_item(
    table: StrictTable,
    link_id: str,
    condition: Condition | None,
    earlier: Earlier,
    regions: Regions,
) -> Item:
    """The item in this table. Raises DefinitionError when a key does not fit its type."""
    type_name, kind = _type(table)
    of = table.string("of", "")
    none_label = table.string("none_label", "")
    low, high = table.number("min", kind.minimum), table.number("max", kind.maximum)
    item = Item(
        link_id=link_id,
        type=type_name,
        text=table.string("text"),
        required=table.flag("required"),
        help=table.string("help", ""),
        why=table.string("why", ""),
        short=table.string("short", ""),
        enable_when=condition,
        options=_options(table, kind, _referred(table, kind, of, earlier), regions, none_label),
        unsure=table.flag("unsure"),
        min=low,
        max=high,
        max_length=table.number("max_length", kind.max_length),
        autocomplete=table.string("autocomplete", ""),
        of=of,
        columns=_columns(table, regions),
        notice=table.strings("notice"),
        sensitive=table.flag("sensitive"),
        confidential=table.flag("confidential"),
        when=table.string("when", ""),
        none_label=none_label,
    )
    table.close()
    _check(item, table)
    return item


def _type(table: StrictTable) -> tuple[str, ItemType]:
    name = table.string("type")
    kind = TYPES.get(name)
    if kind is None:
        table.fail(f"“{name}” is no type; there are {', '.join(TYPES)}.")
    for key in sorted(kind.needs - table.keys()):
        table.fail(f"a {name} needs “{key}”.")
    for key in sorted(table.keys() & (OWN_KEYS - kind.needs - kind.may)):
        table.fail(f"a {name} has no “{key}”.")
    return name, kind


def _check(item: Item, table: StrictTable) -> None:
    if item.autocomplete and item.autocomplete not in AUTOCOMPLETE:
        table.fail(f"“{item.autocomplete}” is no autofill name that we use.")
    if item.autocomplete == "bday" and item.type != "date":
        table.fail("only a date can be a birth date.")
    if item.when not in ("", "arrival"):
        table.fail("“when” can only be “arrival”.")
    for code in item.notice:
        if code not in item.labels:
            table.fail(f"the notice “{code}” is no option.")
    if item.min is not None and item.max is not None and item.min > item.max:
        table.fail("“min” is more than “max”.")
    for bound in (item.max_length, item.max if item.columns else None):
        if bound is not None and bound < 1:
            table.fail("a limit must be 1 or more.")


def _referred(table: StrictTable, kind: ItemType, of: str, earlier: Earlier) -> tuple[Option, ...]:
    """The options of the item that `of` points at."""
    if not kind.refers:
        return ()
    item = earlier.get(of)
    if item is None:
        table.fail(f"“of” points at {of}, which is not an earlier item.")
    if item.type not in kind.refers:
        table.fail(f"“of” must point at {' or '.join(sorted(kind.refers))}; {of} is a {item.type}.")
    return tuple(option for option in item.options if not option.exclusive)


def _options(
    table: StrictTable,
    kind: ItemType,
    referred: tuple[Option, ...],
    regions: Regions,
    none_label: str,
) -> tuple[Option, ...]:
    """Every code that can be answered, from wherever this type has them."""
    if kind.options == "listed":
        return _listed(table)
    if kind.options == "yes_no":
        unsure = table.peek("unsure") is True
        return (*YES_NO, UNSURE) if unsure else YES_NO
    if kind.options == "regions":
        areas = tuple(Option(region.code, region.label) for region in regions.values())
        return (*areas, Option(NONE, none_label, exclusive=True)) if none_label else areas
    return referred


def _listed(table: StrictTable) -> tuple[Option, ...]:
    options = tuple(_option(one) for one in table.tables("options"))
    for name in ("code", "label"):
        seen = [getattr(option, name) for option in options]
        for one in seen:
            if seen.count(one) > 1:
                table.fail(f"two options have the {name} “{one}”.")
    return options if len(options) > 1 else table.fail("there must be two options or more.")


def _option(table: StrictTable) -> Option:
    option = Option(
        code=read_id(table, "code"),
        label=table.string("label"),
        exclusive=table.flag("exclusive"),
        hint=table.string("hint", ""),
    )
    table.close()
    return option


def _columns(table: StrictTable, regions: Regions) -> tuple[Item, ...]:
    if "columns" not in table:
        return ()
    place, seen = table.place, dict[str, Item]()
    for one in table.tables("columns"):
        link_id = read_id(one, "id")
        if link_id in seen or "." in link_id:
            table.fail(f"a column needs an id of its own, without dots; “{link_id}” is not.")
        seen[link_id] = read_item(one.at(f"{place}, column {link_id}"), link_id, None, {}, regions)
        if not TYPES[seen[link_id].type].column:
            table.fail(f"a {seen[link_id].type} cannot be a column.")
    return tuple(seen.values()) or table.fail("there are no columns.")
