"""Dates in three boxes."""

from datetime import date

import pytest

from intake_app.web.step_forms.dates import BadDate, read_date
from tests.web.step_forms.sample import NAME, errors, sent

BIRTH = "your date of birth"


@pytest.mark.parametrize("month", ["3", "03", "Mar", "march", "MARZO", "mar.", "٣"])
def test_a_month_is_understood_as_number_and_by_name_in_english_and_spanish(month: str) -> None:
    assert read_date(month, "14", "1955") == date(1955, 3, 14)


@pytest.mark.parametrize(
    ("name", "month"), [("ene", 1), ("abr", 4), ("Ago.", 8), ("Setiembre", 9), ("dic", 12)]
)
def test_spanish_short_names_are_understood(name: str, month: int) -> None:
    assert read_date(name, "1", "2000").month == month


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("", "", ""), "Enter your date of birth, like 3 31 1955"),
        (("3", "31", ""), "Your date of birth must include a year"),
        (("", "31", ""), "Your date of birth must include a month and a year"),
        (
            ("3", "31", "55"),
            "Your date of birth must have all 4 numbers of the year, like 3 31 1955",
        ),
        (
            ("31", "3", "1955"),
            "Your date of birth must be a real date, month first, like 3 31 1955",
        ),
        (
            ("2", "29", "2023"),
            "Your date of birth must be a real date, month first, like 3 31 1955",
        ),
        (
            ("ma", "3", "1955"),
            "Your date of birth must be a real date, month first, like 3 31 1955",
        ),
        (
            ("3", "-1", "1955"),
            "Your date of birth must be a real date, month first, like 3 31 1955",
        ),
        (
            ("3", "31", "0000"),
            "Your date of birth must be a real date, month first, like 3 31 1955",
        ),
    ],
)
def test_each_mistake_has_its_own_sentence(typed: tuple[str, str, str], sentence: str) -> None:
    with pytest.raises(BadDate) as error:
        read_date(*typed, BIRTH)
    assert str(error.value) == sentence


def test_a_birthday_in_the_future_is_refused() -> None:
    assert "id-dob" in errors(sent("name", NAME | {"id-dob-year": "2027"}))


def test_a_date_that_is_not_right_keeps_its_three_boxes() -> None:
    form = sent("name", NAME | {"id-dob-month": "Smarch"})
    assert form.typed()["id-dob-month"] == ["Smarch"]
    assert form.problems() == [
        ("id-dob-month", "Your date of birth must be a real date, month first, like 3 31 1955")
    ]
