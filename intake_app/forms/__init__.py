"""Forms: item types become fields, steps become forms, errors become plain words."""

from intake_app.forms.blank import Blank
from intake_app.forms.field import ItemField
from intake_app.forms.pictures import Picture, pictures
from intake_app.forms.rows import RowChange
from intake_app.forms.step import StepForm, form_for

__all__ = ["Blank", "ItemField", "Picture", "RowChange", "StepForm", "form_for", "pictures"]
