"""The flag rules as a therapist reads them without a client, with where each comes from."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake_app.questionnaire import (
    REGIONS,
    ClinicalSource,
    Questionnaire,
    Rule,
    RuleSet,
    rules_of,
)
from intake_app.records.cautions import sealed_flags

AREAS = {
    "LEGS": "both legs",
    "ARMS": "both arms",
    "NECK": "the neck",
    "BACK": "the back",
    "ABDOMEN": "the belly",
    "CHEST": "chest and ribs",
    "BONY": "over spine, ribs, hips and neck",
    "ENDANGER": "where vessels and nerves lie open",
    "SENSITIVE": "sensitive areas",
    "FEET": "the feet",
    "clot_limbs": "the whole limb with the clot; both legs when no place is known",
    "pacemaker": "over the device",
    "lymph_quadrants": "the quarter of the body with the lymph nodes",
    "lymph_quarters": "the quarter of the body with the lymph nodes; each when it is not known",
    "numb": "where there is little feeling",
    "pain": "where pain is marked",
    "avoided": "where the client does not want to be touched",
    "sensitive_open": "sensitive areas without their own agreement",
    "surgery_6_weeks": "where the surgery of the last 6 weeks was",
    "surgery_12_weeks": "where the surgery of the last 12 weeks was",
    "breaks_12_weeks": "the break or dislocation of the last 12 weeks",
    "sprain_1_week": "the sprain of the last week",
    "swollen_limb": "the whole limb with the sign of a clot",
    "fistula_arm": "the whole arm with the dialysis access",
    "surgery_limb": "the rest of the limb that was operated on",
    "other_leg": "the other leg",
    "surgery_neighbours": "the places next to the surgery",
    "break_neighbours": "the places next to the broken bone",
    "varicose_legs": "the veins and the leg below them",
    "stimulator_neck": "neck and scalp, where its wires run",
    "wounds_6_weeks": "where the surgery of the last 6 weeks was",
    "wounds_12_weeks": "where the surgery of the last 12 weeks was",
    "skin_surgery_6_weeks": "where the skin was cut in the last 6 weeks",
    "bones_6_weeks": "the broken bone of the last 6 weeks",
    "bones_12_weeks": "the break or dislocation of the last 12 weeks",
    "small_bone_6_weeks": "the hand or foot with the broken finger or toe",
    "head_injury_places": "where the head was hit in the last 12 weeks",
    "injury_2_weeks": "the injury of the last 2 weeks",
    "sprain_2_weeks": "the sprain of the last 2 weeks",
}
STRENGTHS = {
    "A": "law, guideline or review",
    "B": "profession book, association or case report",
    "C": "weak web source or tradition",
    "S": "the article this project began with",
    "P": "our own choice",
}


@dataclass(frozen=True, slots=True)
class RulebookEntry:
    """One rule, ready to read.

    tag: its level, as the caution sheet names it; where: the areas in words, "" for the whole body.
    """

    rule: Rule
    tag: str
    where: str
    strength: str
    sources: tuple[ClinicalSource, ...]


def search(questionnaire: Questionnaire, words: str) -> tuple[RulebookEntry, ...]:
    """The rules in which every one of these words stands somewhere, in the order of the file."""
    rules = rules_of(questionnaire.sha256)
    wanted = words.lower().split()
    entries = (_entry(rule, rules, questionnaire) for rule in rules.rules)
    return tuple(entry for entry in entries if all(word in _text(entry) for word in wanted))


def _entry(rule: Rule, rules: RuleSet, questionnaire: Questionnaire) -> RulebookEntry:
    where = ", ".join(_area(name, questionnaire) for name in rule.areas)
    strength, _, ours = rule.strength.partition("+")
    strength_text = STRENGTHS[strength]
    if ours:
        strength_text += "; the number or detail is our own choice"
    sources = tuple(rules.source(name) for name in rule.sources)
    tag = sealed_flags.tag(rule.level, rule.cap, bool(rule.areas), rule.conflict)
    return RulebookEntry(rule, tag, where, strength_text, sources)


def _area(name: str, questionnaire: Questionnaire) -> str:
    if name in REGIONS:
        return REGIONS[name].label.lower()
    if name in AREAS:
        return AREAS[name]
    return f"where the client says (“{questionnaire.item(name).label}”)"


def _text(entry: RulebookEntry) -> str:
    return " ".join(_words(entry)).lower()


def _words(entry: RulebookEntry) -> Iterator[str]:
    rule = entry.rule
    yield from (rule.code, entry.tag, rule.reason, rule.action, entry.where, entry.strength)
    yield from (
        "urgent" if rule.urgent else "",
        "do not go together" if rule.conflict else "",
        *rule.sources,
    )
    yield from (f"{source.id} {source.name}" for source in entry.sources)
