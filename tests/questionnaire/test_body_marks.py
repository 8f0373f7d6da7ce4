"""The vocabulary of the body stands once: screen, script, style sheet and print agree with it."""

import json
import re
from itertools import chain, combinations

import pytest

from intake_app.pdf.record_document import BodyMark, drawn, felt, leveled
from intake_app.questionnaire.body import marks
from intake_app.questionnaire.body.regions import GROUPS, REGIONS
from intake_app.records.cautions.body_marks import body_marks
from tests.support import REPOSITORY
from tests.web.step_forms.sample import opened

JAW = {"bm.where": ["jaw_l"]}
EVERY_MARK = [
    {kind: strength if kind == marks.PAIN else True for kind in kinds}
    for kinds in chain.from_iterable(combinations(marks.FELT, size) for size in range(1, 5))
    for strength in ((0, 3, 4, 6, 7, 10) if marks.PAIN in kinds else (0,))
]
WITH_PRESSURE = [
    {**mark, kind: True}
    for mark in ({}, *EVERY_MARK)
    for kind in (marks.LIGHTER, marks.FIRMER)
    if marks.AVOID not in mark
]
SCRIPT = (REPOSITORY / "static/js/body_map.js").read_text(encoding="utf-8")


def script_table(name: str) -> object:
    """A constant of the script whose value is written as JSON but for its quotes."""
    (found,) = re.findall(rf"const {name} = (\[.*?\]|\{{.*?\}});", SCRIPT, re.S)
    quoted = re.sub(r"(\w+):", r'"\1":', found.replace("'", '"'))
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", quoted))


@pytest.mark.parametrize("mark", EVERY_MARK, ids=str)
def test_a_mark_has_the_same_badge_on_the_screen_and_in_print(mark: dict[str, int | bool]) -> None:
    field = opened("feel", answers=JAW | {"bm.marks": {"jaw_l": mark}}).fields[0]
    (printed,) = drawn([asdict_of(one) for one in body_marks({"jaw_l": mark})])
    assert field.badges == {"jaw_l": printed["badge"]}


def asdict_of(mark: BodyMark) -> dict[str, object]:
    """The mark as the templates of the worker get it."""
    return {name: getattr(mark, name) for name in BodyMark.__slots__}


def test_pain_tight_and_numb_are_told_in_this_order_after_the_cross() -> None:
    assert marks.mark_badge({"pain": 7, "tension": True, "numbness": True}) == "7TN"
    assert marks.mark_badge({"pain": 0, "avoid": True}) == "×0"
    (printed,) = body_marks({"jaw_l": {"pain": 7, "numbness": True, "avoid": True}})
    assert felt(asdict_of(printed)) == "do not touch, pain 7 of 10, numb or tingling"


@pytest.mark.parametrize("mark", [*EVERY_MARK, *WITH_PRESSURE], ids=str)
def test_each_style_of_a_mark_and_of_a_limit_is_painted_in_print(
    mark: dict[str, int | bool],
) -> None:
    (printed,) = drawn([asdict_of(one) for one in body_marks({"jaw_l": mark})])
    assert printed["fill"].startswith(("#", "url(#p-"))


def test_limits_are_painted_by_their_level() -> None:
    found = leveled({"jaw_l": 0, "calf_l": 1, "calf_r": 5})
    assert [one["badge"] for one in found] == ["×", "1", "5"]
    assert [one["fill"] for one in found] == ["url(#p-avoid)", "url(#p-light)", "#123F3C"]


def test_the_script_of_the_figure_draws_as_the_server_does() -> None:
    assert script_table("PAIN_STYLES") == list(marks.PAIN_STYLES)
    assert script_table("PAIN_STEPS") == list(marks.PAIN_STEPS)
    assert script_table("PAINTED_FIRST") == list(marks.PAINTED_FIRST)
    assert script_table("MARK_STYLES") == {
        kind: one.style for kind, one in marks.MARK_KINDS.items() if kind != marks.PAIN
    }


def test_the_style_sheet_paints_every_style() -> None:
    sheet = (REPOSITORY / "static/css/body_map.css").read_text(encoding="utf-8")
    painted = set(re.findall(r"^\.([a-z-]+)[^{]*\{\s*fill:", sheet, re.M))
    used = {style for style, _ in (*marks.KEY_OF_MARKS, *marks.KEY_OF_LEVELS)}
    assert {*used, *marks.WALTON_STYLES, *marks.PAIN_STYLES} <= painted


def test_every_region_belongs_to_a_group_with_a_heading() -> None:
    assert {region.group for region in REGIONS.values()} == GROUPS.keys()
