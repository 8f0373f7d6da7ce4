"""What else a therapist must know before they start.

Allergies, position, goals, people, and the client’s own words.
"""

from collections.abc import Iterable

from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire import Answers, Item, Journey, text_of
from intake_app.questionnaire.context import as_text
from intake_app.questionnaire.facts.fact import ticked
from intake_app.records import consent_words
from intake_app.records.sealed.evidence import Evidence

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
RESPONSIBLE = (
    ("Parent or guardian", "min.guardian_name", "min.guardian_phone", "min.presence"),
    ("Health choices are made by", "rep.name", "rep.phone"),
)
"""Who decides for the client: a label, the question for the name, and what more is shown."""
SHORT = 200  # characters
REST = " … (the rest: all answers)"


def talk(journey: Journey) -> tuple[str, ...]:
    """What the client would rather tell in person.

    Of what stands on a page of its own, a flag says so.
    """
    answers = journey.live()
    form = journey.questionnaire
    shown = [item for item in form.items if item.link_id not in form.private]
    return tuple(item.label for item in shown if _is_for_talk(item, answers))


def _is_for_talk(item: Item, answers: Answers) -> bool:
    return any(
        code in IN_PERSON and "in person" in item.labels.get(code, "")
        for code in _chosen_codes(answers, item.link_id)
    )


def own_words(journey: Journey) -> tuple[LabelledText, ...]:
    """What the client wrote about dangers, the first words of each."""
    answers = journey.live()
    form = journey.questionnaire
    asked = form.on_card("own_words") or OWN_WORDS
    answered = [link_id for link_id in asked if link_id in answers]
    return tuple(
        LabelledText(form.item(link_id).label, _begin(as_text(answers[link_id])))
        for link_id in answered
    )


def _begin(text: str) -> str:
    """On one line, and cut where it is long.

    Also between signs, because not every script has spaces.
    """
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - len(REST)].rstrip() + REST


def _chosen_codes(answers: Answers, link_id: str) -> list[str]:
    value = answers.get(link_id, [])
    codes = value if isinstance(value, list) else [value]
    return [code for code in codes if isinstance(code, str)]


def facts(evidence: Evidence, journey: Journey) -> Iterable[LabelledText]:
    """Allergies, position, oils, goals, agreements, people: one line each.

    None where there is nothing to say.
    """
    words = _AnswerWords(journey)
    allergies = words.all("al.list", "al.reaction", "al.details")
    yield LabelledText("Allergies", allergies or "Not asked")
    yield LabelledText("Position", words.position())
    if oils := words.all("cm.scent", "cm.lube"):
        yield LabelledText("Oils and scents", oils)
    goals = words.all("go.rank") or words.all("go.goals")
    function = f" “{words.text('go.function')}”" if words.text("go.function") else ""
    yield LabelledText("Goals", (goals + function) or "None named")
    # Of 1.x a rule says it.
    if journey.questionnaire.day_steps and journey.live().get("ex.had") == "never":
        yield LabelledText("Massage before", "Never: explain each step, start gently")
    if helps := words.all("mh.help"):
        yield LabelledText("What helps", helps)
    if sign := words.text("mh.stop_sign"):
        yield LabelledText("Sign for stop", sign)
    yield LabelledText("Agreement limits", _agreed(evidence, journey))
    if people := words.people():
        yield LabelledText("People", people)


class _AnswerWords:
    """Answers in words."""

    def __init__(self, journey: Journey) -> None:
        self.answers = journey.live()
        self.questionnaire = journey.questionnaire

    def text(self, link_id: str) -> str:
        if link_id not in self.answers:
            return ""
        return text_of(self.questionnaire.item(link_id), self.answers[link_id])

    def all(self, *link_ids: str) -> str:
        return ". ".join(text for link_id in link_ids if (text := self.text(link_id)))

    def position(self) -> str:
        ways = ticked(self.answers, "cm.position")
        parts = []
        if "face_down" not in ways:
            parts.append("Not face down")
        if ways:
            parts.append(self.text("cm.position").replace(" is OK", ""))
        if self.answers.get("cm.table_help") == "yes":
            parts.append("Needs help on and off the table")
        return ". ".join(parts)

    def people(self) -> str:
        parts = self._helpers()
        for label, name, *more in RESPONSIBLE:
            if self.text(name):
                words = ", ".join(filter(None, map(self.text, (name, *more))))
                parts.append(f"{label}: {words}")
        if self.answers.get("cm.chaperone") == "yes":
            parts.append("Wants another person in the room")
        return ". ".join(parts)

    def _helpers(self) -> list[str]:
        """Who helps the client to be understood, and the language when somebody does."""
        parts = []
        if helper := self.text("id.helper_name"):
            parts.append(f"Helped by {helper}")
        if self.answers.get("id.interpreter") == "yes":
            parts.append("Needs an interpreter")
        if parts:
            parts.append(f"Speaks {self.text('id.language_other') or self.text('id.language')}")
        return parts


def _agreed(evidence: Evidence, journey: Journey) -> str:
    """How far sensitive places may be touched, where that is open, and what was not agreed to."""
    answers = journey.live()
    allowed = consent_words.sensitive_places(answers)
    parts = allowed.split("; ") if allowed else []
    silent = ", ".join(
        label.lower() for key, label in consent_words.SENSITIVE.items() if key not in answers
    )
    if silent and consent_words.ONE_QUESTION not in answers:
        parts.append(f"Not answered, so ask first: {silent}")
    refused = [consent.title for consent in evidence.consents if not consent.agreed]
    if refused:
        parts.append(f"Not agreed: {', '.join(refused)}")
    return ". ".join(parts) or "None"
