"""What the app is made of: the list of parts is whole, and known holes in them are found."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.support import REPOSITORY
from tests.support.npm_packages import listed

HASH = re.compile(r"sha256:\s*([0-9a-f]{64})")


@pytest.fixture(scope="module")
def parts() -> str:
    """What `make sbom` writes."""
    command = [sys.executable, "deploy/sbom.py"]
    return subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout


def test_the_list_is_valid_cyclonedx_and_names_no_host(parts: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(parts) is None
    assert re.findall(r"https?://[^\"]+", parts) == [json.loads(parts)["$schema"]]


def test_every_locked_part_is_in_it_with_its_version_and_each_of_its_hashes(parts: str) -> None:
    named = {(one["name"], one.get("version")) for one in json.loads(parts)["components"]}
    hashes = set(re.findall(r'"content": "([0-9a-f]+)"', parts))
    for file in ("run.txt", "dev.txt"):
        text = (REPOSITORY / "requirements" / file).read_text(encoding="utf-8")
        assert set(re.findall(r"^([\w.-]+)==(\S+)", text, re.M)) <= named
        assert set(HASH.findall(text)) <= hashes
    assert {(name, version) for name, version, _ in listed()} <= named
    for note in (REPOSITORY / "static" / "vendor").glob("*/VERSION"):
        text = note.read_text()
        assert tuple(text.split()[:2]) in named
        assert set(HASH.findall(text)) <= hashes
    assert {font.name for font in (REPOSITORY / "intake_app/pdf/fonts").glob("*.ttf")} <= {
        name for name, _ in named
    }


def test_what_runs_in_the_app_is_told_from_what_only_tests_it(parts: str) -> None:
    scopes = {one["name"]: one["scope"] for one in json.loads(parts)["components"]}
    found = (scopes["flask"], scopes["htmx.org"], scopes["pytest"], scopes["axe-core"])
    assert found == ("required", "required", "excluded", "excluded")


class Source(BaseHTTPRequestHandler):
    """A source of known holes that speaks as OSV does; `bad` names the part that has one."""

    bad = ""

    def do_POST(self) -> None:
        """Answer about one part."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]
        hole = {"id": "PYSEC-0000-1", "summary": "A hole", "affected": [{"package": asked}]}
        body = json.dumps({"vulns": [hole]} if asked["name"] == self.bad else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def source() -> Iterator[str]:
    """Its address."""
    server = HTTPServer(("127.0.0.1", 0), Source)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("bad", "there", "status", "words"),
    [
        ("", True, 0, "No known vulnerabilities found"),
        ("flask", True, 1, "A part has a known hole"),
        ("", False, 2, "could not all be looked up"),
    ],
    ids=["no hole", "a hole in one part", "nobody to ask"],
)
def test_known_holes_are_found_and_silence_is_not_taken_for_none(
    source: str, monkeypatch: pytest.MonkeyPatch, bad: str, there: bool, status: int, words: str
) -> None:
    monkeypatch.setattr(Source, "bad", bad)
    asked = {
        "PIP_AUDIT_VULNERABILITY_SERVICE": "osv",
        "PIP_AUDIT_OSV_URL": source if there else "http://127.0.0.1:9/",
    }
    done = subprocess.run(
        [REPOSITORY / "deploy" / "known-holes"],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert words in done.stdout + done.stderr
    assert ("flask" in done.stdout) == bool(bad)
