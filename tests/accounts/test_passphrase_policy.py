"""Which passphrases are refused, and what is offered instead."""

import pytest

from intake_app.accounts import passphrase_policy


def test_fourteen_characters_are_too_few_and_fifteen_are_enough() -> None:
    assert "15 characters" in (passphrase_policy.problem("river stones d") or "")
    assert passphrase_policy.problem("river stones da") is None


def test_a_hundred_and_twenty_eight_characters_are_accepted_as_they_are() -> None:
    long = "river stones at dawn " * 6 + "ab"
    assert len(long) == 128
    assert passphrase_policy.problem(long[::-1] + "x") is not None
    assert passphrase_policy.problem("q8 " + long[:60] + " other words, not a pattern") is None


def test_no_sign_is_demanded_and_no_sign_is_forbidden() -> None:
    assert passphrase_policy.problem("ruhiger fluß 石 и утро") is None
    assert passphrase_policy.problem("only small letters here") is None


@pytest.mark.parametrize(
    "known_bad",
    [
        "aaaaaaaaaaaaaaaa",
        "passwordpassword",
        "Password Password",
        "123456789012345",
        "qwertyuiopasdfgh",
        "abcabcabcabcabcabc",
        "correct horse battery staple",
        "1q2w3e4r5t6y7u8i9o0p",
        "000 111 000 111 000",
        "987654321987654321",
        "1qaz2wsx3edc4rfv",
        "zQjphsyf6ctifgu",
        "Hd764nW5d7E1vb1",
    ],
)
def test_what_guessers_try_first_is_refused(known_bad: str) -> None:
    assert "first that a thief" in (passphrase_policy.problem(known_bad) or "")


def test_the_name_of_the_practice_is_no_passphrase_but_may_stand_in_one() -> None:
    assert "name that others know" in (
        passphrase_policy.problem("Stillwater Massage 1", ["Stillwater Massage"]) or ""
    )
    assert (
        passphrase_policy.problem("Stillwater Massage copper lantern", ["Stillwater Massage"])
        is None
    )


def test_an_offer_is_five_words_new_each_time_and_good() -> None:
    offers = {passphrase_policy.suggest() for _ in range(20)}
    assert len(offers) == 20
    assert all(
        len(offer.split()) == 5 and passphrase_policy.problem(offer) is None for offer in offers
    )
