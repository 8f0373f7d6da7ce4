"""How long an unfinished form lives."""

from dataclasses import replace
from datetime import timedelta

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts


def later(runtime: Runtime, **span: int) -> Runtime:
    """The same house, some time later."""
    return replace(runtime, clock=lambda: runtime.clock() + timedelta(**span))


def test_an_unfinished_form_lives_for_fourteen_days_after_the_last_save(runtime: Runtime) -> None:
    token = drafts.create(runtime, "browser")
    assert drafts.open_draft(later(runtime, days=13, hours=23), token, "browser") is not None
    assert drafts.open_draft(later(runtime, days=14, minutes=1), token, "browser") is None


def test_each_save_begins_the_fourteen_days_again(runtime: Runtime) -> None:
    token = drafts.create(runtime, "browser")
    tenth_day = later(runtime, days=10)
    draft = drafts.open_draft(tenth_day, token, "browser")
    assert draft is not None
    drafts.save_typed(tenth_day, draft, "name", "page", {"id-first_name": ["Ana"]}, 1)
    assert drafts.open_draft(later(runtime, days=20), token, "browser") is not None


def test_what_is_over_is_deleted_when_somebody_else_begins(runtime: Runtime) -> None:
    drafts.create(runtime, "browser")
    after = later(runtime, days=15)
    drafts.create(after, "another")
    assert drafts.purge_expired(after) == 0


def test_another_token_opens_nothing(runtime: Runtime) -> None:
    drafts.create(runtime, "browser")
    assert drafts.open_draft(runtime, "x" * 22, "browser") is None


def test_only_the_browser_that_began_is_known(runtime: Runtime) -> None:
    token = drafts.create(runtime, "browser")
    known, stranger = (drafts.open_draft(runtime, token, who) for who in ("browser", "stranger"))
    assert known is not None
    assert stranger is not None
    assert (known.same_browser, stranger.same_browser) == (True, False)
