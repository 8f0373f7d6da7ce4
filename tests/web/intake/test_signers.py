"""Who signs: Ben, 15, with their mother; Ana, whose brother decides by law;
Ana, whom Sam helps to answer.
"""

from typing import Any

import pytest
from flask import Flask

from intake_app.core.runtime import Runtime
from intake_app.intake import consents, drafts, signing
from intake_app.practice import profile
from intake_app.records import authenticity
from intake_app.records.sealed.evidence import HelpedBy, Signature
from tests.support import clients, people
from tests.support.clients import newest_record
from tests.support.http_client import Answer
from tests.support.pdf_text import text_of
from tests.support.people import DONNA, Staff
from tests.support.returning_client import ANA, Tab

BEN: dict[str, Any] = ANA | {
    "id.first_name": "Ben",
    "id.dob": "2012-05-02",
    "min.guardian_name": "Lucia Moreno",
    "min.guardian_phone": "+19205550177",
    "min.child_agrees": "yes",
}
BROTHER = {"rep.has": "yes", "rep.name": "Tomas Moreno", "rep.phone": "+19205550177"}
HELPED = {"id.filler": "helper", "id.helper_name": "Sam Ruiz"}


def at_signature(app: Flask, runtime: Runtime, answers: dict[str, Any]) -> tuple[Tab, Answer]:
    """Somebody who answered and agreed, at the page that asks for a signature."""
    browser = drafts.new_browser()
    token = drafts.create(runtime, browser)
    draft = clients.walk(runtime, token, browser, answers)
    journey = draft.journey(profile.today(runtime))
    offered = consents.consents_for(
        journey, consents.template_values(profile.load_profile(runtime), journey)
    )
    drafts.save_consents(runtime, draft, consents.ticked(runtime, offered, {}))
    tab = Tab(app)
    tab.browser.set_cookie("__Host-intake", f"{token}.{browser}")
    return tab, tab.get("/intake/sign")


def signed(runtime: Runtime, tab: Tab, page: Answer, **typed: str) -> list[Signature]:
    """What the sealed evidence says of the signatures after these were sent."""
    done = tab.post(page.path, (dict(page.page.form.values()) | typed).items())
    assert done.page.heading == "Thank you. You are done."
    found, _ = authenticity.load_verified(
        runtime, people.enter(runtime, DONNA), newest_record(runtime)
    )
    return list(found.signatures)


def words_of_copy(tab: Tab) -> str:
    """The client's own PDF, as read by pdftotext."""
    return text_of(tab.get("/intake/copy").body, "-raw")


def test_what_was_drawn_is_sealed_with_the_name(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    tab, page = at_signature(app, runtime, ANA)
    drawn = '{"v": 1, "w": 300, "h": 120.5, "s": [[[1, 2.25, 0.5, 0], [400, -3]], [], [[5, 5]]]}'
    (mark,) = signed(runtime, tab, page, name="Ana Moreno", drawing=drawn)
    strokes = [[[1.0, 2.2, 0.5, 0.0], [300.0, 0.0]], [[5.0, 5.0]]]
    assert mark.to_json() == {
        "role": "client",
        "name": "Ana Moreno",
        "relationship": "",
        "drawing": {"strokes": strokes, "width": 300, "height": 120.5},
    }


def test_a_child_signs_together_with_the_guardian(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    tab, page = at_signature(app, runtime, BEN)
    assert "Parent or guardian" in page.page.text
    marks = signed(
        runtime,
        tab,
        page,
        name="Ben Moreno",
        guardian_name="Lucia Moreno",
        guardian_relationship="mother",
    )
    assert [(mark.role, mark.name) for mark in marks] == [
        ("client", "Ben Moreno"),
        ("guardian", "Lucia Moreno"),
    ]
    assert "Lucia Moreno Parent or guardian (mother), typed." in words_of_copy(tab)


def test_a_child_alone_cannot_sign_even_with_a_forged_form(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    tab, page = at_signature(app, runtime, BEN)
    hidden = {
        name: text for name, text in page.page.form.values() if name in ("csrf_token", "of_form")
    }
    refused = tab.post("/intake/sign", (hidden | {"name": "Ben"}).items())
    assert refused.status == 422
    assert "Type the full name of the person who signs too" in refused.page.text


def test_nothing_is_sealed_for_a_child_without_a_guardian(
    runtime: Runtime, practice: Staff
) -> None:
    with pytest.raises(signing.NotReadyToSign):
        clients.complete_new(runtime, BEN)


def test_a_child_who_says_no_is_not_massaged(app: Flask, runtime: Runtime, practice: Staff) -> None:
    tab, page = at_signature(app, runtime, BEN | {"min.child_agrees": "no"})
    assert page.path == "/intake/child"
    assert "Your child said no to this massage." in page.page.text
    assert tab.get("/intake/step/child").page.form.controls["min-child_agrees"].chosen == ["no"]


def test_an_adult_with_a_representative_signs_together_with_them(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    tab, page = at_signature(app, runtime, ANA | BROTHER)
    assert "Legal representative" in page.page.text
    marks = signed(
        runtime,
        tab,
        page,
        name="Ana Moreno",
        guardian_name="Tomas Moreno",
        guardian_relationship="brother",
    )
    assert [mark.role for mark in marks] == ["client", "representative"]


def test_who_helped_says_with_which_parts(app: Flask, runtime: Runtime, practice: Staff) -> None:
    tab, page = at_signature(app, runtime, ANA | HELPED)
    assert "Which parts did Sam Ruiz help with?" in page.page.text
    alone = tab.post(
        "/intake/sign", (dict(page.page.form.values()) | {"name": "Ana Moreno"}).items()
    )
    assert (alone.status, "Tick at least one part" in alone.page.text) == (422, True)
    (mark,) = signed(runtime, tab, page, name="Ana Moreno", helped_with="health")
    assert mark.helped_by == HelpedBy("Sam Ruiz", ("Your health history",))
    assert "Sam Ruiz helped with: Your health history" in words_of_copy(tab)
