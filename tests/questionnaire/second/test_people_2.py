"""Twenty people who answer badly, and what of the form or the rules holds them."""

from typing import Any

import pytest

from intake_app.questionnaire import Item, reusable
from intake_app.questionnaire.loading.repository import REPOSITORY
from tests.questionnaire.second.people import answered, read
from tests.questionnaire.second.walk_2 import FORM_2, PAT, RULES_2, VERSION

PEOPLE: list[dict[str, Any]] = read("people_2.toml")["person"]
CONSENTS_2 = REPOSITORY.consents(FORM_2, VERSION, draft=True)


def who(person: dict[str, Any]) -> str:
    """A person in the list of tests."""
    return str(person["who"])


def part(item: Item, name: str) -> str:
    """A part of a question, or the label of an option."""
    return {"text": item.text, "help": item.help, **item.labels}[name]


@pytest.mark.parametrize("person", PEOPLE, ids=who)
def test_what_comes_out(person: dict[str, Any]) -> None:
    found = answered(person["answers"], person.get("with", {}))
    assert found.unasked == set()
    assert found.journey.complete()
    assert found.stop == person["stop"]
    assert set(person.get("raised", [])) - found.codes == set()
    assert set(person.get("silent", [])) & found.codes == set()
    for place, level in person.get("max", {}).items():
        assert found.highest(place) <= level, place
    offered = {consent.id for consent in CONSENTS_2.offered(found.journey)}
    assert set(person.get("agreements", [])) <= offered


@pytest.mark.parametrize("person", PEOPLE, ids=who)
def test_the_words_that_hold_them(person: dict[str, Any]) -> None:
    for question, name, says in person.get("words", []):
        assert says in part(FORM_2.item(question), name), (question, name)
    for word in person.get("silent_words", []):
        told = [*RULES_2.client_texts.values(), *(item.text for item in FORM_2.items)]
        told += [label for item in FORM_2.items for label in item.labels.values()]
        assert not [text for text in told if word in text.lower()]
    if "action" in person:
        code, says = person["action"]
        assert says in RULES_2.rule(code).action


@pytest.mark.parametrize("person", PEOPLE, ids=who)
def test_what_is_filled_in_from_the_last_form(person: dict[str, Any]) -> None:
    afresh, carried = person.get("afresh", []), person.get("carried", [])
    no = {question: PAT.get(question, "no") for question in (*afresh, *carried)}
    assert reusable(FORM_2, no) == {}
    yes = dict.fromkeys(carried, "yes")
    assert reusable(FORM_2, {**yes, **dict.fromkeys(afresh, "yes")}) == yes


def test_a_missing_signature_is_no_matter_once_it_is_there() -> None:
    ward = next(person for person in PEOPLE if "N25" in person.get("raised", []))
    signed = {"agreed": ["cs.sensitive", "rep.authority"], "representative_signed": True}
    assert "N25" not in answered(ward["answers"], signed).codes
