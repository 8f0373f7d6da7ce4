"""The door for gunicorn and for `flask --app wsgi`."""

from intake_app import create_app
from intake_app.core.config import SettingError
from intake_app.questionnaire import DefinitionError

try:
    app = create_app()
except (SettingError, DefinitionError) as error:
    raise SystemExit(f"The app did not start. {error}") from None
