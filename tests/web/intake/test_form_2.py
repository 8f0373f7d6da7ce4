"""The form 2.0.0 from start to signature, as browsers without scripts send it."""

from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from intake_app.questionnaire import REGIONS
from intake_app.records import authenticity
from tests.support import people
from tests.support.clients import newest_record
from tests.support.form_walker import HealthyAdult
from tests.support.html_pages import Control, Form
from tests.support.http_client import Answer
from tests.support.people import DONNA, Staff
from tests.support.returning_client import Tab, come_back, invite_again

SIGNED = "Thank you. You are done."
MAP = "bm-marks"
Chosen = dict[str, tuple[str, ...]]


@dataclass
class Client(HealthyAdult):
    """Somebody who chooses these answers, by field name, and the calmest where none is given."""

    chosen: Chosen = field(default_factory=dict)

    def _choose(self, control: Control) -> list[tuple[str, str]]:
        if control.name in self.chosen:
            return [(control.name, value) for value in self.chosen[control.name]]
        return super()._choose(control)

    def fill(self, form: Form) -> list[tuple[str, str]]:
        """On the page of the body map they first open the places that they ticked."""
        sent = super().fill(form)
        closed = [place for name, place in sent if name == MAP and place != "none"]
        if closed and f"{MAP}-{closed[0]}" not in form.controls:
            sent.append(("add", "bm.marks"))
        return sent


@pytest.fixture
def tab(app: Flask, runtime: Runtime, practice: Staff) -> Tab:
    """A browser of somebody new at a practice that uses the form 2.0.0."""
    people.use_form(runtime, "2.0.0")
    return Tab(app)


def answers_signed(runtime: Runtime) -> dict[str, object]:
    """The answers in the newest record."""
    signed_in = people.enter(runtime, DONNA)
    found, _ = authenticity.load_verified(runtime, signed_in, newest_record(runtime))
    return dict(found["answers"])


def born(year: str) -> dict[str, str]:
    """What Ana types, born in this year."""
    return HealthyAdult().known | {"id-dob-year": year}


def test_a_healthy_adult_walks_and_signs(tab: Tab, runtime: Runtime) -> None:
    ana = Client()
    assert ana.walk(tab).page.heading == SIGNED
    assert "Show us where" in ana.headings
    answers = answers_signed(runtime)
    assert answers["bm.marks"] == {}
    assert answers["sc.heart"] == "no"


BACK_PAIN: Chosen = {
    "v-start": ("weeks",),
    "v-cause": ("unknown",),
    "sc-bones": ("yes",),
    "hx-msk": ("backpain",),
    MAP: ("lowback_l", "neck_front", "calf_r"),
    f"{MAP}-lowback_l": ("pain", "tension", "firmer"),
    f"{MAP}-lowback_l-pain": ("6",),
    f"{MAP}-neck_front": ("avoid",),
    f"{MAP}-calf_r": ("numbness", "lighter"),
}


def test_marks_on_the_body_map_are_signed(tab: Tab, runtime: Runtime) -> None:
    answer = Client(chosen=BACK_PAIN).walk(tab)
    assert answer.page.heading == SIGNED
    assert answers_signed(runtime)["bm.marks"] == {
        "lowback_l": {"pain": 6, "tension": True, "firmer": True},
        "neck_front": {"avoid": True},
        "calf_r": {"numbness": True, "lighter": True},
    }


def test_the_page_of_the_body_map_stays_light_without_scripts(tab: Tab) -> None:
    """Each place named, its list open; ten marked places weigh what a weak network can carry."""
    marked = tuple(list(REGIONS)[:10])
    boxes = {f"{MAP}-{place}": ("tension",) for place in marked}
    Client(chosen={MAP: marked} | boxes).walk_to_signature(tab)
    page = tab.get("/intake/step/map")
    assert b'<details class="card place-list" open>' in page.body
    assert len(page.page.form.controls[MAP].choices) == len(REGIONS) + 1
    assert len(page.body) < 70_000


def test_a_pregnant_client_walks_and_signs(tab: Tab, runtime: Runtime) -> None:
    known = born("1995") | {"rp-weeks": "28"}
    pregnant = Client(known, chosen={"rp-pregnant": ("yes",)})
    assert pregnant.walk(tab).page.heading == SIGNED
    assert answers_signed(runtime)["rp.weeks"] == 28


GUARDIAN = {
    "min-guardian_name": "Lucia Moreno",
    "min-guardian_phone": "920 555 0177",
    "guardian_name": "Lucia Moreno",
    "guardian_relationship": "mother",
}


def test_a_child_signs_with_the_guardian(tab: Tab, runtime: Runtime) -> None:
    chosen: Chosen = {"id-filler": ("guardian",), "min-child_agrees": ("yes",)}
    child = Client(born("2012") | GUARDIAN, chosen=chosen)
    assert child.walk(tab).page.heading == SIGNED
    assert answers_signed(runtime)["min.child_agrees"] == "yes"


def test_a_child_who_says_no_ends_the_form(tab: Tab) -> None:
    chosen: Chosen = {"id-filler": ("guardian",), "min-child_agrees": ("no",)}
    child = Client(born("2012") | GUARDIAN, chosen=chosen)
    with pytest.raises(AssertionError, match="does not end"):
        child.walk(tab)
    assert "guardian" in child.headings[3].lower()


def at_check(tab: Tab, client: Client) -> Answer:
    """The page that shows all answers."""
    client.walk_to_signature(tab)
    return tab.get("/intake/check")


def test_the_check_page_shows_what_was_answered_and_what_no_stands_for(tab: Tab) -> None:
    page = at_check(tab, Client(chosen={"sc-bones": ("yes",), "hx-msk": ("oa",)})).page
    assert "Not answered" not in page.text
    assert "No to: Heart, blood vessels or blood; Lungs or breathing; Brain" in page.text
    assert "Bones, joints or muscles" in page.text.partition("No to:")[2]


def test_telling_more_is_free_outside_the_count_and_leads_back(tab: Tab) -> None:
    check = at_check(tab, Client())
    more = [link for link in check.page.links if "/step/more_" in link]
    assert len(more) == 5
    page = tab.get(more[0])
    assert "Part " not in page.page.title
    sent = dict(page.page.form.values()) | {"id-preferred_name": "Annie"}
    back = tab.post(page.page.form.action, sent.items())
    assert back.path == "/intake/check"
    assert "Annie" in back.page.text
    assert "Part 6 of 6" in back.page.text


def test_a_page_behind_the_door_is_not_open_before_the_check_page(tab: Tab) -> None:
    tab.post("/", tab.get("/").page.form.values())
    assert tab.get("/intake/step/more_you").path == "/intake/step/you"


REPRESENTATIVE = {
    "rep-name": "Tomas Moreno",
    "rep-phone": "920 555 0177",
    "guardian_name": "Tomas Moreno",
    "guardian_relationship": "brother",
}


def test_who_decides_by_law_signs_too(tab: Tab, runtime: Runtime) -> None:
    known = HealthyAdult().known | REPRESENTATIVE
    assert Client(known, chosen={"id-filler": ("rep",)}).walk(tab).page.heading == SIGNED
    signed_in = people.enter(runtime, DONNA)
    found, _ = authenticity.load_verified(runtime, signed_in, newest_record(runtime))
    assert [mark["role"] for mark in found["signatures"]] == ["client", "representative"]


def test_sensitive_places_stand_in_the_agreement_as_they_were_chosen(tab: Tab) -> None:
    chosen: Chosen = {"na-ok": ("glutes", "abdomen"), "na-how": ("ask",)}
    Client(chosen=chosen).walk_to_signature(tab)
    page = tab.get("/intake/agree").page
    assert "Buttock muscles: ask me each time; Belly: ask me each time" in page.text


def test_what_was_told_behind_the_door_is_kept_for_the_next_visit(
    app: Flask, tab: Tab, runtime: Runtime, donna: FlaskClient
) -> None:
    ana = Client()
    ana.walk_to_signature(tab)
    page = tab.get("/intake/step/more_you").page
    sent = dict(page.form.values()) | {"id-preferred_name": "Annie"}
    tab.post(page.form.action, sent.items())
    sign = tab.get("/intake/sign")
    assert tab.post("/intake/sign", ana.fill(sign.page.forms[-1])).page.heading == SIGNED
    again, first = come_back(app, invite_again(donna, newest_record(runtime)))
    Client().walk_to_signature(again, first.path)
    assert "Annie" in again.get("/intake/check").page.text
