"""What a page that is sent leads to, without a browser: kept, refused, or what is asked next."""

from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, save_step
from intake_app.intake.draft_state import Typed
from intake_app.intake.drafts import DraftChanged
from intake_app.intake.open_draft import OpenDraft
from intake_app.intake.save_step import Autosave, Conflict, GoOn, NotReached, NotRight, Submission
from intake_app.practice import profile
from intake_app.questionnaire import Journey
from intake_app.web.step_forms import StepForm, form_for
from tests.support import clients
from tests.support.people import Staff
from tests.support.returning_client import ANA

NAME = {
    "id-first_name": "Ana",
    "id-last_name": "Moreno",
    "id-dob-month": "3",
    "id-dob-day": "14",
    "id-dob-year": "1955",
}
BROWSER = "a browser"


@pytest.fixture
def token(runtime: Runtime, practice: Staff) -> str:
    """A form that was just begun."""
    return drafts.create(runtime, BROWSER)


def opened(runtime: Runtime, token: str) -> OpenDraft:
    draft = drafts.open_draft(runtime, token, BROWSER)
    assert draft is not None
    return draft


def page(
    runtime: Runtime, fields: dict[str, str], step_id: str = "name", **more: str
) -> Submission[StepForm]:
    """The first page with these boxes, as the tab “one” sends it unless it says otherwise."""

    def read(draft: OpenDraft, journey: Journey, typed: Typed | None) -> StepForm:
        step = draft.questionnaire.step(step_id)
        if typed is None:
            return form_for(step, journey, formdata=MultiDict(fields))
        return form_for(step, journey, typed=typed)

    return Submission(
        step_id=step_id,
        page_id=more.get("tab", "one"),
        base_rev=1,
        seq=1,
        today=profile.today(runtime),
        read=read,
    )


def test_a_good_page_is_saved_and_names_what_is_asked_next(runtime: Runtime, token: str) -> None:
    outcome = save_step.save_step(runtime, opened(runtime, token), page(runtime, NAME))
    assert isinstance(outcome, GoOn)
    assert outcome.step is not None and outcome.step.id != "name"
    assert opened(runtime, token).state.answers["id.first_name"] == "Ana"


def test_after_a_change_from_the_check_page_nothing_old_is_asked(
    runtime: Runtime, token: str
) -> None:
    draft = clients.walk(runtime, token, BROWSER, ANA)
    change = replace(page(runtime, NAME, tab="two"), base_rev=draft.rev, from_check=True)
    outcome = save_step.save_step(runtime, draft, change)
    assert isinstance(outcome, GoOn)
    assert outcome.step is None


def test_what_is_not_right_is_kept_as_typed_and_gives_no_answer(
    runtime: Runtime, token: str
) -> None:
    wrong = NAME | {"id-dob-month": "13"}
    outcome = save_step.save_step(runtime, opened(runtime, token), page(runtime, wrong))
    assert isinstance(outcome, NotRight)
    assert outcome.page.problems()
    state = opened(runtime, token).state
    assert (state.typed["name"]["id-dob-month"], dict(state.answers)) == (["13"], {})


def test_a_step_that_lies_ahead_keeps_nothing(runtime: Runtime, token: str) -> None:
    ahead = page(runtime, {"td-chest": "no"}, "warning_signs")
    draft = opened(runtime, token)
    assert isinstance(save_step.save_step(runtime, draft, ahead), NotReached)
    assert save_step.autosave(runtime, draft, ahead) is Autosave.REFUSED
    assert opened(runtime, token).rev == draft.rev


def test_two_tabs_that_say_different_things_are_a_conflict(runtime: Runtime, token: str) -> None:
    draft = opened(runtime, token)
    assert save_step.autosave(runtime, draft, page(runtime, NAME)) is Autosave.KEPT
    other = page(runtime, NAME | {"id-first_name": "Anna"}, tab="two")
    draft = opened(runtime, token)
    assert save_step.autosave(runtime, draft, other) is Autosave.REFUSED
    outcome = save_step.save_step(runtime, draft, other)
    assert isinstance(outcome, Conflict)
    assert outcome.merge.conflicts == {"id-first_name": (["Ana"], ["Anna"])}


def test_a_late_autosave_counts_no_more(runtime: Runtime, token: str) -> None:
    save_step.save_step(runtime, opened(runtime, token), page(runtime, NAME))
    late = page(runtime, NAME | {"id-first_name": "An"})
    assert save_step.autosave(runtime, opened(runtime, token), late) is Autosave.OVERTAKEN
    assert opened(runtime, token).state.answers["id.first_name"] == "Ana"


def test_a_save_that_lost_the_race_says_so(runtime: Runtime, token: str) -> None:
    before = opened(runtime, token)
    save_step.save_step(runtime, before, page(runtime, NAME))
    with pytest.raises(DraftChanged):
        save_step.save_step(runtime, before, page(runtime, NAME, tab="two"))
