"""The house: what every use case needs and nothing else. Made once a process by create_app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from intake_app.core.config import SettingError, Settings
from intake_app.crypto import app_key
from intake_app.crypto.server_keys import ServerKeys
from intake_app.models.engine import make_engine
from intake_app.pdf.pool import RenderPool


def utc_now() -> datetime:
    """The server's clock; the only one the product trusts."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, storage, keys, the PDF workers and the clock: every service's first argument."""

    settings: Settings
    engine: Engine
    keys: ServerKeys
    pool: RenderPool
    clock: Callable[[], datetime] = utc_now


def _keys(settings: Settings) -> ServerKeys:
    try:
        return ServerKeys.from_root(app_key.root(settings.data, settings.app_key))
    except app_key.WeakKey as error:
        raise SettingError(f"INTAKE_APP_KEY_FILE {error}") from error


def open_runtime(settings: Settings) -> Runtime:
    """A house on these settings. Opens no database before it is needed.

    Raises SettingError for a wrong app key.
    """
    return Runtime(
        settings=settings,
        engine=make_engine(settings.database_url),
        keys=_keys(settings),
        pool=RenderPool(
            size=1,
            timeout=settings.render_seconds,
            memory_limit=settings.render_memory_mb * 1024 * 1024,
            seal_file=settings.seal_file,
            tsa_url=settings.tsa_url,
        ),
    )
