"""Item type -> field: the form side of the one table of types (questionnaire.item_types)."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType

from wtforms.meta import DefaultMeta

from intake_app.questionnaire import Item
from intake_app.web.step_forms.body_map import (
    BodyMapField,
    OneMapField,
    PressureMapField,
    RegionsField,
)
from intake_app.web.step_forms.choices import (
    ChoiceField,
    ChoicesField,
    RankField,
    ScaleField,
    YesNoField,
)
from intake_app.web.step_forms.dates import DateField
from intake_app.web.step_forms.field import ItemField
from intake_app.web.step_forms.repeat import RepeatField
from intake_app.web.step_forms.text import (
    EmailField,
    LongTextField,
    NumberField,
    PhoneField,
    TextField,
)

META = DefaultMeta()


def html_name(link_id: str) -> str:
    """The HTML name of a question: dots would be awkward in ids."""
    return link_id.replace(".", "-")


def make_field(item: Item, today: date, name: str) -> ItemField:
    """The field for this item, under this HTML name."""
    return FIELDS[item.type](item=item, today=today, name=name, _form=None, _meta=META)


def _body_map(item: Item, today: date, name: str, _form: None, _meta: DefaultMeta) -> ItemField:
    """A map of its own, or one that asks about the places of another question."""
    kind = BodyMapField if item.of else OneMapField
    return kind(item=item, today=today, name=name, _form=_form, _meta=_meta)


FIELDS: Mapping[str, Callable[..., ItemField]] = MappingProxyType(
    {
        "text": TextField,
        "longtext": LongTextField,
        "date": DateField,
        "phone": PhoneField,
        "email": EmailField,
        "number": NumberField,
        "scale": ScaleField,
        "yes_no": YesNoField,
        "choice": ChoiceField,
        "choices": ChoicesField,
        "regions": RegionsField,
        "body_map": _body_map,
        "pressure_map": PressureMapField,
        "rank": RankField,
        "repeat": partial(RepeatField, make=make_field),
    }
)
