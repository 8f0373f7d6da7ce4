"""What is asked, when, and what an answer may be. Pure: standard library only, no Flask, no storage."""

from intake_app.questionnaire.answers import Answer, Answers, noticed, problem, text_of
from intake_app.questionnaire.conditions import holds
from intake_app.questionnaire.consents import Consent, ConsentSet, Wording, load_consents, wording
from intake_app.questionnaire.context import Context
from intake_app.questionnaire.item_types import TYPES, ItemType
from intake_app.questionnaire.journey import Journey, Progress
from intake_app.questionnaire.library import (
    Library,
    by_sha256,
    consent_set,
    latest,
    release_lines,
    released,
)
from intake_app.questionnaire.load import load
from intake_app.questionnaire.model import Item, Option, Questionnaire, Section, Step
from intake_app.questionnaire.reading import DefinitionError
from intake_app.questionnaire.regions import REGIONS, Region, Regions, load_regions
from intake_app.questionnaire.summary import SummaryRow, SummarySection, summary

__all__ = [
    "REGIONS",
    "TYPES",
    "Answer",
    "Answers",
    "Consent",
    "ConsentSet",
    "Context",
    "DefinitionError",
    "Item",
    "ItemType",
    "Journey",
    "Library",
    "Option",
    "Progress",
    "Questionnaire",
    "Region",
    "Regions",
    "Section",
    "Step",
    "SummaryRow",
    "SummarySection",
    "Wording",
    "by_sha256",
    "consent_set",
    "holds",
    "latest",
    "load",
    "load_consents",
    "load_regions",
    "noticed",
    "problem",
    "release_lines",
    "released",
    "summary",
    "text_of",
    "wording",
]
