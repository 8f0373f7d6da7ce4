"""Facts about surgeries, injuries and risks that add up."""

from collections.abc import Callable, Iterable, Mapping

from intake_app.questionnaire.context import Answer, Answers, Context
from intake_app.questionnaire.facts.fact import has, rows, ticked

SURGERIES = "sx.surg"
INJURIES = "sx.inj"
DAYS = {"lt1w": 0, "w1to2": 8, "w2to6": 15, "w6to12": 43, "m3to12": 85, "gt1y": 366, "unsure": 0}
"""The answers to “How long ago?” as the fewest days they can mean."""
CLOT_RISKS = (
    *(
        SURGERIES,
        "sx.hospital",
        "td.immobile",
        "rp.pregnant",
        "hx.cancer",
        "med.class",
        "hx.cardio",
    ),
    *("ls.smoke", "td.sick"),
)
BODY_SIGNS = ("weight", "sweats", "tired", "glands")
NOT_HEALTH = ("go.", "pr.", "cl.")
"""Not sure how long, how firm, or whether the doctor said yes: no unknown health answers."""


def days_since(row: Mapping[str, Answer]) -> int:
    """The fewest days since what this row tells of. Who is not sure may have had it today."""
    when = row.get("when")
    return DAYS.get(when, 0) if isinstance(when, str) else 0


def surgeries(answers: Answers, days: int) -> list[Mapping[str, Answer]]:
    """The surgeries of the last so many days."""
    return [row for row in rows(answers, SURGERIES) if days_since(row) <= days]


def injuries(answers: Answers, days: int, *kinds: str) -> list[Mapping[str, Answer]]:
    """The injuries of these kinds of the last so many days."""
    return [
        row
        for row in rows(answers, INJURIES)
        if row.get("kind") in kinds and days_since(row) <= days
    ]


def surgery_days(answers: Answers, context: Context) -> int | None:
    """Days since the latest surgery."""
    return _latest(rows(answers, SURGERIES))


def major_surgery_days(answers: Answers, context: Context) -> int | None:
    """Days since the latest major surgery. One with no answer to “major” counts as major."""
    return _latest(row for row in rows(answers, SURGERIES) if row.get("major") != "no")


def injury_days(kind: str) -> Callable[[Answers, Context], int | None]:
    """The fact: days since the latest injury of this kind."""

    def latest(answers: Answers, context: Context) -> int | None:
        return _latest(row for row in rows(answers, INJURIES) if row.get("kind") == kind)

    return latest


def _latest(found: Iterable[Mapping[str, Answer]]) -> int | None:
    return min(map(days_since, found), default=None)


def clot_risks(answers: Answers, context: Context) -> int:
    """How many of eight things that make a blood clot more likely are there (S18, S42)."""
    operated = major_surgery_days(answers, context)
    return sum(
        (
            (operated is not None and operated <= 84) or answers.get("sx.hospital") == "yes",
            answers.get("td.immobile") == "yes",
            answers.get("rp.pregnant") in ("yes", "postpartum"),
            answers.get("hx.cancer") == "now",
            has(answers, "med.class", "hormone"),
            has(answers, "hx.cardio", "clotting"),
            answers.get("ls.smoke") == "yes",
            has(answers, "td.sick", "covid"),
        )
    )


def body_signs(answers: Answers, context: Context) -> int:
    """How many unexplained signs of the whole body there are."""
    return sum(sign in BODY_SIGNS for sign in ticked(answers, "td.unexplained"))


def unsure_answers(answers: Answers, context: Context) -> int:
    """How many health questions were answered “Not sure”."""
    return sum(
        value == "unsure"
        for link_id, value in answers.items()
        if not link_id.startswith(NOT_HEALTH)
    )
