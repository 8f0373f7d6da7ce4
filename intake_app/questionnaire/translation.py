"""The words of a questionnaire in another language. Answers stay codes, records stay English."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """English words of questions and options -> the same in `language`.

    What has no entry is shown in English.
    """

    language: str
    texts: Mapping[str, str]

    def of(self, english: str) -> str:
        """These words in the other language, "" when there are none."""
        return self.texts.get(english, "")
