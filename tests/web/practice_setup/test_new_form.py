"""Settings say which form is in use and who has read it; the owner turns to a newer one."""

import json

from flask.testing import FlaskClient
from sqlalchemy import select

from intake_app.core.runtime import Runtime
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.practice import choose_form, profile
from intake_app.practice.profile import FORM
from intake_app.questionnaire import latest
from tests.support import people
from tests.support.forms import post

NEWEST = latest(FORM).version
BEFORE = "1.0.0"
NOT_READ = "have not been read by a licensed therapist or a lawyer"


def in_use(runtime: Runtime) -> str:
    return profile.form_of(profile.load_profile(runtime)).version


def logged(runtime: Runtime, action: str) -> list[dict[str, str]]:
    with transaction(runtime.engine, write=False) as session:
        found = select(AuditEvent.data_json).where(AuditEvent.action == action)
        return [json.loads(data) for data in session.scalars(found)]


def press(browser: FlaskClient, before: str = BEFORE, after: str = NEWEST) -> int:
    return post(browser, "/account", "/practice/form", before=before, after=after).status_code


def test_the_owner_reads_what_changes_and_uses_the_new_form(
    runtime: Runtime, donna: FlaskClient
) -> None:
    people.use_form(runtime, BEFORE)
    settings = donna.get("/account").text
    assert f"fill in version {BEFORE} of the form" in settings
    assert 'href="/practice/form"' in settings
    page = donna.get("/practice/form").text
    assert "There is no way back" in page
    assert "is finished on it" in page
    assert press(donna) == 303
    assert in_use(runtime) == NEWEST
    assert logged(runtime, "practice.form_changed") == [{"from": BEFORE, "to": NEWEST}]
    assert 'href="/practice/form"' not in donna.get("/account").text
    assert donna.get("/practice/form").location == "/account"


def test_a_second_press_counts_once(runtime: Runtime, donna: FlaskClient) -> None:
    people.use_form(runtime, BEFORE)
    press(donna)
    assert press(donna) == 303
    assert len(logged(runtime, "practice.form_changed")) == 1


def test_there_is_no_way_back_and_no_version_that_was_not_shown(
    runtime: Runtime, donna: FlaskClient
) -> None:
    people.use_form(runtime, BEFORE)
    for before, after in ((BEFORE, "1.0.1"), (NEWEST, BEFORE), ("1.0.9", NEWEST), ("", "")):
        press(donna, before, after)
        assert in_use(runtime) == BEFORE
    press(donna)
    press(donna, NEWEST, BEFORE)
    assert in_use(runtime) == NEWEST


def test_a_therapist_reads_what_changes_and_only_the_owner_may_press(
    runtime: Runtime, colleague: FlaskClient
) -> None:
    people.use_form(runtime, BEFORE)
    page = colleague.get("/practice/form").text
    assert "Only the owner" in page
    assert "<button" not in page.partition("<main")[2].partition("Only the owner")[0]
    assert press(colleague) == 403
    assert in_use(runtime) == BEFORE


def test_the_desk_sees_the_version_and_no_way_to_change_it(
    runtime: Runtime, desk: FlaskClient
) -> None:
    people.use_form(runtime, BEFORE)
    settings = desk.get("/account").text
    assert f"fill in version {BEFORE} of the form" in settings
    assert "/practice/form" not in settings
    assert desk.get("/practice/form").status_code == 403
    assert press(desk) == 403
    assert in_use(runtime) == BEFORE


def confirm(browser: FlaskClient, **typed: str) -> int:
    fields = {
        "names": "Rosa Lindqvist and Ida Berg",
        "role": "licensed massage therapist, and lawyer",
        "month": "3",
        "day": "31",
        "year": "2024",
        **typed,
    }
    return post(browser, "/practice/content", "/practice/content", **fields).status_code


def test_settings_say_that_nobody_has_read_it_until_the_owner_says_who(
    runtime: Runtime, donna: FlaskClient
) -> None:
    people.use_form(runtime, BEFORE)
    assert NOT_READ in donna.get("/account").text
    assert confirm(donna, version=BEFORE) == 303
    settings = donna.get("/account").text
    assert NOT_READ not in settings
    assert "Rosa Lindqvist and Ida Berg (licensed massage therapist, and lawyer)" in settings
    assert "31 March 2024" in settings
    assert logged(runtime, "practice.content_read") == [{"version": BEFORE}]


def test_another_version_has_not_been_read(runtime: Runtime, donna: FlaskClient) -> None:
    people.use_form(runtime, BEFORE)
    confirm(donna, version=BEFORE)
    press(donna)
    assert NOT_READ in donna.get("/account").text


def test_what_was_read_is_the_version_that_is_in_use(runtime: Runtime, donna: FlaskClient) -> None:
    people.use_form(runtime, BEFORE)
    confirm(donna, version="9.0.0")
    assert NOT_READ in donna.get("/account").text


def test_a_name_a_role_and_a_day_that_has_been_are_needed(
    runtime: Runtime, donna: FlaskClient
) -> None:
    people.use_form(runtime, BEFORE)
    wrong = ({"names": " "}, {"role": ""}, {"month": "13"}, {"year": "2999"}, {"day": ""})
    for typed in wrong:
        assert confirm(donna, version=BEFORE, **typed) == 422
    found = profile.load_profile(runtime)
    assert found is not None
    assert choose_form.form_in_use(found).read_by == ""


def test_only_the_owner_says_who_has_read_it(colleague: FlaskClient, desk: FlaskClient) -> None:
    for browser in (colleague, desk):
        assert NOT_READ in browser.get("/account").text
        assert browser.get("/practice/content").status_code == 403
        assert post(browser, "/account", "/practice/content").status_code == 403
