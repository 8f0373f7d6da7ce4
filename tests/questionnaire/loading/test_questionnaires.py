"""A definition with a fault is refused with a sentence that names the file,
the place and the fault.
"""

import hashlib

import pytest

from intake_app.questionnaire import DefinitionError, load
from tests.questionnaire.small import REGIONS, SMALL, SOURCE, item

PAIN_NEEDS = 'enable_when = { question = "v.start", operator = "!=", answer = "no_problem" }'
MINOR = '{ fact = "minor", operator = "=", value = true }'


def refusal(old: str, new: str) -> str:
    """The sentence with which the small questionnaire is refused after this one change."""
    assert SOURCE.count(old) >= 1
    with pytest.raises(DefinitionError) as refused:
        load(SOURCE.replace(old, new, 1).encode(), "small.toml", REGIONS)
    return str(refused.value)


FAULTS = [
    (
        "unknown key",
        'autocomplete = "given-name"',
        'autofill = "given-name"',
        "id.first_name",
        "autofill",
    ),
    ("unknown key of a step", 'lead = "A few', 'leed = "A few', "step pain", "leed"),
    ("unknown key of a section", 'intro = "So', 'intr = "So', "section about", "intr"),
    ("unknown key of an option", 'hint = "I want', 'hnt = "I want', "v.start", "hnt"),
    (
        "unknown key of the file",
        'language = "en"',
        'language = "en"\nauthor = "Donna"',
        "",
        "author",
    ),
    ("missing key", 'text = "First name"\n', "", "id.first_name", "“text” is missing"),
    (
        "a text that is a number",
        'text = "First name"',
        "text = 3",
        "id.first_name",
        "must be a text",
    ),
    ("an empty text", 'text = "First name"', 'text = " "', "id.first_name", "empty"),
    (
        "a flag that is a text",
        "required = true",
        'required = "yes"',
        "id.first_name",
        "true or false",
    ),
    ("a number that is a flag", "max = 52", "max = true", "med.weeks", "whole number"),
    (
        "a strange list",
        'type = "email"',
        'type = "email"\nprint = "pills"',
        "id.email",
        "only be “medicines”",
    ),
    (
        "a strange part",
        'type = "text"',
        'type = "text"\ncard = "top"',
        "id.first_name",
        "only be “own_words”",
    ),
    (
        "no words on the card",
        'type = "email"',
        'type = "email"\ncard = "own_words"',
        "id.email",
        "only words",
    ),
    (
        "volatile twice",
        "sensitive = true",
        "sensitive = true\nvolatile = true",
        "mh.words",
        "afresh already",
    ),
    (
        "volatile by a text",
        'type = "email"',
        'type = "email"\nvolatile = "yes"',
        "id.email",
        "true or false",
    ),
    (
        "a volatile column",
        'text = "How much"',
        'text = "How much", volatile = true',
        "column dose",
        "whole question",
    ),
    ("duplicate item", 'id = "id.email"', 'id = "id.phone"', "id.phone", "two items"),
    (
        "an id inside another",
        'id = "id.email"',
        'id = "id.dob.day"',
        "id.dob.day",
        "beginning of another",
    ),
    ("duplicate step", 'id = "guardian"', 'id = "name"', "", "two steps called “name”"),
    ("duplicate section", 'id = "visit"', 'id = "about"', "", "two sections called “about”"),
    ("an id that is none", 'id = "id.email"', 'id = "Id-Email"', "item", "no id"),
    ("unknown type", 'type = "email"', 'type = "mail"', "id.email", "“mail” is no type"),
    (
        "a strange key",
        'type = "email"',
        'type = "email"\nunsure = true',
        "id.email",
        "has no “unsure”",
    ),
    ("no options", 'type = "email"', 'type = "choice"', "id.email", "needs “options”"),
    ("duplicate option code", 'code = "years"', 'code = "days"', "v.start", "code “days”"),
    (
        "duplicate option label",
        '"Years ago"',
        '"In the last few days"',
        "v.start",
        "label “In the last",
    ),
    (
        "a condition on no option",
        PAIN_NEEDS,
        PAIN_NEEDS.replace("no_problem", "no"),
        "v.pain",
        "is never",
    ),
    ("a later item", PAIN_NEEDS, PAIN_NEEDS.replace("v.start", "med.kinds"), "v.pain", "earlier"),
    ("itself", PAIN_NEEDS, PAIN_NEEDS.replace("v.start", "v.pain"), "v.pain", "earlier"),
    (
        "a wrong operator",
        PAIN_NEEDS,
        PAIN_NEEDS.replace("!=", "includes"),
        "v.pain",
        "does not fit",
    ),
    ("an unknown operator", PAIN_NEEDS, PAIN_NEEDS.replace("!=", "is"), "v.pain", "does not fit"),
    (
        "a list for one",
        PAIN_NEEDS,
        PAIN_NEEDS.replace('"no_problem"', '["days"]'),
        "v.pain",
        "one value",
    ),
    ("one value for a list", 'answer = ["days"]', 'answer = "days"', "v.night", "a list"),
    ("an empty list", 'answer = ["days"]', "answer = []", "v.night", "a list"),
    ("a number out of reach", "answer = 4", "answer = 11", "v.night", "never an answer"),
    ("answered by a text", "answer = true", 'answer = "yes"', "med.weeks", "true or false"),
    ("a condition about nothing", MINOR, '{ operator = "=" }', "step guardian", "a condition asks"),
    ("an empty combination", MINOR, "{ all = [] }", "step guardian", "“all” is empty"),
    (
        "a condition with two heads",
        PAIN_NEEDS,
        PAIN_NEEDS.replace("}", ", all = [] }"),
        "v.pain",
        "unknown",
    ),
    (
        "an unknown fact",
        MINOR,
        MINOR.replace("minor", "weekday"),
        "step guardian",
        "“weekday” is no fact",
    ),
    (
        "a fact of the wrong kind",
        MINOR,
        MINOR.replace("true", '"yes"'),
        "step guardian",
        "is never 'yes'",
    ),
    (
        "an operator of another fact",
        MINOR,
        MINOR.replace('"="', '">="'),
        "guardian",
        "does not fit",
    ),
    ("a fact before its item", 'id = "id.dob"', 'id = "id.born"', "step guardian", "needs id.dob"),
    ("of an unknown item", 'of = "go.areas"', 'of = "go.areaz"', "bm.marks", "not an earlier item"),
    ("of the wrong type", 'of = "go.areas"', 'of = "v.start"', "bm.marks", "must point at regions"),
    (
        "a notice that is no option",
        '["thinner"]\noptions',
        '["thin"]\noptions',
        "med.kinds",
        "notice “thin”",
    ),
    ("a notice twice", '["yes", "unsure"]', '["yes", "yes"]', "v.night", "same thing twice"),
    ("an unknown region", '["thinner", "pain", "heart"]', '["arm"]', "med.list", "never an answer"),
    ("an unknown autofill name", '"given-name"', '"firstname"', "id.first_name", "autofill"),
    ("a birth date that is a text", '"given-name"', '"bday"', "id.first_name", "only a date"),
    ("an unknown moment", '"arrival"', '"later"', "mh.words", "arrival"),
    ("bounds upside down", "min = 1\n", "min = 60\n", "med.weeks", "more than"),
    ("no room", "max = 3\n", "max = 0\n", "med.list", "1 or more"),
    ("a column twice", '"dose", type', '"name", type', "med.list", "column"),
    (
        "a map as a column",
        '"dose", type = "text", text = "How much", max_length = 20',
        '"dose", type = "pressure_map", text = "How much"',
        "med.list",
        "cannot be a column",
    ),
    ("a version that is none", 'version = "1.0.0"', 'version = "1"', "", "three numbers"),
    ("no TOML", 'name = "small"', "name = small", "", "not readable as TOML"),
]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_fault_is_named(old: str, new: str, place: str, words: str) -> None:
    sentence = refusal(old, new)
    assert sentence.startswith("small.toml: ")
    assert place in sentence
    assert words in sentence


def test_an_empty_step_or_section_is_refused() -> None:
    step = '[[section.step]]\nid = "empty"\ntitle = "Nothing"\n\n[[section]]\nid = "visit"'
    assert "step empty: the step is empty" in refusal('[[section]]\nid = "visit"', step)
    section = '[[section]]\nid = "nothing"\ntitle = "Nothing"\n\n[[section]]\nid = "visit"'
    assert "section nothing: there is no step" in refusal('[[section]]\nid = "visit"', section)


def test_a_file_without_sections_is_refused() -> None:
    with pytest.raises(DefinitionError, match="there is no section"):
        load(SOURCE.split("[[section]]")[0].encode(), "small.toml", REGIONS)


def test_a_region_that_is_not_on_the_list_is_no_answer() -> None:
    condition = '{ question = "go.areas", operator = "includes", answer = "elbow_l" }'
    unknown = f'of = "go.areas"\nenable_when = {condition}'
    assert "'elbow_l' is never an answer to go.areas" in refusal('of = "go.areas"', unknown)


def test_the_hash_is_that_of_the_bytes() -> None:
    assert SMALL.sha256 == hashlib.sha256(SOURCE.encode()).hexdigest()
    assert SMALL.source == SOURCE.encode()


def test_everything_can_be_found_by_its_id() -> None:
    assert [step.id for step in SMALL.steps][:3] == ["name", "guardian", "pain"]
    assert SMALL.step("pain").section_id == "visit"
    assert SMALL.section("visit").title == "Your visit"
    assert item("v.night").label == "Pain at night"
    with pytest.raises(KeyError):
        SMALL.step("nowhere")


def test_options_hold_every_code_that_can_be_answered() -> None:
    assert [option.code for option in item("v.night").options] == ["yes", "no", "unsure"]
    assert [option.code for option in item("go.areas").options] == [
        "neck_front",
        "shoulder_l",
        "calf_r",
        "none",
    ]
    assert [option.code for option in item("bm.marks").options] == [
        "neck_front",
        "shoulder_l",
        "calf_r",
    ]
    assert [option.code for option in item("med.main").options] == ["thinner", "pain", "heart"]


def test_each_type_brings_its_own_bounds() -> None:
    assert (item("v.pain").min, item("v.pain").max) == (0, 10)
    assert item("id.first_name").max_length == 200
    assert item("v.reason").max_length == 2000
    assert item("med.list").columns[1].max_length == 20


def test_a_question_can_say_where_else_its_answer_is_used() -> None:
    marked = SOURCE.replace('id = "med.kinds"', 'id = "med.kinds"\nprint = "medicines"')
    marked = marked.replace('id = "v.reason"', 'id = "v.reason"\ncard = "own_words"')
    marked = marked.replace('id = "med.weeks"', 'id = "med.weeks"\nvolatile = true')
    questionnaire = load(marked.encode(), "small.toml", REGIONS)
    assert questionnaire.printed_in("medicines") == ("med.kinds",)
    assert questionnaire.on_card("own_words") == ("v.reason",)
    assert questionnaire.volatile() == ("med.weeks",)


def test_a_question_that_says_nothing_of_it_is_used_nowhere_else() -> None:
    assert SMALL.printed_in("medicines") == SMALL.on_card("own_words") == SMALL.volatile() == ()
