"""The therapist decides about each flag: drafts first, then a signed addendum;
the later decision counts.
"""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.records import DecisionDraft, Record
from intake_app.records import addenda, authenticity, inbox, open_record
from intake_app.records.cautions import decisions
from intake_app.records.cautions.decisions import Decision
from tests.support.clients import ANA_MINIMAL, make_record
from tests.support.definitions import RULES_1
from tests.support.people import ROSA, Staff, enter, hire

ANA = ANA_MINIMAL | {
    "td.clot_sign": "yes",
    "med.class": ["thinner"],
    "pr.overall": "firm",
}
ADAPT = Decision(
    "A05", "adapted", "Dr. Patel, ultrasound on 21 Nov: no clot. No work on the right leg."
)


@pytest.fixture
def donna(runtime: Runtime, practice: Staff) -> StaffIdentity:
    return enter(runtime)


@pytest.fixture
def ana(runtime: Runtime, practice: Staff) -> str:
    return make_record(runtime, ANA)


def decide(
    runtime: Runtime, who: StaffIdentity, record_id: str, *made: Decision, name: str = "Donna Reyes"
) -> str:
    flags = open_record.open_record(runtime, who, record_id).cautions or ()
    return decisions.sign(runtime, who, record_id, flags, made, name)


def stop(runtime: Runtime, who: StaffIdentity, record_id: str) -> str:
    """What the inbox says."""
    return next(row.stop for row in inbox.load_inbox(runtime, who).rows if row.id == record_id)


def test_a_flag_says_what_they_answered_and_what_the_rule_suggests(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    flags = {one.code: one for one in open_record.open_record(runtime, donna, ana).cautions or ()}
    clot = flags["A05"]
    assert (clot.tag, clot.urgent, [quote.text for quote in clot.quotes]) == ("STOP", True, ["Yes"])
    assert "same-day" in clot.action.lower()
    assert clot.sources
    assert flags["C01"].limit == "Whole body: no more than medium (level 3)"
    assert next(iter(flags)) == "A05"


def test_a_signed_decision_stands_on_the_record_with_name_and_time(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    decide(runtime, donna, ana, ADAPT)
    found = open_record.open_record(runtime, donna, ana)
    made = found.decided["A05"]
    assert (made.words, made.reason, made.by) == ("Adapted", ADAPT.reason, "Donna Reyes")
    assert found.paper.card.stops[0].decision.startswith("Adapted. Donna Reyes, ")
    assert [one.kind for one in found.addenda] == ["decisions"]


def test_the_later_decision_counts_and_the_earlier_one_stays(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    first = decide(runtime, donna, ana, ADAPT)
    second = decide(runtime, donna, ana, Decision("A05", "followed"))
    found = open_record.open_record(runtime, donna, ana)
    assert found.decided["A05"].choice == "followed"
    assert [one.id for one in found.addenda] == [first, second]


def test_sending_the_same_decisions_twice_signs_once(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    assert decide(runtime, donna, ana, ADAPT) == decide(runtime, donna, ana, ADAPT)
    assert len(addenda.for_record(runtime, donna, ana)) == 1


def test_nothing_and_something_that_is_no_flag_of_theirs_cannot_be_signed(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    for made in ((), (Decision("K03", "followed"),)):
        with pytest.raises(decisions.NothingDecided):
            decide(runtime, donna, ana, *made)
    assert addenda.for_record(runtime, donna, ana) == ()


def test_the_inbox_names_a_stop_until_it_is_decided(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    calm = make_record(
        runtime, ANA | {"td.clot_sign": "no", "med.class": ["none"], "pr.overall": "medium"}
    )
    assert (stop(runtime, donna, ana), stop(runtime, donna, calm)) == ("open", "")
    decide(runtime, donna, ana, Decision("C01", "followed"))
    assert stop(runtime, donna, ana) == "open"
    decide(runtime, donna, ana, ADAPT)
    assert stop(runtime, donna, ana) == "decided"


def test_a_note_that_was_swapped_or_made_outside_is_not_believed(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    calm = make_record(runtime, ANA | {"td.clot_sign": "no"})
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Record, ana).sealed_status = session.get_one(Record, calm).sealed_status
    assert stop(runtime, donna, ana) == "unknown"
    forged = json.dumps({"role": "status", "record_id": ana, "stops": []}).encode()
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Record, ana).sealed_status = age.encrypt_to(
            forged, recipients.pinned_recipients(runtime)
        )
    assert stop(runtime, donna, ana) == "unknown"


def test_every_note_has_the_same_length_and_needs_a_key(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    calm = make_record(runtime, ANA | {"td.clot_sign": "no"})
    with transaction(runtime.engine, write=False) as session:
        one, two = (session.get_one(Record, record).sealed_status or b"" for record in (ana, calm))
    assert len(one) // age.BLOCK == len(two) // age.BLOCK == 1  # age's header has a random length
    assert b"A05" not in one


def test_a_record_made_before_there_were_notes_says_nothing(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Record, ana).sealed_status = None
    assert stop(runtime, donna, ana) == ""


def test_a_draft_comes_back_to_them_alone_and_is_gone_once_signed(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    hire(runtime, ROSA)
    rosa = enter(runtime, ROSA)
    decisions.save_draft(runtime, donna, ana, [ADAPT, Decision("C01", "", "ask")])
    assert decisions.load_draft(runtime, donna, ana) == {
        "A05": ADAPT,
        "C01": Decision("C01", "", "ask"),
    }
    assert decisions.load_draft(runtime, rosa, ana) == {}
    decide(runtime, donna, ana, ADAPT)
    assert decisions.load_draft(runtime, donna, ana) == {}


def test_a_draft_is_sealed_and_the_log_knows_no_word_of_it(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    decisions.save_draft(runtime, donna, ana, [ADAPT])
    raw = b"".join(file.read_bytes() for file in runtime.settings.data.glob("intake.db*"))
    assert b"Dr. Patel" not in raw
    with transaction(runtime.engine, write=False) as session:
        logged = session.scalars(
            select(AuditEvent.data_json).where(AuditEvent.action == "decisions.saved")
        ).all()
    assert [list(json.loads(one)) for one in logged] == [["sealed"]]


def test_a_draft_that_somebody_else_put_there_counts_as_none(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    decisions.save_draft(runtime, donna, ana, [ADAPT])
    forged = {"role": "decisions", "record_id": ana, "by": donna.practitioner_id, "decisions": []}
    with transaction(runtime.engine, write=True) as session:
        row = session.get_one(DecisionDraft, (ana, donna.practitioner_id))
        row.sealed = age.encrypt_to(
            json.dumps(forged).encode(), recipients.pinned_recipients(runtime)
        )
    assert decisions.load_draft(runtime, donna, ana) == {}
    with pytest.raises(authenticity.NoSuchRecord):
        decisions.save_draft(runtime, donna, "0" * 32, [ADAPT])


def test_the_record_keeps_its_own_words_when_the_rules_change(
    runtime: Runtime, donna: StaffIdentity, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_record.open_record(runtime, donna, ana).cautions

    rules = RULES_1
    milder = replace(
        rules, rules=tuple(replace(rule, reason="Something else.") for rule in rules.rules)
    )
    monkeypatch.setattr("intake_app.intake.signing.rules_of", lambda sha256: milder)
    assert open_record.open_record(runtime, donna, ana).cautions == before
    assert {
        one.title
        for one in open_record.open_record(runtime, donna, make_record(runtime, ANA)).cautions or ()
    } == {"Something else"}


def test_a_record_signed_before_there_were_rules_still_opens_and_says_so(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    old = "e" * 32
    with transaction(runtime.engine, write=True) as session:
        row = session.get_one(Record, ana)
        kept = json.loads(age.decrypt_with(row.sealed, donna.identities))
        del kept["flags"]
        kept |= {"v": 1, "record_id": old, "copy": kept["copy"] | {"token_hash": "ab" * 32}}
        blob = age.encrypt_to(json.dumps(kept).encode(), recipients.pinned_recipients(runtime))
        digest = hashlib.sha256(blob).hexdigest()
        values = {
            "status": "sealed",
            "definition_sha256": row.definition_sha256,
            "signed_at": row.signed_at,
        }
        session.add(
            Record(id=old, sealed=blob, sealed_sha256=digest, directory=row.directory, **values)
        )
        audit.append(
            session, runtime.keys, "record.signed", "client", old, now=row.signed_at, sealed=digest
        )
    found = open_record.open_record(runtime, donna, old)
    assert (found.cautions, found.has_pdf) == (None, True)
    assert found.paper.card.note.startswith("Signed before this app had caution rules")
    assert [row.label for row in found.paper.read_first]


def test_answers_about_today_are_out_of_date_after_a_day(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    for hours, said in ((23, ""), (25, "The answers about today are more than 24 hours old.")):
        later = replace(runtime, clock=lambda hours=hours: runtime.clock() + timedelta(hours=hours))
        assert open_record.open_record(later, donna, ana).paper.card.stale.startswith(said)
        assert bool(open_record.open_record(later, donna, ana).paper.card.stale) == bool(said)
