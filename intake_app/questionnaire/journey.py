"""One client's way through a questionnaire: what is asked, what counts, what comes next.

Never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from intake_app.questionnaire.conditions import holds
from intake_app.questionnaire.context import Answer, Answers, Context
from intake_app.questionnaire.facts import FACTS
from intake_app.questionnaire.facts.fact import Value
from intake_app.questionnaire.item_types import TYPES, problem
from intake_app.questionnaire.model import Item, Questionnaire, Step
from intake_app.questionnaire.validators import chosen

NOTHING: Mapping[str, Answer] = MappingProxyType({})
NOWHERE = -1  # the place of what this questionnaire does not ask


@dataclass(frozen=True, slots=True)
class Progress:
    """Part `part` of `parts`; in it, page `page` of the `pages` that this client is asked."""

    part: int
    parts: int
    page: int
    pages: int


class Journey:
    """The walk through one questionnaire with these answers.

    answers: anything that was stored; what is not acceptable counts as unanswered, and no answer,
    however strange, makes a Journey raise. Answers to questions that are not asked never count.
    done: the ids of the steps that the client has finished. known: answers that count although this
    questionnaire does not ask for them, taken as they are.

    It looks ahead only as far as it is asked: a client at the beginning does not wait for the end.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        answers: Answers,
        done: frozenset[str],
        context: Context,
        known: Answers = NOTHING,
    ) -> None:
        self.questionnaire = questionnaire
        self.done = done
        self.context = context
        self._known = known
        self._answers = dict(answers)
        self._live: dict[str, Answer] = dict(known)
        self._stale: set[str] = set()
        self._asked: dict[str, tuple[Item, ...]] = {}
        self._seen = 0

    def _look(self, steps: int) -> None:
        """Take the first `steps` steps, each once: conditions see only what came before."""
        for step in self.questionnaire.steps[self._seen : steps]:
            self._asked[step.id] = self._take(step, self._answers, self._live, self._stale)
            self._seen += 1

    def _take(
        self, step: Step, answers: Answers, live: dict[str, Answer], stale: set[str]
    ) -> tuple[Item, ...]:
        """The items of a step that are asked; their answers go to `live`, unfit ones to `stale`."""
        if step.day and not self.context.visit_today:
            return ()
        if not holds(step.enable_when, live, self.context):
            return ()
        asked = []
        for item in step.items:  # one plain loop: every page turn comes by here hundreds of times
            if item.enable_when is not None and not item.enable_when.holds(live, self.context):
                continue
            if item.of and len(chosen(item, live)) < TYPES[item.type].chosen:
                continue
            item = item.offered(live, self.context)
            if not item.has_choice:
                continue
            asked.append(item)
            value = answers.get(item.link_id)
            if value is None:
                continue
            if problem(item, value, live, self.context.today) is None:
                live[item.link_id] = value
            else:
                stale.add(item.link_id)
        return tuple(asked)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that this client is asked, without those behind the door."""
        return tuple(
            step for step in self.questionnaire.steps if not step.more and self.items(step)
        )

    @property
    def more_steps(self) -> tuple[Step, ...]:
        """The steps behind the door “Tell us more”, which nobody needs to open."""
        return tuple(step for step in self.questionnaire.steps if step.more and self.items(step))

    def items(self, step: Step) -> tuple[Item, ...]:
        """The items of this step that are asked; () when the step is not part of the walk."""
        self._look(1 + self.questionnaire.places.get(step.id, NOWHERE))
        return self._asked.get(step.id, ())

    def items_with(self, step: Step, given: Answers) -> tuple[Item, ...]:
        """The items of this step that are asked when it is answered with `given`, not as stored.

        A page can hold a question and what follows from it: this says which of both count in what
        was sent.
        """
        here = self.questionnaire.places[step.id]
        homes = self.questionnaire.homes
        self._look(here)
        before = {
            link_id: answer
            for link_id, answer in self._live.items()
            if homes.get(link_id, NOWHERE) < here
        }
        live = {**self._known, **before}
        return self._take(step, given, live, set())

    def live(self) -> dict[str, Answer]:
        """The acceptable answers to items that are asked, and no others.

        The dict is the caller's own.
        """
        homes = self.questionnaire.homes
        self._look(
            1 + max((homes.get(link_id, NOWHERE) for link_id in self._answers), default=NOWHERE)
        )
        return dict(self._live)

    def fact(self, name: str) -> Value | None:
        """A fact, such as minor; None while it is not known.

        Raises KeyError for a name that is no fact.
        """
        return FACTS[name].compute(self.live(), self.context)

    def missing(self, step: Step) -> tuple[Item, ...]:
        """The items of this step that need the client: required and open, or no longer fitting.

        An answer no longer fits, for example, that marks an area since taken off the list.
        """
        return tuple(
            item
            for item in self.items(step)
            if item.link_id in self._stale or (item.required and item.link_id not in self._live)
        )

    def first_open(self) -> Step | None:
        """Where the walk goes on: the first step not done or missing something. None: nowhere."""
        return self._open

    @cached_property
    def _open(self) -> Step | None:
        walk = (step for step in self.questionnaire.steps if not step.more)
        asked = (step for step in walk if self.items(step))
        return next(
            (step for step in asked if step.id not in self.done or self.missing(step)), None
        )

    def complete(self) -> bool:
        """Whether every step is done and nothing is missing."""
        return self._open is None

    def may_visit(self, step_id: str) -> bool:
        """Whether this step can be opened now: in the walk, and done or next.

        False for an unknown id.
        """
        places = self.questionnaire.places
        if step_id not in places:
            return False
        reached = (
            step_id in self.done or self._open is None or places[step_id] <= places[self._open.id]
        )
        return reached and bool(self.items(self.questionnaire.step(step_id)))

    def after(self, step_id: str) -> Step | None:
        """The next step of the walk, also from a step that left it.

        Raises KeyError for an unknown id.
        """
        place = self.questionnaire.places[step_id]
        more = self.questionnaire.step(step_id).more
        later = self.questionnaire.steps[place + 1 :]
        return next((step for step in later if step.more is more and self.items(step)), None)

    def before(self, step_id: str) -> Step | None:
        """The step before; otherwise like `after`."""
        place = self.questionnaire.places[step_id]
        more = self.questionnaire.step(step_id).more
        sooner = reversed(self.questionnaire.steps[:place])
        return next((step for step in sooner if step.more is more and self.items(step)), None)

    def progress(self, step_id: str) -> Progress:
        """How far this step is.

        Parts are counted over the whole questionnaire, so the total never changes on the way; pages
        over what this client is asked. Raises KeyError for an unknown id.
        """
        places = self.questionnaire.places
        own = self.questionnaire.step(step_id).section_id
        more = self.questionnaire.step(step_id).more
        parts = [part.id for part in self.questionnaire.sections if part.more is more]
        part = parts.index(own) + 1
        pages = [step.id for step in self.questionnaire.section(own).steps if self.items(step)]
        page = sum(places[page] <= places[step_id] for page in pages)
        return Progress(part, len(parts), page, len(pages))
