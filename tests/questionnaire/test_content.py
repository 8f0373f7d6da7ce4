"""Nothing of the clinical content got lost:
every code it lists is in the newest intake, under the same name.
"""

import tomllib
from pathlib import Path

from intake_app.questionnaire import REGIONS
from tests.questionnaire.massage_walk import CONSENTS, INTAKE

LISTED = tomllib.loads(Path(__file__).with_name("content_codes.toml").read_text(encoding="utf-8"))
QUESTIONS = {code: set(options.split()) for code, options in LISTED["questions"].items()}
ITEMS = {item.link_id: item for item in INTAKE.items}
AGREEMENTS = {consent.id for consent in CONSENTS.consents}

SIGNING = {
    "sg.name",
    "sg.signature",
    "sg.date",
    "sg.guardian_name",
    "sg.guardian_signature",
    "sg.therapist_signature",
}
"""What is not asked but done: on the page where the client signs, and by the therapist."""
NO_AREAS = "bm.none"
"""The answer “none” to bm.areas, from which bm.marks follows."""
MEDICAL_OK = "cl.ok"
"""A table; each row of it is a question, cl.ok.ROW."""
LETTER = "cl.letter"
"""A file in the content; here a question that says where the letter is."""
ADDED = {("sx.surg", "when"), ("sx.inj", "when"), ("rp.other", "talk")}
"""Options and columns that the content does not list:
how long ago, as a choice that rules can read; a talk instead.
"""


def test_the_list_is_the_whole_content() -> None:
    assert (len(QUESTIONS), len(LISTED["regions"].split()), len(LISTED["consents"].split())) == (
        237,
        50,
        16,
    )


def test_every_question_is_asked_or_agreed_to() -> None:
    elsewhere = SIGNING | AGREEMENTS | {NO_AREAS, MEDICAL_OK}
    assert QUESTIONS.keys() - ITEMS.keys() - elsewhere == set()
    assert "none" in ITEMS["bm.areas"].labels


def test_only_known_questions_are_asked() -> None:
    details = {
        code
        for code in ITEMS
        if code.endswith("_details") and code.removesuffix("_details") in QUESTIONS
    }
    rows = {code for code in ITEMS if code.startswith(f"{MEDICAL_OK}.")}
    assert ITEMS.keys() - QUESTIONS.keys() == details | rows | {"bm.areas"}


def test_every_option_and_every_column_has_its_code() -> None:
    found = {
        (code, option)
        for code, item in ITEMS.items()
        if item.type in {"choice", "choices", "yes_no", "repeat"}
        and code in QUESTIONS
        and code != LETTER
        for option in [*item.labels, *(column.link_id for column in item.columns)]
    }
    listed = {
        (code, option)
        for code, options in QUESTIONS.items()
        for option in options
        if (code, option)
    }
    maps = {
        (code, option)
        for code, option in listed
        if ITEMS.get(code) and ITEMS[code].type.endswith("_map")
    }
    medical_ok = {(code, option) for code, option in listed if code == MEDICAL_OK}
    assert listed - found - maps - medical_ok == set()
    assert found - listed == ADDED


def test_every_row_of_the_doctors_ok_is_a_question_that_can_be_answered_not_sure() -> None:
    rows = {f"{MEDICAL_OK}.{row}" for row in QUESTIONS[MEDICAL_OK]}
    assert len(rows) == 26
    assert {code for code in ITEMS if code.startswith(f"{MEDICAL_OK}.")} == rows
    assert {code for code in rows if not (ITEMS[code].required and ITEMS[code].unsure)} == set()


def test_every_region_and_every_agreement_is_there() -> None:
    assert set(LISTED["regions"].split()) == REGIONS.keys()
    assert set(LISTED["consents"].split()) | {"min.authority"} == AGREEMENTS
