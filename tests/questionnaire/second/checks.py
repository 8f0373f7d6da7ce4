"""Checks over the rules of massage_intake 2.0.0 that keep them right: each names its faults.

They take the rules as they are loaded, so that a test can plant a fault in a copy of the file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from intake_app.questionnaire import REGIONS, Item, Level, Rule, RuleSet, load_flags
from intake_app.questionnaire.body.regions import DEFINITIONS
from intake_app.questionnaire.conditions import AllAnyNone, AnswerIs, Condition, FactIs
from intake_app.questionnaire.facts import FACTS
from intake_app.questionnaire.loading.words import read_words
from tests.questionnaire.second.people import NO_LIMIT, Case, Outcome, answered, read
from tests.questionnaire.second.walk_2 import (
    FORM_2,
    RULES_2,
    VERSION,
    NotOfferedError,
    context,
    places,
)

FLAGS = DEFINITIONS / "flags"
STRUCTURE = f"{VERSION}.toml"
RULE_CASES: dict[str, Any] = read("rule_cases_2.toml")
DOCTORS_OK = read("doctors_ok.toml")
SAID_NO = "N21"
NOT_CHECKED = "N11"
RANK = {"none": 0, "stop": 1, "urgent": 2}
TELLS_OF_A_DOCTOR = ("dr.ok_", "cl.letter", "dr.contact_ok", "dr.name", "dr.phone")


def planted(*, rules: tuple[str, str] = ("", ""), words: tuple[str, str] = ("", "")) -> RuleSet:
    """The rules with one change of the text: (what stands there once, what instead)."""
    newest = max(FLAGS.glob(f"{VERSION}.en.*.toml"))
    return load_flags(
        _changed((FLAGS / STRUCTURE).read_text(encoding="utf-8"), *rules).encode(),
        STRUCTURE,
        FORM_2,
        REGIONS,
        read_words(_changed(newest.read_text(encoding="utf-8"), *words).encode(), newest.name),
    )


def _changed(text: str, old: str, new: str) -> str:
    if old and text.count(old) != 1:
        raise AssertionError(f"{text.count(old)} times in the file: {old}")
    return text.replace(old, new) if old else text


def rule_text(code: str) -> str:
    """The rule as it stands in the file."""
    text = (FLAGS / STRUCTURE).read_text(encoding="utf-8")
    begin = text.index(f'code = "{code}"')
    end = text.find("\n[[", begin)
    return text[begin:end]


def changed_rule(code: str, old: str, new: str) -> RuleSet:
    """The rules with one change in one rule."""
    text = rule_text(code)
    return planted(rules=(text, _changed(text, old, new)))


# What a doctor's answer does (check 1), and that an OK removes nothing (check 4).


def says(case: Case, row: str, word: str, when: str = "week", letter: str = "no") -> dict[str, Any]:
    """The answers of a client whom a doctor told this."""
    given = {one: value for one, value in case.items() if not one.startswith(TELLS_OF_A_DOCTOR)}
    given[row] = word
    if "yes" in [value for one, value in given.items() if one.startswith("ok.")]:
        given.update({"dr.ok_when": when, "cl.letter": letter})
    return given


def doctors_ok_faults(rules: RuleSet = RULES_2) -> list[str]:
    """Where no, not asked, not sure and yes do not differ as the table says."""
    table = {trigger["rule"]: trigger for trigger in DOCTORS_OK["trigger"]}
    asked = {rule.code: rule for rule in rules.rules if rule.ok}
    faults = [f"{code} is in the table or in the rules only" for code in table.keys() ^ asked]
    rows = {item.link_id for item in FORM_2.items if item.link_id.startswith("ok.")}
    faults += [f"{row}: no STOP waits for it" for row in rows - {one.ok for one in asked.values()}]
    for code in table.keys() & asked:
        faults += _trigger_faults(rules, asked[code], table[code])
    for one in DOCTORS_OK["without_a_stop"]:
        faults += _row_without_a_stop_faults(rules, one)
    return sorted(faults)


def _trigger_faults(rules: RuleSet, rule: Rule, trigger: Mapping[str, Any]) -> Iterator[str]:
    case = RULE_CASES[rule.code]["raise"]

    def told(word: str, when: str = "week", letter: str = "no") -> Outcome:
        return answered(says(case, rule.ok, word, when, letter), rules=rules)

    def stands(found: Outcome) -> bool:
        return any(flag.rule.code == rule.code and flag.level is Level.STOP for flag in found.flags)

    no, not_asked, unsure = told("no"), told("not_asked"), told("unsure")
    lifts = trigger["lowered_by"]
    if not stands(no) or (not trigger.get("of_the_day") and not _names(no, rule.ok)):
        yield f"{rule.code}: “no” is no STOP by name"
    if not stands(not_asked) or _names(not_asked, rule.ok):
        yield f"{rule.code}: “not asked” is not the STOP alone"
    if unsure.codes != not_asked.codes or not stands(unsure):
        yield f"{rule.code}: “not sure” is not as “not asked”"
    if stands(told("yes")) is (lifts == "word"):
        yield f"{rule.code}: the client's word lifts it, or does not, against the table"
    if stands(told("yes", letter="has")) is (lifts != "therapist"):
        yield f"{rule.code}: a letter lifts it, or does not, against the table"
    for when in ("older", "unsure"):
        still = stands(told("yes", when, "has"))
        if still is not (trigger["recent"] or lifts == "therapist"):
            yield f"{rule.code}: a yes of “{when}” counts against the table"
    yes = told("yes", letter="has")
    for lost in not_asked.codes - yes.codes - DOCTORS_OK["ends_with_a_yes"].keys():
        yield f"{rule.code}: a yes removes {lost}"
    for place, level in trigger["after"].items():
        for word, found in (("yes", yes), ("not asked", not_asked)):
            if found.highest(place) > level:
                yield f"{rule.code}: {word} leaves {place} at {found.highest(place)}, not {level}"


def _row_without_a_stop_faults(rules: RuleSet, one: Mapping[str, Any]) -> Iterator[str]:
    row = one["row"]
    for word in ("yes", "not_asked", "unsure"):
        found = answered(says(one["answers"], row, word), rules=rules)
        if found.stop != "none":
            yield f"{row}: “{word}” is a STOP"
        for place, level in one["yes" if word == "yes" else "not_asked"].items():
            if found.highest(place) != level:
                yield f"{row}: “{word}” leaves {place} at {found.highest(place)}, not {level}"
        if "ask_first" in one and one["ask_first"] not in found.codes:
            yield f"{row}: “{word}” asks nothing"
    if not _names(answered(says(one["answers"], row, "no"), rules=rules), row):
        yield f"{row}: “no” is no STOP by name"


def _names(found: Outcome, row: str) -> bool:
    return any(flag.rule.code == SAID_NO and row in flag.raised_by for flag in found.flags)


# Not sure, and yes (check 4).

LAWS = read("laws.toml")


def not_sure_faults(rules: RuleSet = RULES_2, questions: Iterable[str] = ()) -> list[str]:
    """The questions where “Not sure” comes out weaker than “No” or “None of these”."""
    only = set(questions)
    faults = []
    for item in FORM_2.items:
        calm_word = next((word for word in QUIET if word in item.labels), "")
        if "unsure" not in item.labels or not calm_word or item.link_id in LAWS["no_is_worse"]:
            continue
        if item.link_id.startswith("ok.") or (only and item.link_id not in only):
            continue
        for person in people_asked(item):
            no = answered({**person, **ticks(item, calm_word)}, rules=rules)
            unsure = answered({**person, **ticks(item, "unsure")}, rules=rules)
            faults += [f"{item.link_id}: {one}" for one in weaker(unsure, no)]
    return sorted(set(faults))


def yes_faults(rules: RuleSet = RULES_2, questions: Iterable[str] = ()) -> list[str]:
    """The yes to an illness, sign, device or medicine that makes something weaker."""
    only = set(questions)
    faults = []
    for item in FORM_2.items:
        if not tells_of_health(item) or (only and item.link_id not in only):
            continue
        for code in yes_codes(item):
            if code in LAWS["protective"].get(item.link_id, []):
                continue
            for person in [*people_asked(item), *with_another(item, code)]:
                with suppress(NotOfferedError):
                    after = answered({**person, **one_more(item, person, code)}, rules=rules)
                    before = answered({**person, **without(item)}, rules=rules)
                    faults += [f"{item.link_id}:{code}: {one}" for one in weaker(after, before)]
    return sorted(set(faults))


def tells_of_health(item: Item) -> bool:
    """Whether an answer tells of an illness, sign, device or medicine."""
    return (
        item.type in {"choices", "yes_no", "choice"}
        and item.link_id.startswith(tuple(LAWS["health"]))
        and item.link_id not in LAWS["no_health"]
    )


QUIET = ("no", "none", "never")
NO_YES = {*QUIET, "unsure", "skip", "talk"}


def yes_codes(item: Item) -> list[str]:
    """The answers that say that something is so; () where no answer says that it is not."""
    if item.type == "choices":
        return [code for code in item.labels if code not in NO_YES and code not in item.exclusive]
    if not set(QUIET) & set(item.labels):
        return []
    return [code for code in item.labels if code not in NO_YES]


def without(item: Item) -> dict[str, Any]:
    """The answer that nothing is so; of a list, what was ticked before stays."""
    said_no = [code for code in QUIET if code in item.labels]
    return {item.link_id: said_no[0]} if item.type != "choices" else {}


def ticks(item: Item, code: str) -> dict[str, Any]:
    """The answer with this code alone. A screener's “Not sure” stays one in its list."""
    return {item.link_id: [code] if item.type == "choices" else code}


def one_more(item: Item, person: Case, code: str) -> dict[str, Any]:
    """The answer with this code too."""
    if item.type != "choices":
        return {item.link_id: code}
    there = [one for one in person.get(item.link_id, []) if one not in item.exclusive]
    return {item.link_id: [one for one in item.labels if one in {*there, code}]}


def with_another(item: Item, code: str) -> Iterator[Case]:
    """People with one of the answers that come next in the same list."""
    if item.type == "choices":
        codes = yes_codes(item)
        at = codes.index(code)
        for other in (codes * 2)[at + 1 : at + 1 + min(LAWS["neighbours"], len(codes) - 1)]:
            yield {item.link_id: [other]}


def people_asked(item: Item) -> list[Case]:
    """Pat, and clients of the rule cases who are asked this, a few for each question."""
    return [{}, *_others_asked(item.link_id)]


@cache
def _others_asked(question: str) -> tuple[Case, ...]:
    asked = [
        case["raise"]
        for case in RULE_CASES.values()
        if question in case["raise"] and not case.get("raise_with")
    ]
    spread = max(len(asked) // LAWS["people"], 1)
    return tuple(asked[::spread][: LAWS["people"]])


def weaker(after: Outcome, before: Outcome) -> list[str]:
    """What is weaker after than before, contradictions aside: they end when one is named."""
    if RANK[after.stop] < RANK[before.stop]:
        return [f"{before.stop} becomes {after.stop}"]
    stricter = RANK[after.stop] > RANK[before.stop]
    lasting_after, lasting_before = lasting(after), lasting(before, signed=stricter)
    up = [
        place
        for place in lasting_before
        if lasting_after.get(place, NO_LIMIT) > lasting_before[place]
    ]
    return [f"{up[0]} gets {lasting_after.get(up[0])} for {lasting_before[up[0]]}"] if up else []


def lasting(found: Outcome, *, signed: bool = False) -> dict[str, int]:
    """The limits that do not come from two answers that contradict each other.

    signed: without those that hold until a therapist has decided.
    """
    lowest: dict[str, int] = {}
    for flag in found.flags:
        rule = flag.rule
        if flag.cap is None or flag.level is Level.STOP or rule.levels_below:
            continue
        if rule.until_signed and (rule.conflict or signed):
            continue
        for place in flag.regions or places("body"):
            lowest[place] = min(lowest.get(place, NO_LIMIT), flag.cap)
    return lowest


# The net under the screeners (check 7).

CONTRADICTIONS = read("contradictions.toml")


def contradiction_faults(rules: RuleSet = RULES_2) -> list[str]:
    """The medicines and devices that say otherwise than a “No”, and nobody notices."""
    faults = []
    for one in CONTRADICTIONS["pair"]:
        for code in one["codes"]:
            other = FORM_2.item(one["question"])
            given = {**one.get("answers", {}), **ticks(other, code)}
            for no in ({one["screener"]: one.get("no", "no")}, one.get("none", {})):
                found = answered({**given, **no}, rules=rules) if no else None
                if found is not None and not _notices(found, set(no), other.link_id, one):
                    faults.append(f"{next(iter(no))} = no, {other.link_id}:{code}")
    return faults


def _notices(found: Outcome, said_no: set[str], other: str, one: Mapping[str, Any]) -> bool:
    if "flag" in one:
        return one["flag"] in found.codes
    return any(
        flag.rule.conflict and other in flag.raised_by and said_no & set(flag.raised_by)
        for flag in found.flags
    )


# Words and numbers (check 2).

WORDS_OF = (
    (0, r"\bkeep off\b|\bdo not touch\b|\bnobody (?:works|massages|touches)|\bis left out\b"),
    (0, r"\bare left out\b|\bno (?:belly|leg|neck|jaw|face|head|arm)(?: or \w+)? work\b"),
    (0, r"\bno work on\b|\bno touch\b"),
    (1, r"\b(?:very|lotion-|feather-) ?light\b|\bresting (?:hands|touch)|\btouch only\b"),
    (2, r"(?<!very )(?<!-)\blight(?! to medium)\b"),
    (3, r"\bmedium at most\b|\blight to medium\b|\bnothing deep\b|\bno deep (?:work|leg|tissue)\b"),
)
"""What the words say -> the highest number that fits them."""


def words_faults(rules: RuleSet = RULES_2) -> list[str]:
    """The rules whose words say less than their number, or that have no number at all."""
    faults: list[str] = []
    for rule in rules.rules:
        said = lowest_said(f"{rule.reason} {rule.action}")
        if rule.level is Level.STOP or said is None:
            continue
        if rule.code in LAWS["number_elsewhere"]:
            faults += _elsewhere_faults(rules, rule.code, said)
        elif rule.cap is None or rule.cap > said:
            faults.append(f"{rule.code}: says {said}, has {rule.cap}")
    return faults


def _elsewhere_faults(rules: RuleSet, code: str, said: int) -> Iterator[str]:
    other = LAWS["number_elsewhere"][code]
    found = answered(RULE_CASES[code]["raise"], rules=rules)
    caps = [flag.cap for flag in found.flags if flag.rule.code == other]
    if caps != [said]:
        yield f"{code}: says {said}, and {other} does not have it"


def lowest_said(words: str) -> int | None:
    """The number that these words mean, the lowest of them; None for none."""
    return next((cap for cap, said in WORDS_OF if re.search(said, words, re.I)), None)


def whole_body_faults(rules: RuleSet = RULES_2) -> list[str]:
    """Notes that limit, and limits of the whole body without a source that speaks of pressure."""
    faults = []
    for rule in rules.rules:
        if rule.cap is None or rule.level is Level.STOP:
            continue
        if rule.level is Level.INFO:
            faults.append(f"{rule.code}: a note limits")
        if not rule.areas and rule.strength[0] not in "AB" and rule.code not in LAWS["whole_body"]:
            faults.append(f"{rule.code}: the whole body, strength {rule.strength}")
    return faults


# One fact in a title (check 5).

TITLE_LENGTH = 80
TWO_FACTS = re.compile(r"\bor\b|\band/or\b|;|/(?!\d)")
PLACES_AFTER = re.compile(r":.*")
EXAMPLES = re.compile(r"\([^)]*\)")
LISTED = re.compile(r"^[^,]+, (?!and\b|but\b|by\b|the\b)[^,]+$|^[^,]+(?:, [^,]+){2,}$")


def title_of(rule: Rule) -> str:
    """The first sentence of the reason."""
    return re.split(r"\.(?:\s|$)", rule.reason)[0]


def title_faults(rules: RuleSet = RULES_2) -> list[str]:
    """The titles that join two facts by “or” or by a comma, or are too long."""
    faults = []
    for rule in rules.rules:
        title = title_of(rule)
        bare = PLACES_AFTER.sub("", EXAMPLES.sub("", title)).strip()
        if len(title) > TITLE_LENGTH:
            faults.append(f"{rule.code}: {len(title)} characters")
        if TWO_FACTS.search(EXAMPLES.sub("", title)):
            faults.append(f"{rule.code}: two facts in “{title}”")
        elif LISTED.match(bare) and rule.code not in LAWS["commas_in_titles"]:
            faults.append(f"{rule.code}: a list in “{title}”")
    return faults


# Every answer that can mean danger is read (check 3).

NOT_READ: dict[str, dict[str, str]] = read("not_read.toml")
QUIET_CODES = {"no", "none", "never", "self"}


def unread_faults(rules: RuleSet = RULES_2) -> list[str]:
    """The answers of health that no rule reads and nobody listed with a reason."""
    read_by_rules = answers_read(rules)
    faults = []
    for item in FORM_2.items:
        for code in dangerous(item):
            if (item.link_id, code) in read_by_rules:
                continue
            if not NOT_READ.get(item.link_id, {}).get(code):
                faults.append(f"{item.link_id}:{code}")
    for question, reasons in NOT_READ.items():
        faults += [
            f"{question}:{code} is read by a rule, and listed as not read"
            for code in reasons
            if (question, code) in read_by_rules
        ]
    return faults


def dangerous(item: Item) -> list[str]:
    """The answers that tell of something, for questions of health, doctors and minors."""
    if item.type not in {"choices", "choice", "yes_no"}:
        return []
    if not item.link_id.startswith(tuple(LAWS["danger"])):
        return []
    return [code for code in item.labels if code not in QUIET_CODES]


def answers_read(rules: RuleSet) -> set[tuple[str, str]]:
    """(question, code) of every answer that a rule looks at, also through a fact."""
    leaves = [leaf for rule in rules.rules for leaf in leaves_of(rule.when)]
    found: set[tuple[str, str]] = set()
    for leaf in leaves:
        if isinstance(leaf, AnswerIs):
            wanted = leaf.answer if isinstance(leaf.answer, tuple) else (leaf.answer,)
            found.update((leaf.question, str(code)) for code in wanted)
    for rule in rules.rules:
        for leaf in excluded(rule.when):
            item = FORM_2.item(leaf.question)
            if item.type != "choices":  # all but the good answers raise the rule
                found.update((item.link_id, code) for code in item.labels)
    facts = {leaf.fact for leaf in leaves if isinstance(leaf, FactIs)}
    for item in FORM_2.items:
        found.update(
            (item.link_id, code)
            for code in dangerous(item)
            if any(changes(fact, item, code) for fact in facts if item.link_id in FACTS[fact].reads)
        )
    return found


def leaves_of(condition: Condition) -> Iterator[AnswerIs | FactIs]:
    """The single questions of a condition."""
    if isinstance(condition, AllAnyNone):
        for part in condition.parts:
            yield from leaves_of(part)
    else:
        yield condition


def excluded(condition: Condition, *, inside: bool = False) -> Iterator[AnswerIs]:
    """The single questions that must not be answered like this."""
    if isinstance(condition, AllAnyNone):
        for part in condition.parts:
            yield from excluded(part, inside=inside or condition.how == "none")
    elif isinstance(condition, AnswerIs) and (inside or condition.operator == "!="):
        yield condition


def changes(fact: str, item: Item, code: str) -> bool:
    """Whether a fact is another one with this answer."""
    now = context()
    return FACTS[fact].compute(ticks(item, code), now) != FACTS[fact].compute({}, now)
