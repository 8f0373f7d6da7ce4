"""The regions of the body that a client can point at: for questions, figures, lists and print."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from intake_app.questionnaire.strict_toml import StrictTable, parse

DEFINITIONS = Path(__file__).parents[2] / "definitions"
VIEWS = ("front", "back", "both")
SIDES = ("L", "R", "M")
NONE = "none"
"""The answer that says: no areas."""
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "head": "Head and face",
        "neck": "Neck",
        "chest": "Chest and ribs",
        "abdomen": "Belly",
        "shoulder": "Shoulders",
        "arm": "Arms and hands",
        "upper_back": "Upper back",
        "mid_back": "Middle back",
        "low_back": "Low back",
        "hip": "Hips and buttocks",
        "leg": "Legs",
        "foot": "Feet",
    }
)
"""The groups of regions and their headings, in the order of lists."""


@dataclass(frozen=True, slots=True)
class Region:
    """One region. view: drawn on the front, the back or both.

    side: the client's own L, R, or M (middle). sensitive: touched only after an explicit yes.
    snomed: SNOMED CT concept, "" when none fits; kept for whoever reads the file elsewhere.
    quadrant: where its lymph drains to, "" when not said.
    """

    code: str
    label: str
    view: str
    side: str
    group: str
    sensitive: bool
    snomed: str
    quadrant: str = ""


class Regions(Mapping[str, Region]):
    """All regions by code, in the order of the file. `sets` names groups of codes, such as LEGS."""

    def __init__(self, regions: tuple[Region, ...], sets: Mapping[str, tuple[str, ...]]) -> None:
        self._by_code = {region.code: region for region in regions}
        self.sets = dict(sets)

    def __getitem__(self, code: str) -> Region:
        return self._by_code[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __len__(self) -> int:
        return len(self._by_code)

    def in_view(self, view: Literal["front", "back"]) -> tuple[Region, ...]:
        """The regions drawn on the front or the back figure."""
        return tuple(region for region in self.values() if region.view in (view, "both"))


def load_regions(source: bytes, where: str) -> Regions:
    """Read regions.toml. Raises DefinitionError with a sentence naming `where` and the region."""
    top = parse(source, where)
    rows = tuple(_region(table) for table in top.tables("region"))
    codes = [region.code for region in rows]
    for code in codes:
        if codes.count(code) > 1:
            top.fail(f"region “{code}” is there twice.")
    if not rows:
        top.fail("there are no regions.")
    sets = _sets(top.table("sets"), set(codes))
    top.close()
    return Regions(rows, sets)


def _region(table: StrictTable) -> Region:
    code = table.string("code")
    table.at(code)
    region = Region(
        code=code,
        label=table.string("label"),
        view=_one_of(table, "view", VIEWS),
        side=_one_of(table, "side", SIDES),
        group=table.string("group"),
        sensitive=table.flag("sensitive"),
        snomed=table.string("snomed", "", blank=True),
        quadrant=table.string("quadrant", ""),
    )
    if code == NONE:
        table.fail(f"a region cannot be called “{NONE}”; that is the answer “no areas”.")
    table.close()
    return region


def _one_of(table: StrictTable, key: str, allowed: tuple[str, ...]) -> str:
    value = table.string(key)
    if value not in allowed:
        table.fail(f"“{key}” must be one of {', '.join(allowed)}.")
    return value


def _sets(table: StrictTable | None, codes: set[str]) -> dict[str, tuple[str, ...]]:
    sets: dict[str, tuple[str, ...]] = {}
    if table is None:
        return sets
    for name in sorted(table.keys()):
        sets[name] = table.at(f"set {name}").strings(name)
        for code in sets[name]:
            if code not in codes:
                table.fail(f"“{code}” is no region.")
    return sets


REGIONS = load_regions((DEFINITIONS / "regions.toml").read_bytes(), "regions.toml")
"""The regions of this release. A faulty file stops the program here, with a sentence."""
