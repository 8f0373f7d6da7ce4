"""Questions answered by typing: text, long text, phone, email, number."""

from collections.abc import Iterable, Mapping

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from intake_app.questionnaire import Answer, Answers
from intake_app.web.step_forms import plain_text
from intake_app.web.step_forms.field import ItemField, Typed
from intake_app.web.step_forms.messages import Wrong, missing_text

HOME_REGION = "US"
THERAPIST_ONLY = "-apart"
FOR_THERAPIST = "For my therapist only"
LONGEST_NUMBER = 40  # as typed, with spaces and brackets
UNPRINTABLE = "We took out a sign that cannot be printed. Look at the text, then continue"
PHONE = "Enter a phone number, like 920 555 0134"
EMAIL = "Enter an email address, like ana@example.com"


class TextField(ItemField):
    """One line.

    Where the question allows it, a tick beside it keeps the words for the therapist only.
    """

    def names(self, typed: Mapping[str, list[str]]) -> Iterable[str]:
        """The box, and its tick."""
        return (self.name, self.therapist_only_name) if self.item.confidential else (self.name,)

    @property
    def therapist_only_name(self) -> str:
        """The HTML name of the tick."""
        return f"{self.name}{THERAPIST_ONLY}"

    @property
    def is_therapist_only(self) -> bool:
        """Whether the tick is set.

        Its value is its own words, for a page that shows what was typed.
        """
        return bool(self.value(THERAPIST_ONLY))

    def tick_therapist_only(self) -> None:
        """Show the tick of an answer given before."""
        self.typed[self.therapist_only_name] = [FOR_THERAPIST]

    def tidy(self) -> str:
        """The text without outer and doubled spaces."""
        return plain_text.one_line(self.value())

    def read(self, answers: Answers) -> Answer | None:
        """The text. Raises Wrong when it is too long or holds a sign that cannot be printed."""
        if not plain_text.is_printable(self.value()):
            raise Wrong(UNPRINTABLE)
        text = self.tidy()
        most = self.item.max_length
        if most is not None and len(text) > most:
            raise Wrong(f"Make this shorter: it has {len(text)} letters, and {most} fit")
        return text or None

    def missing(self) -> str:
        return missing_text(self.item)


class LongTextField(TextField):
    """Several lines."""

    def tidy(self) -> str:
        """The text with its lines."""
        return plain_text.lines(self.value())


class PhoneField(TextField):
    """A number that can exist; numbers without a country code are of the United States.

    Kept as E.164.
    """

    def read(self, answers: Answers) -> Answer | None:
        """The number. Raises Wrong when no telephone can have it, or when it has an extension."""
        text = plain_text.one_line(self.value())
        if not text:
            return None
        try:
            number = phonenumbers.parse(text[:LONGEST_NUMBER], HOME_REGION)
        except phonenumbers.NumberParseException as error:
            raise Wrong(PHONE) from error
        possible = phonenumbers.is_possible_number_with_reason(number)
        if possible == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            raise Wrong("Enter the phone number with its area code, like 920 555 0134")
        if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
            raise Wrong(f"{PHONE}. Outside the United States, begin with + and the country code")
        if number.extension:
            raise Wrong("Enter the phone number without an extension")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def write(self, answer: Answer) -> Typed:
        number = phonenumbers.parse(str(answer))
        national = number.country_code == phonenumbers.country_code_for_region(HOME_REGION)
        styles = phonenumbers.PhoneNumberFormat
        style = styles.NATIONAL if national else styles.INTERNATIONAL
        return {self.name: [phonenumbers.format_number(number, style)]}

    def missing(self) -> str:
        return PHONE


class EmailField(TextField):
    """An address that is written right.

    Whether it exists is not asked: that would tell other servers.
    """

    def read(self, answers: Answers) -> Answer | None:
        """The address. Raises Wrong when it is not one."""
        text = plain_text.one_line(self.value())
        if not text:
            return None
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise Wrong(EMAIL) from error

    def missing(self) -> str:
        return EMAIL


class NumberField(TextField):
    """A whole number within the limits of the question."""

    def read(self, answers: Answers) -> Answer | None:
        """The number. Raises Wrong for anything else."""
        text = plain_text.one_line(self.value()).replace(" ", "")
        if not text:
            return None
        digits = text.removeprefix("-")
        number = int(text) if digits.isdecimal() and len(digits) < 10 else None
        low = self.item.min
        high = self.item.max
        if (
            number is None
            or (low is not None and number < low)
            or (high is not None and number > high)
        ):
            raise Wrong(self.missing())
        return number

    def missing(self) -> str:
        low = self.item.min
        high = self.item.max
        if low is not None and high is not None:
            return f"Enter a whole number from {low} to {high}"
        return "Enter a whole number"
