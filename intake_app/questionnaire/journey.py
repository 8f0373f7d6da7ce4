"""One client's way through a questionnaire: what is asked, what counts, what comes next. Never stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from intake_app.questionnaire.answers import problem
from intake_app.questionnaire.conditions import holds
from intake_app.questionnaire.context import Answer, Answers, Context
from intake_app.questionnaire.facts import FACTS
from intake_app.questionnaire.facts.fact import Value
from intake_app.questionnaire.item_types import TYPES
from intake_app.questionnaire.model import Item, Questionnaire, Step
from intake_app.questionnaire.problems import chosen

NOTHING: Mapping[str, Answer] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Progress:
    """Part `part` of `parts`; within the part, page `page` of the `pages` that this client is asked."""

    part: int
    parts: int
    page: int
    pages: int


class Journey:
    """The walk through one questionnaire with these answers.

    answers: anything that was stored; what is not acceptable counts as unanswered, and no answer, however
    strange, makes a Journey raise. Answers to questions that are not asked never count.
    done: the ids of the steps that the client has finished. known: answers that count although this questionnaire
    does not ask for them, taken as they are.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        answers: Answers,
        done: frozenset[str],
        context: Context,
        known: Answers = NOTHING,
    ) -> None:
        self.questionnaire, self.done, self.context, self._known = questionnaire, done, context, known
        self._live: dict[str, Answer] = dict(known)
        self._stale: set[str] = set()
        self._asked: dict[str, tuple[Item, ...]] = {}
        for step in questionnaire.steps:
            if asked := self._take(step, answers, self._live, self._stale):
                self._asked[step.id] = asked
        self.steps = tuple(step for step in questionnaire.steps if step.id in self._asked)
        self._place = {step.id: place for place, step in enumerate(questionnaire.steps)}
        self._open = next((step for step in self.steps if step.id not in done or self.missing(step)), None)

    def _take(self, step: Step, answers: Answers, live: dict[str, Answer], stale: set[str]) -> tuple[Item, ...]:
        """The items of a step that are asked; their answers go to `live`, or to `stale` when they do not fit.

        Conditions see only what was taken before.
        """
        if not holds(step.enable_when, live, self.context):
            return ()
        return tuple([item for item in step.items if self._take_item(item, answers, live, stale)])

    def _take_item(self, item: Item, answers: Answers, live: dict[str, Answer], stale: set[str]) -> bool:
        if item.enable_when is not None and not item.enable_when.holds(live, self.context):
            return False
        if item.of and len(chosen(item, live)) < TYPES[item.type].chosen:
            return False
        value = answers.get(item.link_id)
        if value is not None:
            if problem(item, value, live, self.context.today) is None:
                live[item.link_id] = value
            else:
                stale.add(item.link_id)
        return True

    def items(self, step: Step) -> tuple[Item, ...]:
        """The items of this step that are asked; () when the step is not part of the walk."""
        return self._asked.get(step.id, ())

    def items_with(self, step: Step, given: Answers) -> tuple[Item, ...]:
        """The items of this step that are asked when it is answered with `given`, whatever is stored for it.

        A page can hold a question and what follows from it: this says which of both count in what was sent.
        """
        here = self._place[step.id]
        before = [item.link_id for own in self.steps if self._place[own.id] < here for item in self._asked[own.id]]
        live = {**self._known, **{link_id: self._live[link_id] for link_id in before if link_id in self._live}}
        return self._take(step, given, live, set())

    def live(self) -> dict[str, Answer]:
        """The acceptable answers to items that are asked, and no others. The dict is the caller's own."""
        return dict(self._live)

    def fact(self, name: str) -> Value | None:
        """A fact, such as minor; None while it is not known. Raises KeyError for a name that is no fact."""
        return FACTS[name].compute(self._live, self.context)

    def missing(self, step: Step) -> tuple[Item, ...]:
        """The items of this step that need the client: required and unanswered, or with an answer that no
        longer fits, for example marks for an area that she has since taken off the list.
        """
        return tuple(
            item
            for item in self.items(step)
            if item.link_id in self._stale or (item.required and item.link_id not in self._live)
        )

    def first_open(self) -> Step | None:
        """Where the walk goes on: the first step not done or missing something. None: nowhere."""
        return self._open

    def complete(self) -> bool:
        """Whether every step is done and nothing is missing."""
        return self._open is None

    def may_visit(self, step_id: str) -> bool:
        """Whether this step can be opened now: in the walk, and done or next. False for an unknown id."""
        if step_id not in self._asked:
            return False
        reached = self._open is None or self._place[step_id] <= self._place[self._open.id]
        return reached or step_id in self.done

    def after(self, step_id: str) -> Step | None:
        """The next step of the walk, also from a step that left it. Raises KeyError for an unknown id."""
        place = self._place[step_id]
        return next((step for step in self.steps if self._place[step.id] > place), None)

    def before(self, step_id: str) -> Step | None:
        """The step before; otherwise like `after`."""
        place = self._place[step_id]
        return next((step for step in reversed(self.steps) if self._place[step.id] < place), None)

    def progress(self, step_id: str) -> Progress:
        """How far this step is. Parts are counted over the whole questionnaire, so the total never changes
        on the way; pages over what this client is asked. Raises KeyError for an unknown id.
        """
        own = self.questionnaire.step(step_id).section_id
        part = [section.id for section in self.questionnaire.sections].index(own) + 1
        pages = [step.id for step in self.steps if step.section_id == own]
        page = sum(self._place[page] <= self._place[step_id] for page in pages)
        return Progress(part, len(self.questionnaire.sections), page, len(pages))
