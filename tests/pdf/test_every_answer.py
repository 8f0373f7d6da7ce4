"""Whatever a client says stands in their record:
every question with its own answer, and every flag that it raised.
"""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from intake_app.core.audit import AuditHead
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.questionnaire import Context, Item, summarise, text_of
from intake_app.records import evidence, printing
from intake_app.records.cautions import safety_card, sealed_flags
from intake_app.records.sealed.evidence import Evidence, RecordOnTheDay
from tests.questionnaire.small import TODAY
from tests.questionnaire.strategies import answers_for, walks
from tests.support import clients
from tests.support.definitions import FORM_1, RULES_1
from tests.support.people import Staff

INTAKE = FORM_1
CHOSEN = [item for item in INTAKE.items if item.type in {"yes_no", "choice", "choices", "regions"}]
SIGNS_ALONE = {"id.dob": "1955-03-14", "rep.has": "no"}
TYPED = {"text", "longtext"}


def squashed(words: str) -> str:
    """Letters and digits only: however a line is broken, it is the same."""
    return re.sub(r"[\W_]+", "", words).casefold()


def in_own_words(answers: dict[str, Any]) -> dict[str, Any]:
    """The same answers, with words in them that stand nowhere else:
    to every free question another one.
    """
    number = iter(range(1000))
    return {name: _words(INTAKE.item(name), value, number) for name, value in answers.items()}


def _words(item: Item, value: Any, number: Iterator[int]) -> Any:
    if item.type in TYPED:
        return f"word {next(number):03} zq"
    if item.type != "repeat":
        return value
    columns = {column.link_id: column for column in item.columns}
    return [
        {name: _words(columns[name], cell, number) for name, cell in row.items()} for row in value
    ]


def printed(runtime: Runtime, proof: Evidence) -> str:
    """What a reader of the PDF reads, without the foot of each page."""
    print_run = printing.Printing(AuditHead(1, "ab" * 32), "cd" * 32, runtime.clock())
    pdf = runtime.pool.render(
        printing.record_document(
            proof,
            evidence.journey_of(proof),
            print_run,
            safety_card.card_for_reader(RecordOnTheDay(proof)),
        )
    )
    inside = ("-x", "0", "-y", "0", "-W", "612", "-H", "744")  # points; a Letter page is 792 high
    told = subprocess.run(
        ["pdftotext", "-raw", *inside, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return squashed(told.stdout.decode())


# What fails holds a hundred answers: making it smaller takes minutes and says nothing more.
@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(walks(INTAKE, Context(TODAY, stop_raised=RULES_1.any_stop), SIGNS_ALONE))
def test_every_question_is_printed_with_its_own_answer(
    runtime: Runtime, practice: Staff, walked: tuple[dict[str, Any], list[str]]
) -> None:
    browser = drafts.new_browser()
    proof = clients.sign(
        runtime, drafts.create(runtime, browser), browser, in_own_words(walked[0])
    ).state.evidence
    assert proof is not None
    paper = printed(runtime, proof)
    raised = sealed_flags.read_flags(proof.flags, evidence.journey_of(proof)) or ()
    assert [
        one.code
        for one in raised
        if squashed(safety_card.PRIVATE_WORDS if one.private else one.title + one.said) not in paper
    ] == []
    rows = [row for section in summarise(evidence.journey_of(proof)) for row in section.rows]
    assert {row.link_id for row in rows if not row.unanswered} == proof.answers.keys()
    assert [
        row.label
        for row in rows
        if not row.unanswered and squashed(row.label + row.text) not in paper
    ] == []
    assert [row.label for row in rows if row.unanswered and squashed(row.label) not in paper] == []


@given(some.sampled_from(CHOSEN), some.data())
def test_what_was_chosen_is_named_and_nothing_else(item: Item, data: some.DataObject) -> None:
    value = data.draw(answers_for(item, {}, TODAY))
    chosen = [value] if isinstance(value, str) else value
    said = [option.label for option in item.options if option.code in chosen]
    assert text_of(item, value) in {", ".join(said), "; ".join(said)}
