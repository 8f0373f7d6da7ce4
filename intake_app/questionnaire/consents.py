"""The agreements: their titles and words, when each is asked for, and the exact text a client agreed to."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake_app.questionnaire.conditions import Condition, holds, read_condition
from intake_app.questionnaire.journey import Journey
from intake_app.questionnaire.loading.checks import Earlier, check_condition
from intake_app.questionnaire.loading.items import read_id
from intake_app.questionnaire.loading.questionnaires import version
from intake_app.questionnaire.model import Questionnaire
from intake_app.questionnaire.strict_toml import StrictTable, parse

BLANKS = frozenset(
    {
        "practice",
        "cancellation_policy",
        "contact",
        "retention_years",
        "phone",
        "email",
        "sensitive_areas",
        "child",
    }
)
BLANK = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Consent:
    """One agreement, with {blanks} in its text. choice: a free choice; saying no changes nothing else."""

    id: str
    title: str
    text: str
    required: bool
    enable_when: Condition | None = None
    choice: bool = False


@dataclass(frozen=True, slots=True)
class ConsentSet:
    """All agreements of one version."""

    name: str
    version: str
    sha256: str
    consents: tuple[Consent, ...]

    def offered(self, journey: Journey) -> tuple[Consent, ...]:
        """The agreements this client is asked for, in the order of the file, free choices last."""
        answers = journey.live()
        asked = [one for one in self.consents if holds(one.enable_when, answers, journey.context)]
        return tuple(sorted(asked, key=lambda one: one.choice))


@dataclass(frozen=True, slots=True)
class Wording:
    """The final words of an agreement, and the hex SHA-256 of them in UTF-8."""

    text: str
    sha256: str


def fill_wording(consent: Consent, values: Mapping[str, str]) -> Wording:
    """The exact words this client sees and agrees to. A value with curly brackets itself is left as it is.

    Raises KeyError when a blank of the text has no value.
    """
    text = BLANK.sub(lambda blank: values[blank[1]], consent.text)
    return Wording(text, hashlib.sha256(text.encode()).hexdigest())


def load_consents(source: bytes, where: str, questionnaire: Questionnaire) -> ConsentSet:
    """Read a consents file whose conditions ask about this questionnaire. Raises DefinitionError."""
    top = parse(source, where)
    earlier = {item.link_id: item for item in questionnaire.items}
    consents = tuple(_consent(table, earlier) for table in top.tables("consent"))
    ids = [consent.id for consent in consents]
    for one in ids:
        if ids.count(one) > 1:
            top.fail(f"there are two agreements called “{one}”.")
    if not consents:
        top.fail("there is no agreement.")
    found = ConsentSet(
        read_id(top, "name"), version(top), hashlib.sha256(source).hexdigest(), consents
    )
    top.close()
    return found


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
