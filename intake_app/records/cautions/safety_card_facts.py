"""What else a therapist must know before she starts: allergies, position, goals, people, and the client’s own words."""

from collections.abc import Iterable, Mapping
from typing import Any

from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire import Journey, text_of
from intake_app.records import consent_words

IN_PERSON = ("talk", "skip")
OWN_WORDS = (
    "dr.told_avoid_details",
    "td.changed",
    "td.injury_details",
    "td.lump_details",
    "td.joint_hot_details",
    "hx.seizure_trigger",
    "hx.tumor_details",
    "hx.other_what",
    "hx.other",
    "sx.hospital_details",
    "dr.under_care_details",
    "ls.restrict_details",
    "min.limits",
    "id.access_needs",
)
"""Where a client may write of a danger that no tick and so no rule knows, in definitions that mark
no question with `card = "own_words"`.
"""
SHORT, REST = 200, " … (the rest: all answers)"


def talk(journey: Journey) -> tuple[str, ...]:
    """What she would rather tell in person; of what stands on a page of its own, a flag says so."""
    answers, form = journey.live(), journey.questionnaire
    return tuple(
        item.label
        for item in form.items
        if item.link_id not in form.private
        and any(
            code in IN_PERSON and "in person" in item.labels.get(code, "")
            for code in _given(answers, item.link_id)
        )
    )


def own_words(journey: Journey) -> tuple[LabelledText, ...]:
    """What she wrote herself about dangers, the first words of each."""
    answers, item = journey.live(), journey.questionnaire.item
    asked = journey.questionnaire.on_card("own_words") or OWN_WORDS
    known = [one for one in asked if one in answers]
    return tuple(LabelledText(item(one).label, _begin(answers[one])) for one in known)


def _begin(text: str) -> str:
    """On one line, and cut where it is long; also between signs, because not every script has spaces."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - len(REST)].rstrip() + REST


def _given(answers: Mapping[str, Any], link_id: str) -> list[str]:
    value = answers.get(link_id, [])
    return [
        code for code in (value if isinstance(value, list) else [value]) if isinstance(code, str)
    ]


def facts(proof: Mapping[str, Any], journey: Journey) -> Iterable[LabelledText]:
    """Allergies, position, wishes, goals, agreements, people: one line each, none where there is nothing to say."""
    said = _Said(journey)
    yield LabelledText("Allergies", said.all("al.list", "al.reaction", "al.details") or "Not asked")
    yield LabelledText("Position", said.position())
    if wish := said.all("cm.scent", "cm.lube"):
        yield LabelledText("Oils and scents, her wish", wish)
    goals = said.all("go.rank") or said.all("go.goals")
    function = f" “{said.text('go.function')}”" if said.text("go.function") else ""
    yield LabelledText("Goals", (goals + function) or "None named")
    yield LabelledText("Agreement limits", _agreed(proof, journey))
    if people := said.people():
        yield LabelledText("People", people)


class _Said:
    """Answers in words."""

    def __init__(self, journey: Journey) -> None:
        self.answers, self.questionnaire = journey.live(), journey.questionnaire

    def text(self, link_id: str) -> str:
        if link_id not in self.answers:
            return ""
        return text_of(self.questionnaire.item(link_id), self.answers[link_id])

    def all(self, *link_ids: str) -> str:
        return ". ".join(text for link_id in link_ids if (text := self.text(link_id)))

    def position(self) -> str:
        ways = self.answers.get("cm.position", [])
        parts = [] if "face_down" in ways else ["Not face down"]
        parts += [self.text("cm.position").replace(" is OK", "")] if ways else []
        parts += (
            ["Needs help on and off the table"]
            if self.answers.get("cm.table_help") == "yes"
            else []
        )
        return ". ".join(parts)

    def people(self) -> str:
        parts = [f"Helped by {self.text('id.helper_name')}"] if self.text("id.helper_name") else []
        parts += ["Needs an interpreter"] if self.answers.get("id.interpreter") == "yes" else []
        parts += (
            [f"Speaks {self.text('id.language_other') or self.text('id.language')}"]
            if parts
            else []
        )
        for who, *more in (
            ("min.guardian_name", "min.guardian_phone", "min.presence"),
            ("rep.name", "rep.phone"),
        ):
            label = "Parent or guardian" if who.startswith("min.") else "Health choices are made by"
            parts += (
                [f"{label}: {', '.join(filter(None, map(self.text, (who, *more))))}"]
                if self.text(who)
                else []
            )
        parts += (
            ["Wants another person in the room"]
            if self.answers.get("cm.chaperone") == "yes"
            else []
        )
        return ". ".join(parts)


def _agreed(proof: Mapping[str, Any], journey: Journey) -> str:
    """How far sensitive places may be touched, where she did not say so, and what she did not agree to."""
    answers = journey.live()
    parts = [
        f"{label}: {consent_words.ALLOWED[answers[key]]}"
        for key, label in consent_words.SENSITIVE.items()
        if answers.get(key) in consent_words.ALLOWED
    ]
    silent = ", ".join(
        label.lower() for key, label in consent_words.SENSITIVE.items() if key not in answers
    )
    parts += [f"Not answered, so ask first: {silent}"] if silent else []
    refused = [one["title"] for one in proof["consents"] if not one["agreed"]]
    parts += [f"Not agreed: {', '.join(refused)}"] if refused else []
    return ". ".join(parts) or "None"
