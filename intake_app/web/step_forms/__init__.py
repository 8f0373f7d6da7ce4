"""Forms: item types become fields, steps become forms, errors become plain words."""

from intake_app.web.step_forms.blank import Blank
from intake_app.web.step_forms.body_pictures import Picture, pictures
from intake_app.web.step_forms.field import ItemField
from intake_app.web.step_forms.repeat import RowChange
from intake_app.web.step_forms.step_form import StepForm, form_for

__all__ = ["Blank", "ItemField", "Picture", "RowChange", "StepForm", "form_for", "pictures"]
