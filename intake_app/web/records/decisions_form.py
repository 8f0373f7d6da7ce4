"""The caution sheet as a form: one decision and one reason a flag, then a name."""

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from intake_app.records.cautions.decisions import NEEDS_REASON, Decision
from intake_app.records.cautions.sealed_flags import CHOICES, LETTER_SEEN, SealedFlag
from intake_app.web.fields import text_of, tidy
from intake_app.web.step_forms.plain_text import is_printable

LATER = "later"
OFFERED = [SelectChoice(code, words) for code, words in {**CHOICES, LATER: "Decide later"}.items()]
WITHOUT_DOCTOR = [choice for choice in OFFERED if choice.value != LETTER_SEEN]
"""What is offered about a flag that waits for no doctor."""
WHICH_LETTER = "Write who wrote the letter, and its date."
LONGEST_REASON = 1000
LONGEST_NAME = 80
UNPRINTABLE = "This holds a sign that cannot be printed. Please type it again."


class DecisionsForm(FlaskForm):  # type: ignore[misc]
    """Made by `decisions_form`: the fields of each flag are called choice_A05 and reason_A05."""

    name = StringField("Type your full name to sign", filters=[tidy])

    def choice(self, code: str) -> Field:
        """The decision about a flag."""
        found: Field = self[f"choice_{code}"]
        return found

    def reason(self, code: str) -> Field:
        """The words beside it."""
        found: Field = self[f"reason_{code}"]
        return found

    @property
    def codes(self) -> list[str]:
        """The flags on this sheet, in its order."""
        return [name.removeprefix("choice_") for name in self._fields if name.startswith("choice_")]

    def written(self) -> list[Decision]:
        """Everything that is ticked or typed, finished or not: what a draft keeps."""
        made = (
            Decision(code, text_of(self.choice(code)), text_of(self.reason(code)))
            for code in self.codes
        )
        return [one for one in made if one.choice in CHOICES or one.reason]

    def decisions(self) -> list[Decision]:
        """What can be signed, once the form is valid."""
        return [one for one in self.written() if one.choice in CHOICES]

    def may_be_saved(self) -> bool:
        """Whether everything on the sheet can be kept; nothing has to be finished yet."""
        return bool(self.validate_on_submit())

    def may_be_signed(self) -> bool:
        """The same, and every decision has what it needs, and a name stands under them."""
        ok = self.may_be_saved()
        for one in self.written():
            if one.choice not in CHOICES:
                ok = _refuse(self.choice(one.code), "Choose a decision to go with what you wrote.")
            elif one.choice == LETTER_SEEN and not one.reason:
                ok = _refuse(self.reason(one.code), WHICH_LETTER)
            elif one.choice in NEEDS_REASON and not one.reason:
                ok = _refuse(
                    self.reason(one.code),
                    "Write the reason, because you do not follow the suggestion.",
                )
        if not self.written():
            ok = _refuse(self.choice(self.codes[0]), "Choose a decision for at least one flag.")
        if not text_of(self.name):
            ok = _refuse(self.name, "Type your full name. It is your signature.")
        return ok

    def validate_name(self, field: Field) -> None:
        """A name that fits on one line."""
        _check_text(field, LONGEST_NAME)


def _refuse(field: Field, why: str) -> bool:
    field.errors = [*field.errors, why]
    return False


def _check_text(field: Field, longest: int) -> None:
    if len(text_of(field)) > longest:
        raise ValidationError(f"Make this shorter: at most {longest} characters.")
    if not is_printable(text_of(field)):
        raise ValidationError(UNPRINTABLE)


def _check_reason(form: DecisionsForm, field: Field) -> None:
    _check_text(field, LONGEST_REASON)


def decisions_form(cautions: Sequence[SealedFlag], draft: Mapping[str, Decision]) -> DecisionsForm:
    """The sheet of these flags, with what was saved before."""
    fields: dict[str, Field] = {}
    for caution in cautions:
        before = draft.get(caution.code, Decision(caution.code, ""))
        fields[f"choice_{caution.code}"] = RadioField(
            "Your decision",
            choices=OFFERED if caution.asks_doctor else WITHOUT_DOCTOR,
            default=before.choice or None,
            validators=[_one_of_them],
            validate_choice=False,
        )
        fields[f"reason_{caution.code}"] = TextAreaField(
            "Reason, or what you agreed",
            default=before.reason,
            filters=[tidy],
            validators=[_check_reason],
            render_kw={"rows": 2},
        )
    made: DecisionsForm = type("Sheet", (DecisionsForm,), fields)()
    return made


def _one_of_them(form: DecisionsForm, field: Field) -> None:
    if field.data not in (None, "", LATER, *CHOICES):
        raise ValidationError("Choose one of the decisions on the page.")
