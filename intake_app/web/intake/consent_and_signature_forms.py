"""The two last forms of the walk: the agreements, and the signature."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, Self

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from intake_app.intake.draft_parts import GivenConsent
from intake_app.records.sealed.evidence import HelpedBy, Signature
from intake_app.web.intake.signature_drawing import BadDrawing, read_drawing
from intake_app.web.step_forms import plain_text

MISSING = "Tick “{}” to go on, or talk with the practice first"
NOT_ON_PAPER = (
    "“{}” is needed. If it has no tick on the paper, ask the client to tick and sign it there first"
)
NOT_WHOLE = (
    "Your drawing did not arrive whole. Draw it again, or leave it out: your typed name is enough"
)
NAME_LENGTH = Length(max=200, message="Please keep the name under 200 letters")


class Agreement(Protocol):
    """What the form needs to know of an agreement."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def sha256(self) -> str: ...


def field_name(consent_id: str) -> str:
    """The HTML name of an agreement's tick."""
    return consent_id.replace(".", "-")


class ConsentForm(FlaskForm):  # type: ignore[misc]
    """One tick for each agreement; nothing is ticked beforehand."""

    offered: Sequence[Agreement]

    @classmethod
    def of(
        cls,
        offered: Sequence[Agreement],
        given: Mapping[str, GivenConsent],
        missing: str = MISSING,
    ) -> Self:
        """The form for these agreements, showing the earlier ticks for the same words.

        missing: what to say of a needed one without a tick; {} is its title.
        """
        fields = {
            field_name(consent.id): BooleanField(
                consent.title, validators=_needed(consent, missing)
            )
            for consent in offered
        }
        ticks = {
            field_name(consent.id): consent.id in given
            and given[consent.id].sha256 == consent.sha256
            for consent in offered
        }
        form: Self = type("Consents", (cls,), fields)(data=ticks)
        form.offered = offered
        return form

    def ticked(self) -> set[str]:
        """Ids of the agreements that are ticked now."""
        return {consent.id for consent in self.offered if self[field_name(consent.id)].data}


def _needed(consent: Agreement, missing: str) -> list[InputRequired]:
    return [InputRequired(missing.format(consent.title))] if consent.required else []


def _tidy(text: str | None) -> str:
    return plain_text.one_line(text or "")


def _printable(_: FlaskForm, field: StringField) -> None:
    if not plain_text.is_printable(field.data or ""):
        raise ValidationError("Please use letters only; something in this name cannot be printed")


def _written(missing: str) -> StringField:
    """A name, or who somebody is to the client, in letters that can be seen.

    missing: what to say without one.
    """
    return StringField(filters=[_tidy], validators=[DataRequired(missing), NAME_LENGTH, _printable])


def _whole(_: FlaskForm, field: HiddenField) -> None:
    try:
        read_drawing(field.data or "")
    except BadDrawing as error:
        field.data = ""
        raise ValidationError(NOT_WHOLE) from error


class SignatureForm(FlaskForm):  # type: ignore[misc]
    """The typed name is the signature; a drawing may come with it.

    on_paper: the day (ISO) on which a paper form was signed by hand; then nothing is drawn here.
    """

    helper = ""
    on_paper = ""
    name = _written("Type your full name to sign")
    drawing = HiddenField(validators=[_whole])

    def signatures(self) -> list[Signature]:
        """Who signed, in order: the client, with who helped, then a guardian when one is needed."""
        signature = self._with_drawing(Signature("client", self.name.data or ""), "drawing")
        if self.helper:
            field = self["helped_with"]
            parts = tuple(choice.label for choice in field.choices if choice.value in field.data)
            signature = replace(signature, helped_by=HelpedBy(self.helper, parts))
        return [signature]

    def _with_drawing(self, signature: Signature, field: str) -> Signature:
        """The signature with how it was signed besides the name.

        On paper, or with a drawing in this field.
        """
        if self.on_paper:
            return replace(signature, on_paper=self.on_paper)
        return replace(signature, drawing=read_drawing(self[field].data or ""))


class GuardedSignatureForm(SignatureForm):
    """For a child, or somebody whose health choices another person makes: both sign."""

    second = "guardian"
    guardian_name = _written("Type the full name of the person who signs too")
    guardian_relationship = _written("Say who you are to the client, for example: mother")
    guardian_drawing = HiddenField(validators=[_whole])

    def signatures(self) -> list[Signature]:
        guardian = Signature(
            role=self.second,
            name=self.guardian_name.data or "",
            relationship=self.guardian_relationship.data or "",
        )
        return [*super().signatures(), self._with_drawing(guardian, "guardian_drawing")]


def signature_form(
    second: str, helper: str = "", parts: Sequence[tuple[str, str]] = (), on_paper: str = ""
) -> SignatureForm:
    """The right form for who has to sign.

    second: the role of who signs too, "" for nobody. helper: who helped the client to answer; with
    a name, the form asks with which of these parts (code, title). on_paper: see `SignatureForm`.
    """
    extra: dict[str, Field | str | None] = {"second": second, "helper": helper}
    if on_paper:
        name = _written("Type the name as it stands under the signature on the paper")
        extra |= {"on_paper": on_paper, "name": name, "drawing": None, "guardian_drawing": None}
    if helper:
        offered = [SelectChoice(code, title) for code, title in parts]
        extra["helped_with"] = SelectMultipleField(
            choices=offered, validators=[InputRequired("Tick at least one part")]
        )
    base = GuardedSignatureForm if second else SignatureForm
    form: SignatureForm = type("Signature", (base,), extra)()
    return form


def problems(form: FlaskForm) -> Iterable[tuple[str, str]]:
    """(field id, sentence) of every error, in page order, for the summary on top."""
    return [(field.id, str(error)) for field in form for error in field.errors]
