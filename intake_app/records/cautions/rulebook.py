"""The flag rules as a therapist reads them without a client, with where each comes from."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake_app.questionnaire import REGIONS, ClinicalSource, Rule, RuleSet, flag_rules, latest
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
    "numb": "where there is little feeling",
    "pain": "where pain is marked",
    "avoided": "where the client does not want to be touched",
    "sensitive_open": "sensitive areas without their own agreement",
    "surgery_6_weeks": "where the surgery of the last 6 weeks was",
    "surgery_12_weeks": "where the surgery of the last 12 weeks was",
    "breaks_12_weeks": "the break or dislocation of the last 12 weeks",
    "sprain_1_week": "the sprain of the last week",
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


def search(words: str) -> tuple[RulebookEntry, ...]:
    """The rules in which every one of these words stands somewhere, in the order of the file."""
    rules = flag_rules()
    wanted = words.lower().split()
    entries = (_entry(rule, rules) for rule in rules.rules)
    return tuple(entry for entry in entries if all(word in _text(entry) for word in wanted))


def rules_version() -> str:
    """The version of the rules that are in use."""
    return flag_rules().version


def _entry(rule: Rule, rules: RuleSet) -> RulebookEntry:
    where = ", ".join(_area(name) for name in rule.areas)
    strength, _, ours = rule.strength.partition("+")
    strength_text = STRENGTHS[strength]
    if ours:
        strength_text += "; the number or detail is our own choice"
    sources = tuple(rules.source(name) for name in rule.sources)
    tag = sealed_flags.tag(rule.level, rule.cap, bool(rule.areas), rule.conflict)
    return RulebookEntry(rule, tag, where, strength_text, sources)


def _area(name: str) -> str:
    if name in REGIONS:
        return REGIONS[name].label.lower()
    if name in AREAS:
        return AREAS[name]
    return f"where the client says (“{latest('massage_intake').item(name).label}”)"


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
