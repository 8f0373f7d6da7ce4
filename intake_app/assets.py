"""Addresses of static files with a fingerprint, so that a browser may keep each for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask


def init_app(app: Flask) -> None:
    """Give templates `asset('css/kit.css')`."""
    folder = Path(app.static_folder or "")

    @cache
    def fingerprint(name: str) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:10]

    @cache
    def asset(name: str) -> str:
        return f"{app.static_url_path}/{name}?v={fingerprint(name)}"

    app.jinja_env.globals["asset"] = asset
