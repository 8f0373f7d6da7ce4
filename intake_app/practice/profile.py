"""The practice's own card and its own day."""

from datetime import date
from functools import cache, lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select

from intake_app.core.runtime import Runtime
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.staff import Practitioner
from intake_app.questionnaire import Context, Questionnaire, latest, released, rules_of

FORM = "massage_intake"
PRACTICE = cast(Table, Practice.__table__)


def load_profile(runtime: Runtime) -> Practice | None:
    """Name, address and rules of the practice; None before it is set up."""
    with transaction(runtime.engine, write=False) as session:
        found = session.get(Practice, 1)
        if found is not None:
            session.expunge(found)
    return found


@lru_cache(maxsize=2)
def profile_of_row(*row: object) -> Practice:
    """The practice of this row of PRACTICE, for reading only.

    Made again when the row says something else.
    """
    return Practice(**dict(zip(PRACTICE.c.keys(), row, strict=True)))


def today(runtime: Runtime) -> date:
    """The calendar day where the practice is; UTC before it is set up."""
    return runtime.clock().astimezone(zone_of(load_profile(runtime))).date()


def zone_of(practice: Practice | None) -> ZoneInfo:
    """The time zone of the practice; UTC before it is set up."""
    return ZoneInfo(practice.timezone if practice else "UTC")


def form_of(practice: Practice | None) -> Questionnaire:
    """The version of the form that the practice's new clients fill in; the newest before set-up."""
    return latest(FORM) if practice is None else _released_form(practice.form_version)


@cache
def _released_form(version: str) -> Questionnaire:
    return released(FORM, version)


def context_of(practice: Practice | None, today: date, questionnaire: Questionnaire) -> Context:
    """What a form knows without asking: the day, its rules, and what the practice said of itself.

    What it did not say counts as no.
    """
    rules = rules_of(questionnaire.sha256)
    if practice is None:
        return Context(today, stop_raised=rules.any_stop)
    return Context(
        today,
        allergen_free=practice.allergen_free,
        prenatal_trained=practice.prenatal_trained,
        stop_raised=rules.any_stop,
    )


def team(runtime: Runtime) -> tuple[str, ...]:
    """Names of the people who treat clients here."""
    treats = Practitioner.role.in_(("owner", "therapist")) & Practitioner.disabled_at.is_(None)
    with transaction(runtime.engine, write=False) as session:
        return tuple(
            session.scalars(
                select(Practitioner.name).where(treats).order_by(Practitioner.created_at)
            )
        )
