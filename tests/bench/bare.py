"""The peer of the walk's benchmark: a bare Flask view that returns a page of the
same size for POST and GET.
"""

import os

from flask import Flask

app = Flask(__name__)
PAGE = "x" * int(os.environ.get("BARE_PAGE_BYTES", "6000"))


@app.route("/", methods=["GET", "POST"])
def page() -> str:
    return PAGE


@app.get("/healthz")
def healthz() -> str:
    return "ok"
