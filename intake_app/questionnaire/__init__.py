"""What is asked, when, and what an answer may be. Pure: standard library only, no storage."""

from intake_app.questionnaire.body.regions import REGIONS, Region, Regions, load_regions
from intake_app.questionnaire.condition_text import condition_in_words
from intake_app.questionnaire.conditions import holds
from intake_app.questionnaire.consents import (
    Consent,
    ConsentSet,
    Wording,
    fill_wording,
)
from intake_app.questionnaire.context import Answer, Answers, Context
from intake_app.questionnaire.day_of_visit import short_form
from intake_app.questionnaire.flags.rules import (
    ClinicalSource,
    Flag,
    Level,
    RegionPressure,
    Rule,
    RuleSet,
    pressures,
    raised,
)
from intake_app.questionnaire.item_types import TYPES, ItemType, is_notable, problem, text_of
from intake_app.questionnaire.journey import Journey, Progress
from intake_app.questionnaire.loading.consents import load_consents
from intake_app.questionnaire.loading.flag_rules import load_flags
from intake_app.questionnaire.loading.questionnaires import load
from intake_app.questionnaire.loading.repository import (
    Repository,
    by_sha256,
    check_released,
    consents_of,
    flag_rules_by_sha256,
    latest,
    release_lines,
    released,
    rules_of,
    translation_for,
    versions,
)
from intake_app.questionnaire.loading.translations import load_translation
from intake_app.questionnaire.model import Item, Option, Questionnaire, Section, Step
from intake_app.questionnaire.reuse import (
    Change,
    changes,
    completed_steps,
    questions_asked_afresh,
    reusable,
    section_answers,
    section_rows,
)
from intake_app.questionnaire.strict_toml import DefinitionError
from intake_app.questionnaire.summary import (
    AnsweredSection,
    SaidNo,
    SummaryRow,
    SummarySection,
    answered,
    summarise,
)
from intake_app.questionnaire.translation import Translation

__all__ = [
    "REGIONS",
    "TYPES",
    "Answer",
    "AnsweredSection",
    "Answers",
    "Change",
    "ClinicalSource",
    "Consent",
    "ConsentSet",
    "Context",
    "DefinitionError",
    "Flag",
    "Item",
    "ItemType",
    "Journey",
    "Level",
    "Option",
    "Progress",
    "Questionnaire",
    "Region",
    "RegionPressure",
    "Regions",
    "Repository",
    "Rule",
    "RuleSet",
    "SaidNo",
    "Section",
    "Step",
    "SummaryRow",
    "SummarySection",
    "Translation",
    "Wording",
    "answered",
    "by_sha256",
    "changes",
    "check_released",
    "completed_steps",
    "condition_in_words",
    "consents_of",
    "fill_wording",
    "flag_rules_by_sha256",
    "holds",
    "is_notable",
    "latest",
    "load",
    "load_consents",
    "load_flags",
    "load_regions",
    "load_translation",
    "pressures",
    "problem",
    "questions_asked_afresh",
    "raised",
    "release_lines",
    "released",
    "reusable",
    "rules_of",
    "section_answers",
    "section_rows",
    "short_form",
    "summarise",
    "text_of",
    "translation_for",
    "versions",
]
