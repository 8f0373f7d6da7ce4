"""The next visit of a client: which last answers may be used again, and what changed since then."""

from collections.abc import Collection
from dataclasses import dataclass

from intake_app.questionnaire.body.marks import PAIN
from intake_app.questionnaire.context import Answer, Answers, codes_in, table_in
from intake_app.questionnaire.day_of_visit import is_about_today
from intake_app.questionnaire.item_types import is_notable, text_of
from intake_app.questionnaire.journey import Journey
from intake_app.questionnaire.model import Item, Questionnaire, Section
from intake_app.questionnaire.summary import NOT_ANSWERED, SummaryRow, summarise

NUMBERS = {"v.pain_now", "v.pain_worst", "med.pain_last", "rp.weeks", "rp.pp_weeks"}
LATELY = {
    "hx.angina_rest",
    "hx.belly_new",
    "hx.cancer_chemo72",
    "hx.immune_flare",
    "hx.ra_flare",
    "hx.sickle_crisis",
    "hx.skin_active",
    "rp.signs",
    "sx.hospital",
    "sx.implant_new",
}
AFRESH = frozenset({*NUMBERS, *LATELY, "min.child_agrees"})
"""The volatile questions of definitions that mark none: what is another number on another day, what
asks about now or the last days, and a child's own yes.
"""

SAME_IN_EVERY_FORM = frozenset(
    {
        *("id.first_name", "id.last_name", "id.preferred_name", "id.pronouns", "id.gender"),
        *("id.address", "id.phone", "id.email", "id.contact_pref", "id.access_needs"),
        *("id.helper_name", "em.name", "em.phone", "rep.name", "rep.phone"),
        *("min.guardian_name", "min.guardian_relation", "min.guardian_phone"),
        *("pr.overall", "pr.hurt", "cm.scent", "cm.lube", "cm.undress", "cm.talk"),
        *("mh.help", "mh.stop_sign", "go.length", "ex.had", "ex.liked", "ex.disliked"),
    }
)
"""What is carried over from a form with another first number: who somebody is and what they like.

Answers about health are not: the same id has other choices there, or asks in another way, so an old
“none” says nothing of what the newer question means (hx.cancer, med.class, hx.immune and others).
"""


NOTHING_SAID = ("no", "none", "never", "na")
"""Answers that say that there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose answer is not what it was, in words. notice: one of both is read first."""

    link_id: str
    label: str
    before: str
    after: str
    notice: bool


def questions_asked_afresh(questionnaire: Questionnaire) -> frozenset[str]:
    """The link_ids whose old answers are worth nothing: they are about the day itself."""
    volatile = questionnaire.volatile() or AFRESH
    return frozenset(
        item.link_id
        for item in questionnaire.items
        if is_about_today(item) or item.link_id in volatile
    )


def reusable(
    questionnaire: Questionnaire, answers: Answers, version: str = ""
) -> dict[str, Answer]:
    """Of earlier answers, to this or another version: those that still say something.

    Their questions still exist and are not of the day. Whether each answer still fits is the
    Journey's to say: one that does not is asked again. version: of the questionnaire that they
    answer, "" for this one.
    """
    afresh = questions_asked_afresh(questionnaire)
    is_same_kind = _first_number(version or questionnaire.version) == _first_number(
        questionnaire.version
    )
    asked = (
        item
        for item in questionnaire.items
        if item.link_id in answers
        and item.link_id not in afresh
        and (is_same_kind or item.link_id in SAME_IN_EVERY_FORM)
    )
    kept = ((item.link_id, _carried(item, answers[item.link_id])) for item in asked)
    return {link_id: answer for link_id, answer in kept if answer is not None}


def _carried(item: Item, answer: Answer) -> Answer:
    """What of an answer is filled in the next time; None for nothing.

    On a body map of its own that is no pain: it has another strength on another day. Where nothing
    else was marked, the map is asked afresh.
    """
    if item.carried:
        return answer if answer in item.carried else None
    if not item.marks or item.of or not answer:
        return answer
    marks = {
        place: {kind: mark for kind, mark in table_in(one).items() if kind != PAIN}
        for place, one in table_in(answer).items()
    }
    return {place: one for place, one in marks.items() if one} or None


def section_answers(section: Section, answers: Answers) -> dict[str, Answer]:
    """Those of the answers that belong to this part."""
    link_ids = (item.link_id for step in section.steps for item in step.items)
    return {link_id: answers[link_id] for link_id in link_ids if link_id in answers}


def section_rows(journey: Journey, section: Section, answers: Answers) -> tuple[SummaryRow, ...]:
    """What these answers to this part say in words, private steps too.

    The journey holds the answers already.
    """
    steps = {step.id for step in section.steps}
    rows = (row for part in summarise(journey) for row in part.rows)
    return tuple(
        row
        for row in rows
        if row.step_id in steps and row.link_id in answers and not row.unanswered
    )


def completed_steps(journey: Journey, section: Section) -> list[str]:
    """The ids of this part's steps that need nothing more from the client."""
    return [step.id for step in section.steps if journey.items(step) and not journey.missing(step)]


def changes(before: Journey, after: Journey, left_out: Collection[str] = ()) -> tuple[Change, ...]:
    """Every question whose answer changed, once; what is read first comes first, the rest in order.

    Answers that do not count in their journey are no answers. left_out: questions not to compare;
    those about the day are none, where the newer walk had no pages of the day. Between forms with
    another first number only what both ask is compared, by its words, and a “No” to what is not
    asked any more is no change.
    """
    old = before.live()
    new = after.live()
    if not after.context.visit_today:
        left_out = {*left_out, *_of_the_day(after.questionnaire)}
    found = [
        _change(link_id, item, before, after)
        for link_id, item in _items(after, before).items()
        if old.get(link_id) != new.get(link_id) and link_id not in left_out
    ]
    if not same_kind(before.questionnaire, after.questionnaire):
        found = [change for change in found if _is_told_between_forms(change, before, after)]
    return tuple(sorted(found, key=lambda change: not change.notice))


def same_kind(one: Questionnaire, other: Questionnaire) -> bool:
    """Whether two versions have the same first number: the same ids mean the same."""
    return _first_number(one.version) == _first_number(other.version)


def _first_number(version: str) -> str:
    return version.partition(".")[0]


def _is_told_between_forms(change: Change, before: Journey, after: Journey) -> bool:
    asked = {item.link_id for item in before.questionnaire.items}
    asked &= {item.link_id for item in after.questionnaire.items}
    if change.link_id not in asked or change.before == change.after:
        return False
    item = before.questionnaire.item(change.link_id)
    answer = before.live().get(change.link_id)
    said_nothing = answer in NOTHING_SAID or item.exclusive.issuperset(codes_in(answer) or [""])
    return change.after != NOT_ANSWERED or not (answer is None or said_nothing)


def _of_the_day(questionnaire: Questionnaire) -> set[str]:
    return {item.link_id for step in questionnaire.day_steps for item in step.items}


def _items(*journeys: Journey) -> dict[str, Item]:
    """The questions of the first journey, then those that only an earlier version had."""
    items: dict[str, Item] = {}
    for journey in journeys:
        for item in journey.questionnaire.items:
            items.setdefault(item.link_id, item)
    return items


def _change(link_id: str, item: Item, before: Journey, after: Journey) -> Change:
    words = []
    notice = False
    for journey in (before, after):
        value = journey.live().get(link_id)
        if value is None:
            words.append(NOT_ANSWERED)
            continue
        own_item = journey.questionnaire.item(link_id)
        words.append(text_of(own_item, value))
        notice = notice or is_notable(own_item, value)
    return Change(link_id, item.label, words[0], words[1], notice)
