"""How long an unfinished form lives."""

from dataclasses import replace
from datetime import timedelta

from intake_app.core.runtime import House
from intake_app.intake import drafts


def later(house: House, **span: int) -> House:
    """The same house, some time later."""
    return replace(house, clock=lambda: house.clock() + timedelta(**span))


def test_an_unfinished_form_lives_for_fourteen_days_after_the_last_save(house: House) -> None:
    token = drafts.start(house, "browser")
    assert drafts.open_draft(later(house, days=13, hours=23), token, "browser") is not None
    assert drafts.open_draft(later(house, days=14, minutes=1), token, "browser") is None


def test_each_save_begins_the_fourteen_days_again(house: House) -> None:
    token = drafts.start(house, "browser")
    tenth_day = later(house, days=10)
    draft = drafts.open_draft(tenth_day, token, "browser")
    assert draft is not None
    drafts.keep(tenth_day, draft, "name", "page", {"id-first_name": ["Ana"]}, 1)
    assert drafts.open_draft(later(house, days=20), token, "browser") is not None


def test_what_is_over_is_deleted_when_somebody_else_begins(house: House) -> None:
    drafts.start(house, "browser")
    after = later(house, days=15)
    drafts.start(after, "another")
    assert drafts.sweep(after) == 0


def test_another_token_opens_nothing(house: House) -> None:
    drafts.start(house, "browser")
    assert drafts.open_draft(house, "x" * 22, "browser") is None


def test_only_the_browser_that_began_is_known(house: House) -> None:
    token = drafts.start(house, "browser")
    known, stranger = (drafts.open_draft(house, token, who) for who in ("browser", "stranger"))
    assert known is not None
    assert stranger is not None
    assert (known.same_browser, stranger.same_browser) == (True, False)
