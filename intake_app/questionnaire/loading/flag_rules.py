"""From the bytes of a rules file to a RuleSet, or to a sentence saying what is wrong with it."""

import hashlib
import re
from collections.abc import Mapping

from intake_app.questionnaire.body.marks import DEEPEST
from intake_app.questionnaire.body.regions import Regions
from intake_app.questionnaire.conditions import Condition, read_condition
from intake_app.questionnaire.facts import AREAS
from intake_app.questionnaire.facts.clearance import DOCTOR_OK
from intake_app.questionnaire.flags.rules import (
    LOWERED_BY,
    ClinicalSource,
    Level,
    Rule,
    RuleSet,
    source_id,
)
from intake_app.questionnaire.flags.satisfiability import witness
from intake_app.questionnaire.loading.checks import check_condition
from intake_app.questionnaire.loading.items import read_id
from intake_app.questionnaire.loading.questionnaires import read_version
from intake_app.questionnaire.loading.words import WordsFile, put_into_rules
from intake_app.questionnaire.model import Questionnaire
from intake_app.questionnaire.strict_toml import StrictTable, parse_plain

CODE = re.compile(r"[A-Z][0-9]{2}")
STRENGTH = re.compile(r"[ABCSP](\+P)?")
PROJECT = "P"
"""The strength of a rule that is the project's own choice: the only one without a source."""


def load_flags(
    source: bytes,
    where: str,
    questionnaire: Questionnaire,
    regions: Regions,
    words: WordsFile | None = None,
) -> RuleSet:
    """Read a rules file that asks about this questionnaire.

    Raises DefinitionError, naming file and rule, for a rule that names an unknown question, option,
    region, fact, area or source, or that nobody's answers can raise. words: those of a file that
    has none of its own.
    """
    plain = parse_plain(source, where)
    if words is not None:
        put_into_rules(plain, words)
    top = StrictTable(plain, where)
    sources = _sources(top)
    texts = _texts(top.table("client_texts"))
    reader = _Rules(questionnaire, regions, sources, texts)
    rules = tuple(reader.read(table) for table in top.tables("rule"))
    _once([rule.code for rule in rules], "rules", top)
    if not rules:
        top.fail("there is no rule.")
    _check_order(rules, top)
    rule_set = RuleSet(
        name=read_id(top, "name"),
        version=read_version(top),
        sha256=hashlib.sha256(source).hexdigest(),
        rules=rules,
        sources=sources,
        client_texts=texts,
    )
    top.close()
    return rule_set


def _check_order(rules: tuple[Rule, ...], top: StrictTable) -> None:
    """Raise DefinitionError for a rule that comes after a STOP which does not exist."""
    stops = {rule.code for rule in rules if rule.level is Level.STOP}
    for rule in rules:
        for code in rule.after:
            if code not in stops:
                top.fail(f"rule {rule.code}: there is no STOP {code} that could come first.")


def _sources(top: StrictTable) -> dict[str, ClinicalSource]:
    sources = [_source(table) for table in top.tables("source")]
    _once([source.id for source in sources], "sources", top)
    return {source.id: source for source in sources}


def _source(table: StrictTable) -> ClinicalSource:
    source_id = table.string("id")
    table.at(f"source {source_id}")
    source = ClinicalSource(
        source_id,
        table.string("name"),
        table.string("address"),
        table.string("says"),
        table.string("kind"),
    )
    table.close()
    return source


def _texts(table: StrictTable | None) -> dict[str, str]:
    return {} if table is None else {key: table.string(key) for key in sorted(table.keys())}


class _Rules:
    """Reads rules that may point at these sources, texts, questions and regions."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        regions: Regions,
        sources: Mapping[str, ClinicalSource],
        texts: Mapping[str, str],
    ) -> None:
        self.questionnaire = questionnaire
        self.sources = sources
        self.texts = texts
        asked = (item.link_id for item in questionnaire.items if item.type == "regions")
        self.doctors = {
            item.link_id for item in questionnaire.items if item.link_id.startswith(DOCTOR_OK)
        }
        self.areas = {*regions, *regions.sets, *AREAS, *asked}

    def read(self, table: StrictTable) -> Rule:
        """The rule in this table."""
        code = table.string("code")
        table.at(f"rule {code}")
        rule = Rule(
            code=code,
            level=_level(table),
            urgent=table.flag("urgent"),
            reason=table.string("reason"),
            action=table.string("action"),
            cap=table.number("cap", None),
            areas=table.strings("areas"),
            sources=table.strings("sources"),
            strength=table.string("strength"),
            conflict=table.flag("conflict"),
            when=_when(table, self.questionnaire),
            client_text=table.string("client_text", ""),
            ok=table.string("ok", ""),
            lowered_by=table.string("lowered_by", ""),
            recent=table.flag("recent"),
            after=table.strings("after"),
            until_signed=table.flag("until_signed"),
            levels_below=table.number("levels_below", None),
            prompt=table.flag("prompt", True),
        )
        table.close()
        self._check(rule, table)
        return rule

    def _check(self, rule: Rule, table: StrictTable) -> None:
        if not CODE.fullmatch(rule.code):
            table.fail("a code is a capital letter and two digits.")
        if not STRENGTH.fullmatch(rule.strength):
            table.fail(f"“{rule.strength}” is no strength: A, B, C, S or P, or one of them and +P.")
        if not rule.sources and rule.strength != PROJECT:
            table.fail("only a rule of strength P has no source.")
        for name in rule.areas:
            if name not in self.areas:
                table.fail(
                    f"“{name}” is no region, region set, question about regions, or known area."
                )
        for name in rule.sources:
            if source_id(name) not in self.sources:
                table.fail(f"there is no source {name}.")
        self._check_cap(rule, table)
        self._check_words(rule, table)
        self._check_doctor(rule, table)

    def _check_cap(self, rule: Rule, table: StrictTable) -> None:
        if rule.cap is not None and not 0 <= rule.cap <= DEEPEST:
            table.fail(f"a cap is a Walton level, 0 to {DEEPEST}.")
        everywhere = rule.cap in (0, 1) and not rule.areas
        if everywhere and rule.level not in (Level.STOP, Level.ASK_FIRST, Level.CAUTION):
            table.fail("a cap of 0 or 1 needs an area.")

    def _check_doctor(self, rule: Rule, table: StrictTable) -> None:
        if bool(rule.ok) is not bool(rule.lowered_by):
            table.fail("“ok” and “lowered_by” go together.")
        if rule.ok and (rule.level is not Level.STOP or rule.ok not in self.doctors):
            table.fail(f"“{rule.ok}” is no question about a doctor's OK, or this is no STOP.")
        if rule.lowered_by not in ("", *LOWERED_BY):
            table.fail(f"“lowered_by” can be {', '.join(LOWERED_BY)}.")
        if rule.levels_below is not None and rule.cap is not None:
            table.fail("a limit is a number, or so many levels below the wish, never both.")

    def _check_words(self, rule: Rule, table: StrictTable) -> None:
        if rule.urgent and (rule.level is not Level.STOP or not rule.client_text):
            table.fail("an urgent rule is a STOP and has words for the client.")
        if rule.client_text and rule.client_text not in self.texts:
            table.fail(f"there is no client text “{rule.client_text}”.")


def _level(table: StrictTable) -> Level:
    name = table.string("level")
    if name not in Level.__members__:
        table.fail(f"“{name}” is no level; there are {', '.join(reversed(Level.__members__))}.")
    return Level[name]


def _when(table: StrictTable, questionnaire: Questionnaire) -> Condition:
    when = read_condition(table.table("when"))
    if when is None:
        table.fail("“when” is missing.")
    check_condition(when, {item.link_id: item for item in questionnaire.items}, table)
    if witness(when, questionnaire) is None:
        table.fail(
            "no answers can raise this: its parts contradict each other, "
            "or its questions are never asked."
        )
    return when


def _once(names: list[str], kind: str, table: StrictTable) -> None:
    for name in names:
        if names.count(name) > 1:
            table.fail(f"there are two {kind} called {name}.")
