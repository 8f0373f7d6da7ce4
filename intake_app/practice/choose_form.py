"""Which version of the form new clients fill in, and who has read what it asks and says."""

from dataclasses import dataclass
from datetime import date

from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.practice.profile import FORM
from intake_app.questionnaire import latest


class FormMovedOn(Exception):
    """The version that was shown is not the newest one, or another one is in use by now."""


@dataclass(frozen=True, slots=True)
class FormInUse:
    """newer: a version that could be used instead, "" without one.

    read_by: who has read the questions, rules and agreements of this version, "" for nobody;
    read_on: when.
    """

    version: str
    newer: str
    read_by: str
    read_on: date | None


def newer_form(practice: Practice) -> str:
    """The newest released version, "" while the practice uses it already."""
    newest = latest(FORM).version
    return "" if newest == practice.form_version else newest


def use_form(runtime: Runtime, before: str, after: str, by: str) -> None:
    """From now on new forms are begun on this version; there is no way back.

    Forms that were begun are finished on their own version, and records stay what they are.
    before, after: the versions that the person saw. Pressed twice it counts once. Raises
    FormMovedOn.
    """
    with transaction(runtime.engine, write=True) as session:
        practice = session.get_one(Practice, 1, with_for_update=True)
        if practice.form_version == after:
            return
        if practice.form_version != before or newer_form(practice) != after:
            raise FormMovedOn
        practice.form_version = after
        audit.append(
            session,
            runtime.keys,
            "practice.form_changed",
            by,
            "practice",
            now=runtime.clock(),
            **{"from": before, "to": after},
        )


def form_in_use(practice: Practice) -> FormInUse:
    """The version that new clients fill in. What was read of another version does not count."""
    version = practice.form_version
    read = bool(practice.content_read_by) and practice.content_read_version == version
    return FormInUse(
        version=version,
        newer=newer_form(practice),
        read_by=practice.content_read_by if read else "",
        read_on=date.fromisoformat(practice.content_read_on) if read else None,
    )


def confirm_content_read(
    runtime: Runtime, version: str, readers: str, read_on: date, by: str
) -> None:
    """Keep who has read the content of this version, and when.

    readers: their names and what they are. Raises FormMovedOn when another version is in use.
    """
    with transaction(runtime.engine, write=True) as session:
        practice = session.get_one(Practice, 1, with_for_update=True)
        if practice.form_version != version:
            raise FormMovedOn
        practice.content_read_by = readers
        practice.content_read_on = read_on.isoformat()
        practice.content_read_version = version
        audit.append(
            session,
            runtime.keys,
            "practice.content_read",
            by,
            "practice",
            now=runtime.clock(),
            version=version,
        )
