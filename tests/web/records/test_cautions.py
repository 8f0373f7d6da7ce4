"""The caution sheet, the 30-second card and the addenda:
Donna decides, and the front desk sees no word of it.
"""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from tests.support.clients import ANA_MINIMAL, make_record
from tests.support.html_pages import Page, read, words
from tests.support.people import DORA, ROSA, Staff, csrf, hire, sign_in
from tests.support.runtimes import new_browser

ANA = ANA_MINIMAL | {
    "v.reason": "My left shoulder is stiff since August.",
    "td.clot_sign": "yes",
    "med.class": ["thinner"],
    "al.list": ["scent"],
    "al.reaction": ["headache"],
    "go.goals": ["sleep", "pain_relief"],
    "go.rank": ["pain_relief", "sleep"],
    "pr.overall": "firm",
    "pr.map": {"abdomen": "avoid"},
    "cm.position": ["face_up"],
    "cm.table_help": "yes",
    "cm.chaperone": "yes",
    "rp.pregnant": "skip",
    "id.access_needs": "I am a little deaf.",
}
CALM = {key: value for key, value in ANA.items() if key.startswith(("id.", "em."))} | {
    "pr.overall": "medium",
    "ex.had": "often",
}
REASON = "Ultrasound on 21 November: no clot."


@pytest.fixture
def ana(runtime: Runtime, practice: Staff) -> str:
    return make_record(runtime, ANA)


def page(browser: FlaskClient, address: str, status: int = 200) -> Page:
    answer = browser.get(address)
    assert answer.status_code == status
    return read(answer.text)


def send_decisions(browser: FlaskClient, record_id: str, do: str, **typed: str) -> Any:
    address = f"/records/{record_id}/caution"
    token = csrf(browser.get(address).text)
    return browser.post(address, data={"csrf_token": token, "do": do, **typed})


def test_what_a_client_says_about_their_feelings_is_quoted_on_no_sheet(
    runtime: Runtime, donna: FlaskClient, practice: Staff
) -> None:
    record = make_record(
        runtime,
        CALM | {"mh.open": "yes_here", "mh.topics": ["trauma"], "mh.stop_sign": "Pineapple"},
    )
    sheet = words(donna.get(f"/records/{record}/caution").text)
    assert "about feelings or past" in sheet
    assert not [one for one in ("Pineapple", "Past trauma", "Feeling safe") if one in sheet]


# The card


def test_the_card_says_in_one_look_what_matters_today(donna: FlaskClient, ana: str) -> None:
    text = words(donna.get(f"/records/{ana}/card").text)
    assert "Ana M., 71" in text
    assert "STOP Settle this before the client lies down." in text
    assert "URGENT: One-sided swollen, warm, red or sore limb" in text
    assert "Belly: client’s choice" in text
    assert (
        "Most of the body asked: firm, suggested at most: medium (level 3) , "
        "because blood thinner (C01" in text
    )
    assert "1. Less pain; 2. Sleep better" in text
    assert "Not face down. On my back. Needs help on and off the table" in text
    assert "Perfume or scents. Headache" in text
    assert "Wants to tell you in person:" in text
    assert "Wants another person in the room" in text
    assert (
        "Agreement limits Not answered, so ask first: upper chest muscles, buttock muscles" in text
    )
    assert "Needed to be safe and at ease: “I am a little deaf.”" in text


def test_the_map_of_the_card_speaks_in_signs_and_words_not_only_colour(
    donna: FlaskClient, ana: str
) -> None:
    html = donna.get(f"/records/{ana}/card").text
    assert re.search(r'data-r="abdomen" class="avoid"', html)
    assert ">×</text>" in html
    assert "Number: highest level, 1 very light to 5 deep" in html


def test_a_calm_client_has_a_card_without_stop_and_no_caution_sheet(
    donna: FlaskClient, runtime: Runtime, practice: Staff
) -> None:
    calm = make_record(runtime, CALM)
    html = donna.get(f"/records/{calm}").text
    assert "t-stop" not in html
    assert "/caution" not in html
    assert donna.get(f"/records/{calm}/caution").status_code == 404


def test_everything_else_is_one_tap_away(donna: FlaskClient, ana: str) -> None:
    links = page(donna, f"/records/{ana}").links
    for end in ("caution", "card", "pdf"):
        assert f"/records/{ana}/{end}" in links
    assert f"/records/{ana}" in page(donna, f"/records/{ana}/card").links


# The sheet


def test_the_sheet_shows_their_words_the_rule_and_its_source(donna: FlaskClient, ana: str) -> None:
    text = words(donna.get(f"/records/{ana}/caution").text)
    assert "Or is there a new deep ache in one calf?” Yes" in text
    assert "Suggested: Same-day medical check." in text
    assert "Rule A05, level STOP, rule set 1.0.0. Strength B." in text
    assert "0 of" in text


def test_signed_decisions_become_an_addendum_with_a_pdf(donna: FlaskClient, ana: str) -> None:
    done = send_decisions(
        donna,
        ana,
        "sign",
        choice_A05="adapted",
        reason_A05=REASON,
        choice_C01="followed",
        name="Donna Reyes",
    )
    assert (done.status_code, done.location) == (303, f"/records/{ana}#addenda")
    record = page(donna, f"/records/{ana}")
    assert "Adapted. Donna Reyes, " in record.text
    assert REASON in record.text
    address = next(link for link in record.links if "/addenda/" in link)
    pdf = donna.get(address)
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "sandbox" in pdf.headers["Content-Security-Policy"]
    assert "attachment" in pdf.headers["Content-Disposition"]
    sheet = donna.get(f"/records/{ana}/caution").text
    assert "2 of" in words(sheet)
    assert "Decide again" in words(sheet)


def test_a_draft_is_there_again_and_counts_for_nothing_yet(donna: FlaskClient, ana: str) -> None:
    assert (
        send_decisions(
            donna, ana, "draft", choice_A05="adapted", reason_A05="Call Dr. Patel"
        ).status_code
        == 303
    )
    html = donna.get(f"/records/{ana}/caution").text
    assert "Your draft is saved" in html
    assert "Call Dr. Patel</textarea>" in html
    assert read(html).forms[0].controls["choice_A05"].chosen == ["adapted"]
    inbox = words(donna.get("/records").text)
    assert "STOP, not decided" in inbox and "STOP, waiting for your decision: Ana Moreno" in inbox


def test_a_decision_under_another_name_says_whose_account_it_was(
    donna: FlaskClient, ana: str
) -> None:
    send_decisions(donna, ana, "sign", choice_A05="followed", name="D. Reyes-Smith")
    assert (
        "Followed. D. Reyes-Smith (signed in as Donna Reyes), "
        in page(donna, f"/records/{ana}").text
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"choice_A05": "adapted", "name": "Donna Reyes"}, "Write the reason"),
        (
            {"choice_A05": "not_relevant", "reason_A05": "  ", "name": "Donna Reyes"},
            "Write the reason",
        ),
        (
            {"reason_A05": "Called the doctor", "name": "Donna Reyes"},
            "Choose a decision to go with what you wrote",
        ),
        (
            {"choice_A05": "later", "reason_A05": "Called", "name": "Donna Reyes"},
            "Choose a decision to go with",
        ),
        ({"name": "Donna Reyes"}, "Choose a decision for at least one flag"),
        ({"choice_A05": "followed"}, "Type your full name"),
        ({"choice_A05": "followed", "name": "D" * 81}, "at most 80 characters"),
        (
            {"choice_A05": "forged", "name": "Donna Reyes"},
            "Choose one of the decisions on the page",
        ),
        (
            {"choice_A05": "followed", "reason_A05": "x" * 1001, "name": "Donna Reyes"},
            "at most 1000 characters",
        ),
        (
            {"choice_A05": "followed", "reason_A05": "nul\x00", "name": "Donna Reyes"},
            "cannot be printed",
        ),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    donna: FlaskClient, ana: str, typed: dict[str, str], sentence: str
) -> None:
    answer = send_decisions(donna, ana, "sign", **typed)
    assert answer.status_code == 422
    found = read(answer.text)
    assert found.title.startswith("Error: ")
    assert sentence in found.text
    controls = found.forms[0].controls
    for name, value in typed.items():
        if "\x00" not in value and value != "forged":
            assert value.strip() in (controls[name].value.strip(), *controls[name].chosen)
    assert "addenda" not in donna.get(f"/records/{ana}").text


def test_every_choice_and_box_has_a_name_of_its_own(donna: FlaskClient, ana: str) -> None:
    html = donna.get(f"/records/{ana}/caution").text
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


# Who may not


def test_a_colleague_therapist_may_decide_too(
    app: Flask, runtime: Runtime, donna: FlaskClient, ana: str
) -> None:
    rosa = new_browser(app)
    sign_in(rosa, hire(runtime, ROSA))
    assert (
        send_decisions(rosa, ana, "sign", choice_A05="followed", name="Rosa Lindqvist").status_code
        == 303
    )
    assert "Followed. Rosa Lindqvist" in page(donna, f"/records/{ana}").text


def test_the_front_desk_and_outsiders_see_nothing_of_it(
    app: Flask, runtime: Runtime, donna: FlaskClient, ana: str
) -> None:
    send_decisions(donna, ana, "sign", choice_A05="followed", name="Donna Reyes")
    addendum = next(link for link in page(donna, f"/records/{ana}").links if "/addenda/" in link)
    dora, outsider = new_browser(app), new_browser(app)
    sign_in(dora, hire(runtime, DORA))
    for address in (f"/records/{ana}/card", f"/records/{ana}/caution", addendum, "/records"):
        assert dora.get(address).status_code == 403
        assert outsider.get(address).location == "/sign-in"
    for browser in (dora, outsider):
        refused = browser.post(
            f"/records/{ana}/caution", data={"do": "sign", "choice_A05": "followed", "name": "X"}
        )
        assert refused.status_code in (303, 400, 403)
    assert "STOP" not in words(dora.get("/desk").text)
    assert len([link for link in page(donna, f"/records/{ana}").links if "/addenda/" in link]) == 1


def test_an_addendum_of_another_record_is_not_found(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    send_decisions(donna, ana, "sign", choice_A05="followed", name="Donna Reyes")
    addendum = next(link for link in page(donna, f"/records/{ana}").links if "/addenda/" in link)
    other = make_record(runtime, CALM)
    assert donna.get(addendum.replace(ana, other)).status_code == 404
    assert donna.get(f"/records/{ana}/addenda/{'0' * 32}").status_code == 404
    assert donna.get(f"/records/{'0' * 32}/caution").status_code == 404
    assert donna.get(f"/records/{'0' * 32}/card").status_code == 404
