"""Reading one item of a definition: its own keys, its options, its columns, what it refers to."""

import re
from dataclasses import replace

from intake_app.questionnaire.body.marks import FELT, MARK_KINDS
from intake_app.questionnaire.body.regions import NONE, Regions
from intake_app.questionnaire.conditions import Condition, read_condition
from intake_app.questionnaire.item_types import TYPES, ItemType
from intake_app.questionnaire.loading.checks import Earlier, check_condition
from intake_app.questionnaire.model import Item, Option
from intake_app.questionnaire.strict_toml import StrictTable

ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
YES_NO = (Option("yes", "Yes"), Option("no", "No"))
UNSURE = Option("unsure", "Not sure")
OWN_KEYS = frozenset(key for kind in TYPES.values() for key in kind.needs | kind.may)
"""The keys that belong to some types only."""
PRINTED_IN = ("medicines",)
"""The lists of the printed record that a question can belong to."""
ON_CARD = ("own_words",)
"""The parts of the safety card that a question can belong to."""
WORDS = frozenset({"text", "longtext"})
AUTOCOMPLETE = frozenset(
    {
        "off",
        "name",
        "given-name",
        "additional-name",
        "family-name",
        "nickname",
        "honorific-prefix",
        "sex",
        "bday",
        "tel",
        "email",
        "language",
        "organization",
        "organization-title",
        "street-address",
        "address-line1",
        "address-line2",
        "address-level1",
        "address-level2",
        "postal-code",
        "country",
        "country-name",
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
    item = Item(
        link_id=link_id,
        type=type_name,
        text=table.string("text"),
        required=table.flag("required"),
        help=table.string("help", ""),
        why=table.string("why", ""),
        short=table.string("short", ""),
        enable_when=condition,
        options=_options(
            table, kind, earlier, _referred(table, kind, of, earlier), regions, none_label
        ),
        unsure=table.flag("unsure"),
        min=table.number("min", kind.minimum),
        max=table.number("max", kind.maximum),
        max_length=table.number("max_length", kind.max_length),
        autocomplete=table.string("autocomplete", ""),
        of=of,
        columns=_columns(table, regions),
        notice=table.strings("notice"),
        when=table.string("when", ""),
        none_label=none_label,
    )
    item = _with_uses(item, table)
    item = _with_marks(item, table)
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


def _with_uses(item: Item, table: StrictTable) -> Item:
    """The item, and where else its answer is used: on another day, in the record, on the card."""
    item = replace(
        item,
        sensitive=table.flag("sensitive"),
        confidential=table.flag("confidential"),
        volatile=table.flag("volatile"),
        carried=table.strings("carried"),
        fold=table.string("fold", ""),
        printed_in=table.string("print", ""),
        on_card=table.string("card", ""),
    )
    for code in item.carried:
        if code not in item.labels or item.volatile:
            table.fail(f"“{code}” is no answer that another visit could take over.")
    if item.volatile and item.when:
        table.fail("what is asked on arrival is asked afresh already; leave “volatile” out.")
    if item.printed_in and item.printed_in not in PRINTED_IN:
        table.fail(f"“print” can only be {' or '.join(f'“{name}”' for name in PRINTED_IN)}.")
    if item.on_card and item.on_card not in ON_CARD:
        table.fail(f"“card” can only be {' or '.join(f'“{name}”' for name in ON_CARD)}.")
    if item.on_card and item.type not in WORDS:
        table.fail(f"only words can stand on the card; a {item.type} has none.")
    return item


def _with_marks(item: Item, table: StrictTable) -> Item:
    """A body map with what its places can be marked with."""
    if item.type != "body_map":
        return item
    if item.of:
        return replace(item, marks=FELT)
    marks = table.strings("marks")
    for kind in marks:
        if kind not in MARK_KINDS:
            table.fail(f"“{kind}” is no mark; there are {', '.join(MARK_KINDS)}.")
    return replace(item, marks=marks) if marks else table.fail("a map of its own needs “marks”.")


def _referred(table: StrictTable, kind: ItemType, of: str, earlier: Earlier) -> tuple[Option, ...]:
    """The options of the item that `of` points at."""
    if not kind.refers or (not of and "of" not in kind.needs):
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
    earlier: Earlier,
    referred: tuple[Option, ...],
    regions: Regions,
    none_label: str,
) -> tuple[Option, ...]:
    """Every code that can be answered, from wherever this type has them."""
    if kind.options == "listed":
        return _listed(table, earlier)
    if kind.options == "yes_no":
        unsure = table.peek("unsure") is True
        return (*YES_NO, UNSURE) if unsure else YES_NO
    if kind.options == "of" and not kind.needs and not referred:
        return tuple(Option(region.code, region.label) for region in regions.values())
    if kind.options == "regions":
        areas = tuple(Option(region.code, region.label) for region in regions.values())
        return (*areas, Option(NONE, none_label, exclusive=True)) if none_label else areas
    return referred


def _listed(table: StrictTable, earlier: Earlier) -> tuple[Option, ...]:
    options = tuple(_option(one, earlier) for one in table.tables("options"))
    for name in ("code", "label"):
        seen = [getattr(option, name) for option in options]
        for one in seen:
            if seen.count(one) > 1:
                table.fail(f"two options have the {name} “{one}”.")
    return options if len(options) > 1 else table.fail("there must be two options or more.")


def _option(table: StrictTable, earlier: Earlier) -> Option:
    condition = read_condition(table.table("enable_when"))
    check_condition(condition, earlier, table)
    option = Option(
        code=read_id(table, "code"),
        label=table.string("label"),
        exclusive=table.flag("exclusive"),
        hint=table.string("hint", ""),
        enable_when=condition,
    )
    table.close()
    return option


def _columns(table: StrictTable, regions: Regions) -> tuple[Item, ...]:
    if "columns" not in table:
        return ()
    columns: dict[str, Item] = {}
    for row in table.tables("columns"):
        link_id = read_id(row, "id")
        if link_id in columns or "." in link_id:
            table.fail(f"a column needs an id of its own, without dots; “{link_id}” is not.")
        row.at(f"{table.place}, column {link_id}")
        columns[link_id] = _column(row, link_id, regions)
    return tuple(columns.values()) or table.fail("there are no columns.")


def _column(table: StrictTable, link_id: str, regions: Regions) -> Item:
    for key in ("volatile", "print", "card"):
        if key in table:
            table.fail(f"“{key}” belongs to the whole question, not to a column.")
    column = read_item(table, link_id, None, {}, regions)
    if not TYPES[column.type].column:
        table.fail(f"a {column.type} cannot be a column.")
    return column
