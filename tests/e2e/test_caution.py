"""The 30-second card and the caution sheet in a real browser:
one phone screen, one sheet of A6, keyboard alone.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize
from sqlalchemy import select

from intake_app import create_app
from intake_app.core.config import from_environment
from intake_app.core.runtime import open_runtime
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from tests.e2e.test_pages import in_both_schemes, sideways
from tests.support import clients
from tests.support.browser_person import Person
from tests.support.safety_cards import everybody
from tests.support.server import Server

PHONE: ViewportSize = {"width": 390, "height": 844}
WORST: dict[str, Any] = {
    "id.first_name": "Mia",
    "id.last_name": "Berg",
    "id.dob": "1994-05-02",
    "id.phone": "+19205550134",
    "em.name": "Lucia",
    "em.phone": "+19205550177",
    "v.reason": "Back ache in pregnancy.",
    "hx.cardio": ["dvt"],
    "hx.clot_when": "lt3m",
    "hx.clot_where": ["calf_l"],
    "rp.pregnant": "yes",
    "rp.weeks": 24,
    "rp.signs": ["clot"],
    "pr.overall": "firm",
    "pr.map": {"abdomen": "avoid"},
    "cm.position": ["face_down", "face_up"],
    "go.goals": ["relax_stress"],
}
"""Case V03 of the clinical content, the one with the most flags,
with a place that must not be touched.
"""

MEASURED = """() => Object.fromEntries(['stop', 'untouched', 'caps']
  .map(part => [part, document.querySelector(`[data-part="${part}"]`)])
  .filter(([, one]) => one)
  .map(([part, one]) => [part, one.getBoundingClientRect().toJSON()]))"""
REPLACED = f"""html => {{
  document.querySelector('.safety-card').outerHTML = html;
  return ({MEASURED})();
}}"""
"""Another client's card on the same page: its bands and lists with their places,
without a server's work for each.
"""


@pytest.fixture(scope="module")
def mia(server: Server) -> str:
    """The worst worked case has signed. Returns the id of the record."""
    runtime = open_runtime(from_environment(server.environment()))
    clients.complete_new(runtime, WORST)
    with transaction(runtime.engine, write=False) as session:
        found = session.scalars(select(Record.id).order_by(Record.signed_at.desc())).first() or ""
    runtime.pool.close()
    runtime.engine.dispose()
    return found


@pytest.fixture(scope="module")
def phone(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    """Donna's phone, signed in. CSP is switched off only to let axe in."""
    context = chromium.new_context(viewport=PHONE, base_url=server.url, bypass_csp=True)
    Person(context.new_page(), context).sign_in(server)
    yield context
    context.close()


@pytest.fixture
def donna(phone: BrowserContext) -> Iterator[Person]:
    """A fresh page on their phone."""
    person = Person(phone.new_page(), phone)
    yield person
    person.page.close()


@pytest.mark.parametrize(("end", "alone"), [("/card", True), ("", False)])
def test_everybodys_stop_must_not_touch_and_limits_fit_on_one_phone_screen(
    donna: Person, mia: str, server: Server, end: str, alone: bool
) -> None:
    runtime = open_runtime(from_environment(server.environment()))
    template = create_app(runtime=runtime).jinja_env.get_template(
        "records/cautions/_safety_card.html"
    )
    donna.page.goto(f"/records/{mia}{end}")
    shown = {mia: donna.page.evaluate(MEASURED)}
    for name, card in everybody().items():
        shown[name] = donna.page.evaluate(REPLACED, template.render(card=card, alone=alone))
    runtime.pool.close()
    runtime.engine.dispose()
    assert len(shown) > 50
    assert set(shown[mia]) == {"stop", "untouched", "caps"}
    assert {"stop", "untouched", "caps"} == set(shown["Ana"])
    wrong = {
        name: (part, box)
        for name, parts in shown.items()
        for part, box in parts.items()
        if box["top"] < 0 or box["bottom"] > PHONE["height"] or box["right"] > PHONE["width"]
    }
    assert wrong == {}


def test_the_card_prints_on_one_sheet_of_a6(donna: Person, mia: str, tmp_path: Path) -> None:
    donna.page.goto(f"/records/{mia}/card")
    file = tmp_path / "card.pdf"
    donna.page.pdf(path=file, prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1" in told
    assert "298.08 x 420 pts" in told or "297.6 x 419.5" in told  # 105 by 148 mm
    words = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    for said in ("STOP", "Mia B., 32", "Belly", "suggested at most", "Position", "Goals"):
        assert said in words


def test_axe_finds_nothing_and_nothing_sticks_out_by_day_and_by_night(
    donna: Person, mia: str
) -> None:
    donna.page.set_viewport_size({"width": 360, "height": 780})
    found: list[str] = []
    for end in ("", "/card", "/caution"):
        donna.page.goto(f"/records/{mia}{end}")
        found += in_both_schemes(donna)
        assert sideways(donna) == 0, end
        assert "Mia" not in donna.page.title()
    donna.page.locator('[value="sign"]').click()
    donna.page.locator(".error-summary").wait_for()
    found += in_both_schemes(donna)
    assert found == []


def test_a_decision_needs_no_mouse(donna: Person, mia: str) -> None:
    donna.page.goto(f"/records/{mia}/caution")
    keys, focus = donna.page.keyboard, "document.activeElement.name || ''"
    for wanted in ("choice_", "reason_", "name", "do"):
        for _ in range(90):
            if donna.page.evaluate(focus).startswith(wanted):
                break
            keys.press("Tab")
        assert donna.page.evaluate(focus).startswith(wanted)
        if wanted == "choice_":
            keys.press("Space")
            keys.press("ArrowRight")
        elif wanted == "reason_":
            keys.type("Letter from Dr. Patel, 21 November.")
        elif wanted == "name":
            keys.type("Donna Reyes")
    with donna.page.expect_navigation():
        keys.press("Enter")
    assert donna.page.url.endswith("#addenda")
    assert "Adapted. Donna Reyes" in donna.page.locator('[data-part="stop"]').inner_text()
    assert donna.page.get_by_role("link", name="Decisions on the caution sheet").is_visible()
