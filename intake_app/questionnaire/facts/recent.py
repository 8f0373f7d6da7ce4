"""Facts about surgeries, injuries and risks as massage_intake 2.0.0 asks about them.

Who is not sure when it was is not taken for today: an unknown date counts as eight days, inside
every window of two, six and twelve weeks and outside “the last 7 days”.
"""

from collections.abc import Callable, Iterable, Mapping

from intake_app.questionnaire.context import Answer, Answers, Context
from intake_app.questionnaire.facts.fact import Value, has, rows, ticked
from intake_app.questionnaire.facts.history import DAYS, INJURIES, SURGERIES
from intake_app.questionnaire.facts.person import age

UNKNOWN_DATE = 8
SIX_WEEKS = 42
TWELVE_WEEKS = 84
KINDS = (
    *("fracture", "small_bone", "dislocation", "sprain", "crash", "head", "fall", "burn", "cut"),
    "other",
)
SKIN = "skin"
"""The size of a surgery that was only a small cut in the skin."""
Row = Mapping[str, Answer]

WEEKS_AFTER_BIRTH = 12
RISK_QUESTIONS = (
    *(SURGERIES, "sx.hospital", "td.recent", "rp.pregnant", "rp.pp_weeks", "hx.cancer"),
    *("med.class", "hx.cardio", "hx.immune", "ls.smoke", "td.sick", "id.dob"),
)
NECK_QUESTIONS = ("hx.nerve", "med.class", "ls.smoke", "hx.cardio", INJURIES)
NO_HEALTH_ANSWER = ("go.", "pr.", "cl.", "ok.", "dr.ok_", "ex.", "cm.")
"""Not sure how firm, what a doctor said, or how past massages were: no unknown health answers."""


def days_since(row: Row) -> int:
    """The fewest days since what this row tells of; UNKNOWN_DATE when the client is not sure."""
    when = row.get("when")
    if when == "unsure" or not isinstance(when, str):
        return UNKNOWN_DATE
    return DAYS.get(when, UNKNOWN_DATE)


def latest(
    question: str, counts: Callable[[Row], bool]
) -> Callable[[Answers, Context], int | None]:
    """The fact: days since the latest row of this question that counts; None without one."""

    def fewest(answers: Answers, context: Context) -> int | None:
        return _fewest(row for row in rows(answers, question) if counts(row))

    return fewest


def _fewest(found: Iterable[Row]) -> int | None:
    return min(map(days_since, found), default=None)


def surgery_rows(answers: Answers, days: int) -> list[Row]:
    """The surgeries of the last so many days, without small cuts in the skin."""
    return [row for row in rows(answers, SURGERIES) if not _is_skin(row) and _within(row, days)]


def skin_surgery_rows(answers: Answers, days: int) -> list[Row]:
    """The small cuts in the skin of the last so many days."""
    return [row for row in rows(answers, SURGERIES) if _is_skin(row) and _within(row, days)]


def injury_rows(answers: Answers, days: int, *kinds: str) -> list[Row]:
    """The injuries of these kinds of the last so many days."""
    found = (row for row in rows(answers, INJURIES) if row.get("kind") in kinds)
    return [row for row in found if _within(row, days)]


def _within(row: Row, days: int) -> bool:
    return days_since(row) <= days


def _is_skin(row: Row) -> bool:
    return row.get("size") == SKIN


def _is_major(row: Row) -> bool:
    return row.get("size") not in (SKIN, "small")


def of_kind(kind: str) -> Callable[[Row], bool]:
    """Whether an injury is of this kind."""
    return lambda row: row.get("kind") == kind


FACTS: Mapping[str, Callable[[Answers, Context], Value | None]] = {
    "days_since_surgery": latest(SURGERIES, lambda row: not _is_skin(row)),
    "days_since_major_surgery": latest(SURGERIES, _is_major),
    "days_since_skin_surgery": latest(SURGERIES, _is_skin),
    "days_since_injury": latest(INJURIES, lambda row: True),
    **{
        f"days_since_{name}": latest(INJURIES, of_kind(kind))
        for name, kind in {
            "fracture": "fracture",
            "small_bone": "small_bone",
            "dislocation": "dislocation",
            "sprain": "sprain",
            "crash": "crash",
            "head_injury": "head",
        }.items()
    },
}
"""Days since the latest of each; a missing size counts as major."""


def clot_risk_count(answers: Answers, context: Context) -> int:
    """How many of the things that make a blood clot more likely are there.

    Sources S18, S42, and for varicose veins, age with rest, and long COVID the rule B06.
    """
    still = has(answers, "td.recent", "still")
    years = age(answers, context)
    return sum(
        (
            _operated(answers, context) or answers.get("sx.hospital") == "yes",
            still,
            still and years is not None and years >= 70,
            answers.get("rp.pregnant") in ("yes", "maybe") or after_birth(answers),
            answers.get("hx.cancer") == "now",
            has(answers, "med.class", "hormone"),
            has(answers, "hx.cardio", "clotting"),
            has(answers, "hx.cardio", "varicose"),
            answers.get("ls.smoke") == "yes",
            has(answers, "td.sick", "covid") or has(answers, "hx.immune", "cfs"),
        )
    )


def _operated(answers: Answers, context: Context) -> bool:
    days = FACTS["days_since_major_surgery"](answers, context)
    return days is not None and days <= TWELVE_WEEKS


def after_birth(answers: Answers) -> bool:
    """Whether a birth was in the last 12 weeks, or it is not said how long ago."""
    if answers.get("rp.pregnant") not in ("after_birth", "postpartum"):
        return False
    weeks = answers.get("rp.pp_weeks")
    return not isinstance(weeks, int) or weeks <= WEEKS_AFTER_BIRTH


def neck_risk_count(answers: Answers, context: Context) -> int:
    """How many things that make a torn neck artery more likely are there (Rushton 2023)."""
    crashes = injury_rows(answers, TWELVE_WEEKS, "crash")
    return sum(
        (
            has(answers, "hx.nerve", "migraine"),
            has(answers, "med.class", "hormone"),
            answers.get("ls.smoke") == "yes",
            has(answers, "hx.cardio", "hbp"),
            bool(crashes),
        )
    )


def antiplatelet_count(answers: Answers, context: Context) -> int:
    """How many kinds of medicine that make the blood clot less are taken."""
    return len({"aspirin", "platelet", "thinner"} & set(ticked(answers, "med.class")))


def unsure_count(answers: Answers, context: Context) -> int:
    """How many health questions were answered “Not sure”, lists with nothing else ticked too."""
    return sum(
        value in ("unsure", ["unsure"])
        for link_id, value in answers.items()
        if not link_id.startswith(NO_HEALTH_ANSWER)
    )
