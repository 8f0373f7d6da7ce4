"""Questions about today, asked again on arrival: signed as an addendum, and read together with the record.

The record is never touched. Signing needs no key: the addendum holds her new answers, and what these alone raise. Once
a therapist is signed in, the new answers stand in place of the old ones and all flags are evaluated again, with the
rules of the moment of signing; what she decided about a flag that looks at today's answers has to be decided again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from intake_app.house import House
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.questionnaire import Journey, Level, flag_rules, flag_rules_by_sha256, summary
from intake_app.questionnaire.arrival import about_today, rules_asking
from intake_app.record.addendum import Entry
from intake_app.record.card import Line
from intake_app.services import addenda, agreement, arrivals, caution, drafts, evidence, practice
from intake_app.services.addenda import About, By, Content, Signed
from intake_app.services.caution import Caution
from intake_app.services.drafts import OpenDraft
from intake_app.services.state import State

TITLE = "Questions about today, asked again"
LEAD = (
    "The answers about the day were more than 24 hours old, so the client answered them again. Prompts below are those "
    "that these answers raise by themselves; with the form they belong to there may be more or fewer."
)
INTENT = "By typing my name and pressing the button I confirm my answers about today."
REMEMBERED = timedelta(minutes=10)  # a second press finds that the first one counted


class NotReady(Exception):
    """A question is still open, or somebody who has to sign did not."""


class RecordGone(Exception):
    """The record was erased meanwhile."""


def sign(house: House, draft: OpenDraft, signatures: Sequence[Mapping[str, Any]]) -> None:
    """Seal her answers as an addendum and forget the short form. Doing it twice is once.

    Raises NotReady, RecordGone, or DraftChanged when another tab saved meanwhile.
    """
    state, journey = draft.state, draft.journey(practice.today(house))
    if state.arrival is None or state.evidence is not None:
        return
    if not journey.complete() or not agreement.all_signed(journey, signatures):
        raise NotReady
    of = state.arrival
    about = About(of["record_id"], of["signed_at"], of["name"], state.birth_date or "", draft.questionnaire.language)
    name = signatures[-1]["name"]
    with transaction(house.engine, write=True) as session:
        record = session.get(Record, about.record_id, with_for_update=True)
        if record is None:
            raise RecordGone
        content = _content(draft, journey, signatures)
        signed = addenda.put(session, house, about, By("client", name, "signer"), arrivals.KIND, content)
        record.opened_at = None  # news: it waits for a therapist again
        over = State(birth_date=state.birth_date, arrival=dict(of), evidence={"addendum": signed["addendum_id"]})
        until = house.clock() + REMEMBERED
        drafts.write(session.connection(), house, draft, over, expires_at=until)
    addenda.finish(house, signed)


def _content(draft: OpenDraft, journey: Journey, signatures: Sequence[Mapping[str, Any]]) -> Content:
    asked = {item.link_id for step in journey.steps for item in journey.items(step)}
    rules = flag_rules()
    flags = caution.evaluated(rules, journey)
    own = [one for one in flags["raised"] if asked & set(one["raised_by"])]
    raised = caution.cautions({"flags": {**flags, "raised": own}}, journey) or ()
    data = {
        "questionnaire": draft.questionnaire.sha256,
        "asked": sorted(asked),
        "answers": {key: value for key, value in journey.live().items() if key in asked},
        "rules": rules.sha256,
        "told": list(draft.state.told),
    }
    entries = [*_answered(journey), *map(_raised, raised), _signed_by(signatures)]
    return Content(TITLE, LEAD, entries, data, signatures[-1]["name"], INTENT)


def _answered(journey: Journey) -> Iterable[Entry]:
    for section in summary(journey):
        rows = tuple(Line(row.label, row.text) for row in section.rows)
        yield Entry(section.title, "", rows, ())


def _raised(one: Caution) -> Entry:
    return Entry(one.title, one.tag, one.quotes, (Line("Suggested", one.action), Line("Rule", one.code)))


def _signed_by(signatures: Sequence[Mapping[str, Any]]) -> Entry:
    lines = (Line(agreement.CAPACITIES[mark["role"]], _named(mark)) for mark in signatures)
    return Entry("Confirmed by", "", (), tuple(lines))


def _named(mark: Mapping[str, Any]) -> str:
    return f"{mark['name']} ({mark['relationship']})" if mark["relationship"] else str(mark["name"])


def latest(signed: Iterable[Signed]) -> Signed | None:
    """The newest of these addenda that holds answers about today, None without one."""
    return next((one for one in reversed(tuple(signed)) if one.kind == arrivals.KIND), None)


def joined(proof: Mapping[str, Any], signed: Iterable[Signed]) -> Mapping[str, Any]:
    """The evidence of a record as it is to be read now: with the newest answers about today, and their flags.

    `asked_again` says which questions, `asked_again_at` when, `stops_before` which STOPs of the form, or of answers
    about an earlier day, the new ones do not raise: a red flag that came and went is still something to ask about.
    Without such an addendum it is the evidence itself.
    """
    told = [_with(proof, one) for one in signed if one.kind == arrivals.KIND]
    if not told:
        return proof
    *earlier, now = (proof, *told)
    raised = {one["code"] for one in now["flags"]["raised"]}
    before = (one for read in earlier for one in read.get("flags", {}).get("raised", ()))
    gone = {one["code"]: one for one in before if one["level"] == Level.STOP.name and one["code"] not in raised}
    return {**now, "stops_before": list(gone.values())}


def _with(proof: Mapping[str, Any], addendum: Signed) -> dict[str, Any]:
    """The evidence with the answers of this addendum in place of its own, and their flags."""
    data = addendum.data
    kept = {key: value for key, value in proof["answers"].items() if key not in data["asked"]}
    told = {"asked_again": data["asked"], "asked_again_at": addendum.at.isoformat()}
    now = {**proof, "answers": {**kept, **data["answers"]}, **told}
    journey = agreement.witnessed(evidence.journey_of(now), proof["consents"], proof["signatures"])
    return now | {"flags": caution.evaluated(flag_rules_by_sha256(data["rules"]), journey)}


def in_words(current: Mapping[str, Any]) -> tuple[Line, ...]:
    """The newest answers about today of a joined evidence, () when they were not asked again."""
    if "asked_again_at" not in current:
        return ()
    journey = evidence.journey_of(current)
    today = {item.link_id for item in about_today(journey.questionnaire)}
    rows = (row for section in summary(journey) for row in section.rows)
    return tuple(Line(row.label, row.text) for row in rows if row.link_id in today and not row.unanswered)


def undecides(addendum: Signed) -> frozenset[str]:
    """The flags about which an earlier decision counts no more: their rules look at what was asked again."""
    return rules_asking(flag_rules_by_sha256(addendum.data["rules"]), frozenset(addendum.data["asked"]))
