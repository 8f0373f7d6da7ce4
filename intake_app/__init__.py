"""Client intake for a massage practice. `create_app` is the table of contents."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from intake_app.core.config import Settings
    from intake_app.core.runtime import Runtime

MAX_POST = 1024 * 1024
MAX_FORM = 256 * 1024


def create_app(settings: "Settings | None" = None, runtime: "Runtime | None" = None) -> "Flask":
    """The app on these settings (default: from the environment).

    Raises SettingError or DefinitionError, with a sentence, when one of them is wrong.
    """
    # Imported here, so that the PDF worker loads neither Flask nor the database.
    from intake_app import cli
    from intake_app.core.config import from_environment
    from intake_app.core.runtime import open_runtime
    from intake_app.files import shipped
    from intake_app.questionnaire import check_released
    from intake_app.web import (
        assets,
        blueprints,
        dates,
        errors,
        extensions,
        practice,
        rate_limits,
        request_log,
        security,
    )
    from intake_app.web.app import IntakeFlask
    from intake_app.web.kiosk import gate

    runtime = runtime or open_runtime(settings or from_environment())
    check_released("massage_intake")  # a faulty definition stops the start, not a client
    app = IntakeFlask(
        __name__,
        template_folder=str(shipped("templates")),
        static_folder=str(shipped("static")),
    )
    app.extensions["runtime"] = runtime
    app.config.update(
        SECRET_KEY=runtime.keys.csrf,
        MAX_CONTENT_LENGTH=MAX_POST,
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, and we send none
        PROPAGATE_EXCEPTIONS=False,
    )
    request_log.init_app(app)
    rate_limits.init_app(app)
    extensions.csrf.init_app(app)
    extensions.htmx.init_app(app)
    app.request_class = security.Request  # theirs, and ours on top
    assets.init_app(app)
    dates.init_app(app)
    practice.init_app(app)
    app.context_processor(extensions.layout_of_page)
    gate.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    blueprints.init_app(app)
    cli.init_app(app)
    return app
