"""The small questionnaire that these tests talk about, and the day on which they happen."""

from datetime import date
from pathlib import Path
from typing import Any

from intake_app.questionnaire import Context, Item, Journey, load, load_regions

HERE = Path(__file__).parent
SOURCE = (HERE / "small.toml").read_text(encoding="utf-8")
REGIONS = load_regions((HERE / "regions.toml").read_bytes(), "regions.toml")
SMALL = load(SOURCE.encode(), "small.toml", REGIONS)
TODAY = date(2026, 11, 20)

ANA: dict[str, Any] = {
    "id.first_name": "Ana",
    "id.dob": "1955-03-14",
    "id.phone": "+19205550134",
    "v.start": "years",
    "v.pain": 7,
    "v.night": "unsure",
    "med.kinds": ["pain", "thinner"],
    "med.main": ["thinner", "pain"],
    "med.list": [
        {"name": "Apixaban", "dose": "5 mg, twice", "since": "2024-02-29"},
        {"name": "Alendronate"},
    ],
    "go.areas": ["calf_r", "shoulder_l"],
    "bm.marks": {"calf_r": {"avoid": True}, "shoulder_l": {"tension": True, "pain": 7}},
    "pr.map": {"shoulder_l": "light", "neck_front": "avoid"},
    "mh.words": "I'd rather tell you in person.",
}
"""Ana, 71, sore shoulder."""

ALL_DONE = frozenset(step.id for step in SMALL.steps)


def item(link_id: str) -> Item:
    """An item of the small questionnaire."""
    return SMALL.item(link_id)


def journey(
    answers: dict[str, Any], done: frozenset[str] = ALL_DONE, returning: bool = False
) -> Journey:
    """The walk of somebody with these answers, today."""
    return Journey(SMALL, answers, done, Context(TODAY, returning))
