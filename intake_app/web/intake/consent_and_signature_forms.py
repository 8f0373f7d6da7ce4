"""The two last forms of the walk: the agreements, and the signature."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, Self

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from intake_app.web.intake.signature_drawing import BadDrawing, read_drawing
from intake_app.web.step_forms import plain_text

MISSING = "Tick “{}” to go on, or talk with the practice first"
NOT_ON_PAPER = (
    "“{}” is needed. If it has no tick on the paper, ask the client to tick and sign it there first"
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
        agreed: Mapping[str, Mapping[str, str]],
        missing: str = MISSING,
    ) -> Self:
        """The form for these agreements, showing the ticks given before for the same words.

        missing: what to say of a needed one without a tick; {} is its title.
        """
        fields = {
            field_name(c.id): BooleanField(c.title, validators=_needed(c, missing)) for c in offered
        }
        ticks = {field_name(c.id): agreed.get(c.id, {}).get("sha256") == c.sha256 for c in offered}
        form: Self = type("Consents", (cls,), fields)(data=ticks)
        form.offered = offered
        return form

    def ticked(self) -> set[str]:
        """Ids of the agreements that are ticked now."""
        return {c.id for c in self.offered if self[field_name(c.id)].data}


def _needed(consent: Agreement, missing: str) -> list[Any]:
    return [InputRequired(missing.format(consent.title))] if consent.required else []


def _tidy(text: str | None) -> str:
    return plain_text.one_line(text or "")


def _printable(_: FlaskForm, field: StringField) -> None:
    if not plain_text.is_printable(field.data or ""):
        raise ValidationError("Please use letters only; something in this name cannot be printed")


def _written(missing: str) -> StringField:
    """A name, or what she is to the client, in letters that can be seen. missing: what to say without one."""
    return StringField(filters=[_tidy], validators=[DataRequired(missing), NAME_LENGTH, _printable])


def _whole(_: FlaskForm, field: HiddenField) -> None:
    try:
        read_drawing(field.data or "")
    except BadDrawing as error:
        field.data = ""
        raise ValidationError(
            "Your drawing did not arrive whole. Draw it again, or leave it out: your typed name is enough"
        ) from error


class SignatureForm(FlaskForm):  # type: ignore[misc]
    """The typed name is the signature; a drawing may come with it.

    on_paper: the day (ISO) on which a paper form was signed by hand; then nothing is drawn here.
    """

    helper = on_paper = ""
    name = _written("Type your full name to sign")
    drawing = HiddenField(validators=[_whole])

    def signatures(self) -> list[dict[str, Any]]:
        """Who signed, in order: the client with who helped her, then a guardian when one is needed."""
        own = {
            "role": "client",
            "name": self.name.data,
            "relationship": "",
            **self._made("drawing"),
        }
        return [own | self._helped()]

    def _made(self, drawing: str) -> dict[str, Any]:
        return {"on_paper": self.on_paper} if self.on_paper else _drawn(self[drawing].data)

    def _helped(self) -> dict[str, Any]:
        if not self.helper:
            return {}
        field = self["helped_with"]
        parts = [choice.label for choice in field.choices if choice.value in field.data]
        return {"helped_by": {"name": self.helper, "parts": parts}}


class GuardedSignatureForm(SignatureForm):
    """For a child, or somebody whose health choices another person makes: both sign."""

    second = "guardian"
    guardian_name = _written("Type the full name of the person who signs too")
    guardian_relationship = _written("Say who you are to the client, for example: mother")
    guardian_drawing = HiddenField(validators=[_whole])

    def signatures(self) -> list[dict[str, Any]]:
        guardian = {
            "role": self.second,
            "name": self.guardian_name.data,
            "relationship": self.guardian_relationship.data,
            **self._made("guardian_drawing"),
        }
        return [*super().signatures(), guardian]


def signature_form(
    second: str, helper: str = "", parts: Sequence[tuple[str, str]] = (), on_paper: str = ""
) -> SignatureForm:
    """The right form for who has to sign. second: the role of who signs too, "" for nobody; on_paper: see there.

    helper: who helped the client to answer; with a name, the form asks with which of these parts (code, title).
    """
    extra: dict[str, Any] = {"second": second, "helper": helper}
    if on_paper:
        name = _written("Type the name as it stands under the signature on the paper")
        extra |= {"on_paper": on_paper, "name": name, "drawing": None, "guardian_drawing": None}
    if helper:
        offered = [SelectChoice(code, title) for code, title in parts]
        extra["helped_with"] = SelectMultipleField(
            choices=offered, validators=[InputRequired("Tick at least one part")]
        )
    form: SignatureForm = type(
        "Signature", (GuardedSignatureForm if second else SignatureForm,), extra
    )()
    return form


def _drawn(text: str | None) -> dict[str, Any]:
    drawing = read_drawing(text or "")
    return {"drawing": drawing} if drawing else {}


def problems(form: FlaskForm) -> Iterable[tuple[str, str]]:
    """(field id, sentence) of every error, in page order, for the summary on top."""
    return [(field.id, str(error)) for field in form for error in field.errors]
