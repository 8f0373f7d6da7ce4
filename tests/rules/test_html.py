"""The Nu HTML checker reads every page, and the style sheets."""

import subprocess
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from intake_app.core.runtime import Runtime
from tests.e2e.test_pages import CLIENT_PAGES, OF_A_RECORD, STAFF
from tests.support import REPOSITORY
from tests.support.clients import newest_record
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Answer
from tests.support.npm_packages import CACHE
from tests.support.people import Staff, sign_in
from tests.support.returning_client import Tab

pytestmark = pytest.mark.starts_from("practice_with_record")

NU = CACHE / "vnu-jar" / "package" / "build" / "dist" / "vnu.jar"


class Keeping(Tab):
    """A browser that keeps every page it was shown."""

    def __init__(self, app: Flask, folder: Path) -> None:
        super().__init__(app)
        self.folder = folder

    def _answer(self, response: TestResponse) -> Answer:
        assert response.status_code == 200, response.request.path
        (self.folder / f"{len(list(self.folder.iterdir())):03}.html").write_bytes(response.data)
        return super()._answer(response)


@pytest.fixture
def pages(app: Flask, runtime: Runtime, practice: Staff, tmp_path: Path) -> list[Path]:
    """What a client sees from the first page to their own page later,
    and what their therapist sees.
    """
    folder = tmp_path / "pages"
    folder.mkdir()
    ana, donna, record = Keeping(app, folder), Keeping(app, folder), newest_record(runtime)
    HealthyAdult().walk(ana)
    for path in CLIENT_PAGES:
        ana.get(path)
    sign_in(donna.browser, practice)
    for path in (*STAFF, *(f"/records/{record}{page}" for page in OF_A_RECORD)):
        donna.get(path)
    return sorted(folder.iterdir())


def test_the_nu_checker_finds_no_error_in_any_page(pages: list[Path]) -> None:
    styles = sorted((REPOSITORY / "static" / "css").glob("*.css"))
    command = [
        "java",
        "-jar",
        NU,
        "--errors-only",
        "--stdout",
        "--format",
        "gnu",
        "--also-check-css",
    ]
    done = subprocess.run([*command, *pages, *styles], capture_output=True, text=True, check=False)
    assert len(pages) > 40
    assert done.stdout == ""
