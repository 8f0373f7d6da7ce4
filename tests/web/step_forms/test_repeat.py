"""Questions with rows: a list of medicines."""

from werkzeug.datastructures import MultiDict

from intake_app.web.step_forms import StepForm, form_for
from tests.web.step_forms.sample import SAMPLE, errors, opened, sent, walk

YES = {"med-any": "yes", "pain-now": "0"}
TWO = YES | {"med-list-0-name": "Apixaban", "med-list-0-dose": "5 mg", "med-list-1-name": "Iron"}


def pressed(button: str, value: str, fields: dict[str, str]) -> StepForm:
    """The form after Ana pressed one of the row buttons."""
    return form_for(SAMPLE.step("medicines"), walk(), formdata=MultiDict(fields | {button: value}))


def rows(form: StepForm) -> int:
    """How many rows the page shows."""
    (field,) = [field for field in form.fields if field.item.type == "repeat"]
    return len(field.rows)


def test_there_is_one_empty_row_to_begin_with() -> None:
    assert rows(opened("medicines")) == 1


def test_rows_are_kept_in_order_and_empty_ones_are_not() -> None:
    form = sent("medicines", TWO | {"med-list-1-name": " ", "med-list-2-name": "Iron"})
    assert form.answers()["med.list"] == [{"name": "Apixaban", "dose": "5 mg"}, {"name": "Iron"}]


def test_a_row_that_lacks_something_is_named() -> None:
    form = sent("medicines", TWO | {"med-list-1-name": "", "med-list-1-dose": "daily"})
    assert form.problems() == [("med-list-1-name", "Row 2: Fill in “Name”")]


def test_no_rows_at_all_is_an_error_when_the_list_is_needed() -> None:
    assert errors(sent("medicines", YES)) == {"med-list": "Fill in at least one row"}


def test_the_button_adds_a_row_and_keeps_what_was_typed() -> None:
    form = pressed("add", "med.list", TWO)
    assert form.row_change
    again = opened("medicines", form.change_rows(form.row_change))
    assert rows(again) == 3
    assert again.typed()["med-list-0-dose"] == ["5 mg"]


def test_a_row_number_that_no_list_has_is_no_button() -> None:
    assert pressed("remove", "med.list-" + "7" * 5_000, TWO).row_change is None


def test_no_row_is_added_beyond_the_limit() -> None:
    form = pressed("add", "med.list", TWO | {"med-list-2-name": "Zinc"})
    assert form.row_change
    assert rows(opened("medicines", form.change_rows(form.row_change))) == 3


def test_rows_beyond_the_limit_are_not_read() -> None:
    assert rows(sent("medicines", TWO | {"med-list-99-name": "Forged"})) == 2


def test_the_button_takes_a_row_away_and_the_next_ones_move_up() -> None:
    form = pressed("remove", "med.list-0", TWO)
    assert form.row_change
    again = opened("medicines", form.change_rows(form.row_change))
    assert again.typed()["med-list-0-name"] == ["Iron"]
    assert "med-list-0-dose" not in again.typed()


def test_a_button_for_rows_that_do_not_exist_changes_nothing() -> None:
    for button, value in (("remove", "med.list-7"), ("add", "id.none"), ("remove", "med.list-x")):
        form = pressed(button, value, TWO)
        kept = form.change_rows(form.row_change) if form.row_change else form.typed()
        assert kept == form.typed()
