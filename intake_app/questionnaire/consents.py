"""The agreements: their words, when each is asked for, and the exact text a client agreed to."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake_app.questionnaire.conditions import Condition, holds
from intake_app.questionnaire.journey import Journey

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
        "client",
    }
)
BLANK = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Consent:
    """One agreement, with {blanks} in its text. choice: a free one; a no changes nothing else."""

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
    """The exact words this client sees and agrees to.

    A value with curly brackets itself is left as it is. Raises KeyError when a blank of the text
    has no value.
    """
    text = BLANK.sub(lambda blank: values[blank[1]], consent.text)
    return Wording(text, hashlib.sha256(text.encode()).hexdigest())
