"""From the bytes of an agreements file to a ConsentSet, or to a sentence saying what is wrong."""

import hashlib

from intake_app.questionnaire.conditions import read_condition
from intake_app.questionnaire.consents import BLANK, BLANKS, Consent, ConsentSet
from intake_app.questionnaire.loading.checks import Earlier, check_condition
from intake_app.questionnaire.loading.items import read_id
from intake_app.questionnaire.loading.questionnaires import read_version
from intake_app.questionnaire.model import Questionnaire
from intake_app.questionnaire.strict_toml import StrictTable, parse


def load_consents(source: bytes, where: str, questionnaire: Questionnaire) -> ConsentSet:
    """Read agreements whose conditions ask about this questionnaire. Raises DefinitionError."""
    top = parse(source, where)
    earlier = {item.link_id: item for item in questionnaire.items}
    consents = tuple(_consent(table, earlier) for table in top.tables("consent"))
    ids = [consent.id for consent in consents]
    for consent_id in ids:
        if ids.count(consent_id) > 1:
            top.fail(f"there are two agreements called “{consent_id}”.")
    if not consents:
        top.fail("there is no agreement.")
    consent_set = ConsentSet(
        read_id(top, "name"), read_version(top), hashlib.sha256(source).hexdigest(), consents
    )
    top.close()
    return consent_set


def _consent(table: StrictTable, earlier: Earlier) -> Consent:
    table.at(f"consent {read_id(table, 'id')}")
    condition = read_condition(table.table("enable_when"))
    check_condition(condition, earlier, table)
    consent = Consent(
        id=table.place.removeprefix("consent "),
        title=table.string("title"),
        text=_text(table),
        required=table.flag("required", None),
        enable_when=condition,
        choice=table.flag("choice"),
    )
    if consent.required and consent.choice:
        table.fail("it cannot be both required and a free choice.")
    table.close()
    return consent


def _text(table: StrictTable) -> str:
    text = table.string("text").strip()
    for name in BLANK.findall(text):
        if name not in BLANKS:
            table.fail(
                f"“{{{name}}}” is no blank that we can fill; there are {', '.join(sorted(BLANKS))}."
            )
    if "{" in BLANK.sub("", text) or "}" in BLANK.sub("", text):
        table.fail("a curly bracket stands alone.")
    return text
