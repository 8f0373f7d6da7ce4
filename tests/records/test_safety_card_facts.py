"""What the safety card says besides the flags."""

from intake_app.questionnaire import Context, Journey, load
from intake_app.records.cautions import safety_card_facts
from tests.questionnaire.massage_walk import walk
from tests.questionnaire.small import ANA, REGIONS, SOURCE, TODAY

DANGER = {**ANA, "v.reason": "My leg gave way twice."}


def test_a_definition_says_itself_whose_words_stand_on_the_card() -> None:
    marked = SOURCE.replace('id = "v.reason"', 'id = "v.reason"\ncard = "own_words"')
    small = load(marked.encode(), "small.toml", REGIONS)
    done = frozenset(step.id for step in small.steps)
    (words,) = safety_card_facts.own_words(Journey(small, DANGER, done, Context(TODAY)))
    assert (words.label, words.text) == (small.item("v.reason").label, DANGER["v.reason"])


def test_the_released_definitions_have_a_list_of_questions_instead() -> None:
    ana = walk(td__lump="yes", td__lump_details="A lump on the neck.", hx__other="Tinnitus")
    found = [words.text for words in safety_card_facts.own_words(ana)]
    assert found == ["A lump on the neck.", "Tinnitus"]
