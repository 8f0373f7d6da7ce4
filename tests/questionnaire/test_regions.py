"""The regions of the body: one list, read strictly."""

import pytest

from intake_app.questionnaire import DefinitionError, load_regions
from tests.questionnaire.small import HERE, REGIONS

SOURCE = (HERE / "regions.toml").read_text(encoding="utf-8")


def test_regions_are_known_by_code_in_the_order_of_the_file() -> None:
    assert list(REGIONS) == ["neck_front", "shoulder_l", "calf_r"]
    assert REGIONS["calf_r"].label == "Right calf" and REGIONS["calf_r"].sensitive
    assert REGIONS.sets == {"LEGS": ("calf_r",)}


def test_a_region_on_both_views_is_drawn_twice() -> None:
    assert [region.code for region in REGIONS.in_view("front")] == ["neck_front", "shoulder_l"]
    assert [region.code for region in REGIONS.in_view("back")] == ["shoulder_l", "calf_r"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('code = "calf_r"', 'code = "shoulder_l"', "“shoulder_l” is there twice"),
        ('view = "back"', 'view = "behind"', "calf_r: “view” must be one of front, back, both"),
        ('side = "R"', 'side = "right"', "calf_r: “side” must be one of L, R, M"),
        ('group = "leg"', 'grp = "leg"', "calf_r: “group” is missing"),
        ('group = "leg"', 'group = "leg"\ncolour = "red"', "calf_r: unknown key “colour”"),
        ('["calf_r"]', '["calf_x"]', "set LEGS: “calf_x” is no region"),
        ('code = "calf_r"', 'code = "none"', "cannot be called “none”"),
        ("[sets]", "[groups]", "unknown key “groups”"),
    ],
)
def test_a_fault_is_named(old: str, new: str, words: str) -> None:
    with pytest.raises(DefinitionError, match=r"regions\.toml") as refused:
        load_regions(SOURCE.replace(old, new, 1).encode(), "regions.toml")
    assert words in str(refused.value)


def test_a_list_without_regions_is_refused() -> None:
    with pytest.raises(DefinitionError, match="there are no regions"):
        load_regions(b"", "regions.toml")
