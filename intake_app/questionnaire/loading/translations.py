"""From the bytes of a translation to the words of a questionnaire in another language."""

from intake_app.questionnaire.model import Questionnaire
from intake_app.questionnaire.strict_toml import StrictTable, parse
from intake_app.questionnaire.translation import Translation


def load_translation(source: bytes, where: str, questionnaire: Questionnaire) -> Translation:
    """Read a translation of this questionnaire.

    Raises DefinitionError, also for words that the questionnaire never shows.
    """
    top = parse(source, where)
    language = top.string("language")
    table = top.table("texts")
    texts = {} if table is None else _texts(table, shown_words(questionnaire))
    top.close()
    return Translation(language, texts)


def shown_words(questionnaire: Questionnaire) -> frozenset[str]:
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
