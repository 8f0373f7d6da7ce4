"""Typed answers: text, phone, email, number."""

import pytest

from tests.web.step_forms.sample import NAME, errors, sent


def test_ana_types_their_name_and_number_and_all_is_well() -> None:
    form = sent("name", NAME)
    assert errors(form) == {}
    assert form.answers() == {
        "id.first_name": "Ana",
        "id.dob": "1955-03-14",
        "id.phone": "+19205550134",
    }


def test_spaces_around_and_between_words_do_not_count() -> None:
    form = sent("name", NAME | {"id-first_name": "  Ana \t María "})
    assert form.answers()["id.first_name"] == "Ana María"


def test_a_letter_with_its_accent_apart_is_the_same_letter() -> None:
    form = sent("name", NAME | {"id-first_name": "Jose\u0301"})
    assert form.answers()["id.first_name"] == "José"


def test_an_empty_page_says_what_to_enter_in_the_clients_words() -> None:
    assert errors(sent("name", {})) == {
        "id-first_name": "Enter your first name",
        "id-dob": "Enter your date of birth, like 3 31 1955",
        "id-phone": "Enter a phone number, like 920 555 0134",
    }


@pytest.mark.parametrize("typed", ["\u200b", " \u2060 ", "\u00ad"])
def test_a_name_that_nobody_can_see_is_no_name(typed: str) -> None:
    assert errors(sent("name", NAME | {"id-first_name": typed})) == {
        "id-first_name": "Enter your first name"
    }


def test_a_question_without_an_answer_is_named_by_its_own_words() -> None:
    child = NAME | {"id-dob-year": "2015"}
    assert errors(sent("name", child)) == {"id-parent": "Fill in “Name of parent or guardian”"}


def test_a_name_that_is_too_long_is_kept_as_typed() -> None:
    form = sent("name", NAME | {"id-first_name": "a" * 41})
    assert errors(form) == {"id-first_name": "Make this shorter: it has 41 letters, and 40 fit"}
    assert form.typed()["id-first_name"] == ["a" * 41]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\ufffe"])
def test_a_sign_that_cannot_be_printed_is_refused_in_plain_words_and_taken_out_of_the_box(
    sign: str,
) -> None:
    form = sent("name", NAME | {"id-first_name": f"A{sign}na"})
    assert errors(form)["id-first_name"].startswith("We took out a sign that cannot be printed")
    assert form.typed()["id-first_name"] == [f"A{sign}na"]
    assert form.fields[0].shown() == "Ana"


def test_lines_of_a_long_answer_stay_lines() -> None:
    signs = {"td-fever": "no", "td-clot": "no", "td-sick": "none"}
    form = sent("signs", signs | {"td-private": " one \r\n\r\n two\t\n"})
    assert form.answers()["td.private"] == "one\n\n two"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("920 555 0134", "+19205550134"),
        ("(920) 555-0134", "+19205550134"),
        ("1.920.555.0134", "+19205550134"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_phone_numbers_are_understood_however_they_are_written(typed: str, kept: str) -> None:
    assert sent("name", NAME | {"id-phone": typed}).answers()["id.phone"] == kept


@pytest.mark.parametrize(
    "typed", ["555", "call me", "920 555 01345678", "920 555 0134 ext 3", "+", "9" * 5000]
)
def test_what_no_telephone_can_have_is_refused_and_kept_as_typed(typed: str) -> None:
    form = sent("name", NAME | {"id-phone": typed})
    assert errors(form)["id-phone"].startswith("Enter ")
    assert form.typed()["id-phone"] == [typed]


def test_a_number_without_its_area_code_is_asked_for_it() -> None:
    form = sent("name", NAME | {"id-phone": "555 0134"})
    assert errors(form) == {
        "id-phone": "Enter the phone number with its area code, like 920 555 0134"
    }


@pytest.mark.parametrize("typed", ["ana", "ana@", "@example.com", "ana@example", "a b@example.com"])
def test_what_is_no_email_address_is_refused(typed: str) -> None:
    form = sent("name", NAME | {"id-email": typed})
    assert errors(form) == {"id-email": "Enter an email address, like ana@example.com"}


def test_an_email_address_is_kept_without_asking_the_internet() -> None:
    assert (
        sent("name", NAME | {"id-email": " ana@example.com "}).answers()["id.email"]
        == "ana@example.com"
    )


@pytest.mark.parametrize("typed", ["25", "-1", "many", "7.5", "9" * 40])
def test_a_number_outside_its_range_is_refused_with_the_range(typed: str) -> None:
    form = sent("medicines", {"med-any": "no", "pain-now": "0", "sleep-hours": typed})
    assert errors(form) == {"sleep-hours": "Enter a whole number from 0 to 24"}


def test_a_number_is_kept_as_a_number() -> None:
    form = sent("medicines", {"med-any": "no", "pain-now": "0", "sleep-hours": " 7 "})
    assert form.answers() == {"med.any": "no", "pain.now": 0, "sleep.hours": 7}
