"""A rules file with a fault is refused with a sentence that names the file,
the rule and the fault.
"""

import pytest

from intake_app.questionnaire import DefinitionError, load_flags
from intake_app.questionnaire.body.regions import REGIONS
from tests.questionnaire.flags.test_flags import SOURCE
from tests.questionnaire.small import SMALL

NIGHT = '{ question = "v.night", operator = "in", answer = ["yes", "unsure"] }'
STRONG = '{ question = "v.pain", operator = ">=", answer = 9 }'


def both(*parts: str) -> str:
    """A condition that wants all of these."""
    return f"{{ all = [{', '.join(parts)}] }}"


def other(old: str, new: str) -> str:
    """A condition with one word changed."""
    assert old in NIGHT + STRONG
    return NIGHT.replace(old, new) if old in NIGHT else STRONG.replace(old, new)


WEAK = STRONG.replace(">=", "<=").replace("9", "3")
PAIN_NO = '{ question = "v.start", operator = "=", answer = "no_problem" }'
CHILD = '{ fact = "minor", operator = "=", value = true }'
GROWN = '{ fact = "adult", operator = "=", value = true }'
OLD = '{ fact = "age", operator = ">=", value = 65 }'
YOUNG = '{ fact = "age", operator = "<", value = 65 }'
KINDS = '{ question = "med.kinds", operator = "includes", answer = "thinner" }'
NO_KINDS = '{ question = "med.kinds", operator = "includes", answer = "none" }'

FAULTS = [
    ("an unknown key", "action", "acton", "rule A01", "“action” is missing"),
    ("a key too many", 'strength = "B"', 'strength = "B"\ncolour = "red"', "rule A01", "colour"),
    ("an unknown question", NIGHT, other("v.night", "v.nite"), "rule A01", "v.nite"),
    (
        "an unknown option",
        NIGHT,
        other("unsure", "perhaps"),
        "rule A01",
        "'perhaps' is never an answer",
    ),
    ("an unknown fact", NIGHT, CHILD.replace("minor", "tall"), "rule A01", "“tall” is no fact"),
    (
        "a fact whose item is missing",
        NIGHT,
        CHILD.replace("minor", "firm_on_lymph"),
        "rule A01",
        "needs pr.overall",
    ),
    ("an unknown area", '"NECK"', '"NEKC"', "rule B02", "“NEKC” is no region"),
    (
        "a question that is no area",
        '"go.areas"]',
        '"med.kinds"]',
        "rule B02",
        "“med.kinds” is no region",
    ),
    ("an unknown source", '"S01a"', '"S09"', "rule A02", "there is no source S09"),
    ("a rule without a source", 'sources = ["S01"]\n', "", "rule A01", "only a rule of strength P"),
    ("an unknown strength", '"A+P"', '"D"', "rule A02", "no strength"),
    ("an unknown level", '"LOCAL"', '"RED"', "rule B01", "“RED” is no level"),
    ("a code twice", 'code = "A02"', 'code = "A01"', "", "two rules called A01"),
    (
        "a code that is none",
        'code = "A02"',
        'code = "A2"',
        "rule A2",
        "a capital letter and two digits",
    ),
    ("a source twice", 'id = "S02"', 'id = "S01"', "", "two sources called S01"),
    ("a cap too high", "cap = 3", "cap = 6", "rule A01", "0 to 5"),
    (
        "an urgent caution",
        'level = "STOP"\nurgent',
        'level = "CAUTION"\nurgent',
        "rule A02",
        "an urgent rule is a STOP",
    ),
    (
        "nothing to tell the client",
        'client_text = "emergency"\n',
        "",
        "rule A02",
        "words for the client",
    ),
    (
        "an unknown text",
        'client_text = "emergency"',
        'client_text = "hello"',
        "rule A02",
        "“hello”",
    ),
    ("no condition", f"when = {NIGHT}", "", "rule A01", "“when” is missing"),
]


@pytest.mark.parametrize(
    ("old", "new", "place", "fault"), [one[1:] for one in FAULTS], ids=[one[0] for one in FAULTS]
)
def test_a_fault_is_named(old: str, new: str, place: str, fault: str) -> None:
    assert old in SOURCE
    with pytest.raises(DefinitionError) as refused:
        load_flags(SOURCE.replace(old, new, 1).encode(), "small_flags.toml", SMALL, REGIONS)
    sentence = str(refused.value)
    assert sentence.startswith(f"small_flags.toml: {place}") and fault in sentence


NEVER = [
    ("two answers to one question", both(STRONG, STRONG.replace(">=", "<"))),
    ("an answer and its denial", both(NIGHT, f"{{ none = [{NIGHT}] }}")),
    ("a question that is hidden then", both(NIGHT, PAIN_NO)),
    ("a question that is hidden by what hides it", both(NIGHT, WEAK)),
    ("opposite values of a fact", both(OLD, YOUNG)),
    ("a tick that stands alone, and another", both(KINDS, NO_KINDS)),
    (
        "answered, and not",
        both(STRONG, '{ question = "v.pain", operator = "answered", answer = false }'),
    ),
    ("every answer denied", both(NIGHT, f"{{ none = [{NIGHT}] }}", NIGHT.replace("unsure", "no"))),
]


@pytest.mark.parametrize("condition", [one[1] for one in NEVER], ids=[one[0] for one in NEVER])
def test_a_rule_that_nobody_can_raise_is_refused(condition: str) -> None:
    with pytest.raises(DefinitionError, match="rule A01: no answers can raise this"):
        load_flags(SOURCE.replace(NIGHT, condition, 1).encode(), "small_flags.toml", SMALL, REGIONS)


POSSIBLE = [
    ("a child who takes a blood thinner", both(CHILD, KINDS)),
    ("one of two, the first being impossible", f"{{ any = [{both(NIGHT, PAIN_NO)}, {KINDS}] }}"),
    ("grown up, and 65 or more", both(GROWN, OLD)),
    ("not answered", '{ question = "v.pain", operator = "answered", answer = false }'),
]


@pytest.mark.parametrize(
    "condition", [one[1] for one in POSSIBLE], ids=[one[0] for one in POSSIBLE]
)
def test_a_rule_that_somebody_can_raise_is_taken(condition: str) -> None:
    rules = load_flags(
        SOURCE.replace(NIGHT, condition, 1).encode(), "small_flags.toml", SMALL, REGIONS
    )
    assert rules.rule("A01").when is not None
