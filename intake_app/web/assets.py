"""Addresses of static files with a fingerprint: a browser may keep each for ever.

Some files are sent as one.
"""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

JOINED = {
    "css/kit.css": ("css/tokens.css", "css/page.css", "css/questions.css", "css/surfaces.css"),
    "js/app.js": ("js/link_code.js", "js/buttons.js", "js/page_turn.js", "js/autosave.js"),
}
"""What every page needs, sent as one file: a first page on a weak network asks fewer times.

The order counts.
"""


def init_app(app: Flask) -> None:
    """Give templates `asset('css/kit.css')`, and send what is joined."""
    folder = Path(app.static_folder or "")

    @cache
    def content(name: str) -> bytes:
        return b"\n".join((folder / part).read_bytes() for part in JOINED.get(name, (name,)))

    @cache
    def fingerprint(name: str) -> str:
        return hashlib.sha256(content(name)).hexdigest()[:10]

    @cache
    def asset(name: str) -> str:
        return f"{app.static_url_path}/{name}?v={fingerprint(name)}"

    def static(filename: str) -> Response:
        if filename not in JOINED:
            return app.send_static_file(filename)
        response = Response(content(filename), mimetype=mimetypes.guess_type(filename)[0])
        response.cache_control.no_cache = (
            True  # as Flask does; with a fingerprint it is kept for ever (security)
        )
        response.set_etag(fingerprint(filename))
        response.make_conditional(request)
        return response

    app.jinja_env.globals["asset"] = asset
    app.view_functions["static"] = static
