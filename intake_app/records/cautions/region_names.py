"""Places of the body in few words.

“Legs” instead of fourteen regions, “left and right calf” instead of two.
"""

from collections.abc import Iterable
from functools import cache

from intake_app.questionnaire import REGIONS
from intake_app.questionnaire.body.regions import GROUPS

WHOLE = "Whole body"
LIMBS = {"LEGS": "leg with foot", "ARMS": "arm with hand"}


def name_regions(codes: Iterable[str]) -> str:
    """Regions as a sentence part, largest groups first; no region at all is the whole body."""
    left = {code for code in REGIONS if code in set(codes)}
    if not left or len(left) == len(REGIONS):
        return WHOLE
    named: list[str] = []
    for name, members in _parts():
        if members <= left:
            named.append(name)
            left -= members
    named += [name for code in REGIONS if code in left and (name := _pair(code, left))]
    text = ", ".join(named)
    return text[:1].upper() + text[1:]


@cache
def _parts() -> tuple[tuple[str, frozenset[str]], ...]:
    """Groups of more than one region, then whole limbs of one side."""
    groups = [
        (heading.lower(), {region.code for region in REGIONS.values() if region.group == group})
        for group, heading in GROUPS.items()
    ]
    limbs = [
        (
            f"whole {side} {name}",
            {code for code in REGIONS.sets[limb] if REGIONS[code].side == side[0].upper()},
        )
        for limb, name in LIMBS.items()
        for side in ("left", "right")
    ]
    return tuple(
        (name, frozenset(members)) for name, members in (*groups, *limbs) if len(members) > 1
    )


def _pair(code: str, left: set[str]) -> str:
    """One region, or with its other side at once; "" for the second of a pair."""
    label = REGIONS[code].label
    if code.endswith("_l") and f"{code[:-2]}_r" in left:
        return "left and right" + label.removeprefix("Left")
    if code.endswith("_r") and f"{code[:-2]}_l" in left:
        return ""
    return label[:1].lower() + label[1:]
