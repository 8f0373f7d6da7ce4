"""Free room where the data lies."""

import shutil

from intake_app.core.config import Settings

MB = 1024 * 1024


def room_left(settings: Settings) -> int:
    """Free megabytes where the data lies."""
    return shutil.disk_usage(settings.data).free // MB
