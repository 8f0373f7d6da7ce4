"""The words of a questionnaire in another language, where we have them. Answers stay codes, records stay English."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake_app.questionnaire.model import Questionnaire
from intake_app.questionnaire.strict_toml import StrictTable, parse


@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """English words of questions and options -> the same in `language`. What has no entry is shown in English."""

    language: str
    texts: Mapping[str, str]

    def of(self, english: str) -> str:
        """These words in the other language, "" when there are none."""
        return self.texts.get(english, "")


def load_translation(source: bytes, where: str, questionnaire: Questionnaire) -> Translation:
    """Read a translation of this questionnaire. Raises DefinitionError, also for words that it never shows."""
    top = parse(source, where)
    language, table = top.string("language"), top.table("texts")
    texts = {} if table is None else _texts(table, shown(questionnaire))
    top.close()
    return Translation(language, texts)


def shown(questionnaire: Questionnaire) -> frozenset[str]:
    """Every question, option and column that a client can read."""
    columns = tuple(column for item in questionnaire.items for column in item.columns)
    asked = (*questionnaire.items, *columns)
    return frozenset(text for item in asked for text in (item.text, *item.labels.values()))


def _texts(table: StrictTable, known: frozenset[str]) -> dict[str, str]:
    texts = {}
    for english in sorted(table.keys()):
        if english not in known:
            table.fail(f"no question and no option says “{english}”.")
        texts[english] = table.string(english)
    return texts
