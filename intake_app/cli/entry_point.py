"""The command `intake` of an installed app: the operator's commands, without Flask's own."""

import sys

from flask.cli import FlaskGroup

from intake_app import create_app
from intake_app.core.config import SettingError
from intake_app.questionnaire import DefinitionError


def main() -> None:
    """Run one command on the folder and settings of the environment.

    A wrong setting is a sentence.
    """
    try:
        app = create_app()
    except (SettingError, DefinitionError) as error:
        sys.exit(f"Nothing was done. {error}")
    commands = FlaskGroup(
        create_app=lambda: app,
        add_default_commands=False,
        add_version_option=False,
        set_debug_flag=False,
        help="Client intake for a massage practice: the commands of who runs it.",
    )
    commands.main(prog_name="intake")
