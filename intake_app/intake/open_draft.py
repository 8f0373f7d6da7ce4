"""A draft that was opened with its token: what is in it, and the walk through it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from intake_app.intake.draft_state import ENGLISH, DraftState, offers
from intake_app.models.practice import Practice
from intake_app.practice.profile import context_of
from intake_app.questionnaire import Answers, Context, Journey, Questionnaire

ON_TABLET = ("tablet", "moved-tablet")
TAKEN_OVER = ("started", "typing", "opened", "identified", "tablet", "moved-phone", "moved-tablet")


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft opened with its token.

    same_browser: False until this browser has shown who it is. was_here: this browser carried it on
    before another one took it over. on_visit_day: it is filled in within a day of its visit, or at
    the practice.
    """

    id: str
    token: str
    rev: int
    state: DraftState
    questionnaire: Questionnaire
    expires_at: datetime
    same_browser: bool
    practice: Practice | None
    was_here: bool = False
    on_visit_day: bool = False

    def journey(self, today: date) -> Journey:
        """The walk through this draft's own version of the questionnaire."""
        return self.journey_with(self.state.answers, today)

    def journey_with(self, answers: Answers, today: date) -> Journey:
        """The same walk as it would be with these answers."""
        known: Answers = {}
        if self.state.day_of_visit and self.birth_date:
            known = {"id.dob": self.birth_date}
        done = frozenset(self.state.done)
        return Journey(self.questionnaire, answers, done, self._context(today), known)

    def _context(self, today: date) -> Context:
        sheet = self.state.transcription
        day = date.fromisoformat(sheet.signed_on) if sheet else today
        context = replace(
            context_of(self.practice, day, self.questionnaire),
            visit_today=self._asks_about_the_day,
            on_the_day=self.state.day_of_visit is not None,
        )
        previous = self.state.previous
        if previous is None:
            return context
        age = timedelta()
        if not previous.full_form_due:
            age = today - date.fromisoformat(previous.full_form_on)
        return replace(context, returning=True, form_age_days=age.days)

    @property
    def _asks_about_the_day(self) -> bool:
        """Whether the walk has the pages of the day.

        Once one of them is answered it keeps them: no answer goes when the clock moves on.
        """
        pages = [step.id for step in self.questionnaire.day_steps]
        return bool(pages) and (self.on_visit_day or not set(pages).isdisjoint(self.state.done))

    @property
    def language(self) -> str:
        """The language of the questions: what was answered, if offered, else what was chosen."""
        if self.state.transcription:
            return ENGLISH  # as the sheet is
        answered = self.state.answers.get("id.language")
        return answered if isinstance(answered, str) and offers(answered) else self.state.language

    @property
    def taken_over_at(self) -> datetime:
        """When the browser that carries it on now took it over.

        Raises IndexError while none has.
        """
        events = [event for event in self.state.events if event.code in TAKEN_OVER]
        return datetime.fromisoformat(events[-1].at)

    @property
    def birth_date(self) -> str | None:
        """The date that a new browser must name, None while nobody has given one."""
        answered = self.state.answers.get("id.dob")
        return answered if isinstance(answered, str) and answered else self.state.birth_date
