"""Forms: item types become fields, steps become forms, errors become plain words."""

from intake_app.web.step_forms.blank import UntouchedQuestion
from intake_app.web.step_forms.body_pictures import BodyPicture, body_pictures
from intake_app.web.step_forms.field import ItemField
from intake_app.web.step_forms.repeat import RowChange
from intake_app.web.step_forms.step_form import StepForm, form_for

__all__ = [
    "BodyPicture",
    "ItemField",
    "RowChange",
    "StepForm",
    "UntouchedQuestion",
    "body_pictures",
    "form_for",
]
