"""How a device comes to trust this server.

For a certificate of the practice's own CA (`make serve`).
"""

import hashlib
import ssl
from pathlib import Path

from flask import Blueprint, Response, abort, render_template
from werkzeug.wrappers import Response as AnyResponse

from intake_app.web.access import audience
from intake_app.web.extensions import runtime

bp = Blueprint("trust", __name__, url_prefix="/trust")

ROOT = Path("caddy", "pki", "authorities", "local", "root.crt")


@bp.get("")
@audience("public")
def page() -> str:
    """The steps for each kind of device.

    It also answers over plain http: nothing else can be reached before.
    """
    return render_template("operations/trust_certificate.html", fingerprint=_fingerprint())


@bp.get("/root.crt")
@audience("public")
def root() -> AnyResponse:
    """The CA's certificate. It is public; its key never leaves the data folder."""
    response = Response(_root() or abort(404), mimetype="application/x-x509-ca-cert")
    response.headers["Content-Disposition"] = 'attachment; filename="practice-root.crt"'
    return response


def _root() -> bytes | None:
    path = runtime().settings.data / ROOT
    return path.read_bytes() if path.exists() else None


def _fingerprint() -> str | None:
    """SHA-256 of the certificate in groups of two, as devices show it."""
    pem = _root()
    if pem is None:
        return None
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))).hexdigest().upper()
    return " ".join(digest[i : i + 2] for i in range(0, len(digest), 2))
