"""Facts about the pressure and the areas a client asks for."""

from collections.abc import Callable, Iterable

from intake_app.questionnaire.body.marks import FIRMER, LIGHTER, PAIN
from intake_app.questionnaire.body.regions import REGIONS
from intake_app.questionnaire.context import Answers, Context
from intake_app.questionnaire.facts.areas import avoided, lymph_quadrants, numb
from intake_app.questionnaire.facts.fact import has, table, ticked

OVERALL = "pr.overall"
BY_REGION = "pr.map"
LIKED = "pr.like"
DISLIKED = "pr.dislike"
GOALS = "go.areas"
MARKS = "bm.marks"
STRONG = ("firm", "deep")
SHIFTED = ("light", "medium", "firm", "deep")


def preferred_level(answers: Answers, region: str) -> str | None:
    """The pressure asked for here: the region's own, else the overall one.

    Marked “lighter” or “firmer” it is one level below or above the overall one, never below light
    or above deep.
    """
    own = table(answers, BY_REGION).get(region, answers.get(OVERALL))
    marks = table(answers, MARKS).get(region)
    if isinstance(marks, dict) and isinstance(own, str):
        own = _shifted(own, (FIRMER in marks) - (LIGHTER in marks))
    return own if isinstance(own, str) else None


def _shifted(level: str, by: int) -> str:
    """So many levels above this one, as far as there are such levels."""
    if by == 0:
        return level
    start = SHIFTED.index(level) if level in SHIFTED else SHIFTED.index("medium")
    return SHIFTED[min(max(start + by, 0), len(SHIFTED) - 1)]


def wants_firm(answers: Answers, context: Context) -> bool:
    """Firm or deep is asked for somewhere, or deep tissue is liked."""
    return _wants(answers, STRONG)


def wants_deep(answers: Answers, context: Context) -> bool:
    """Deep is asked for somewhere, or deep tissue is liked."""
    return _wants(answers, ("deep",))


def _wants(answers: Answers, levels: tuple[str, ...]) -> bool:
    marked = (
        preferred_level(answers, region) for region in table(answers, MARKS) if region in REGIONS
    )
    asked = [answers.get(OVERALL), *table(answers, BY_REGION).values(), *marked]
    return any(level in levels for level in asked) or has(answers, LIKED, "deep_tissue")


def firm_on(name: str) -> Callable[[Answers, Context], bool]:
    """The fact: firm or deep is preferred somewhere in this set of regions."""

    def firm(answers: Answers, context: Context) -> bool:
        return _firm(answers, REGIONS.sets[name])

    return firm


def firm_on_numb(answers: Answers, context: Context) -> bool:
    """Firm or deep is preferred where there is little feeling."""
    return _firm(answers, numb(answers, context))


def firm_on_lymph(answers: Answers, context: Context) -> bool:
    """Firm or deep is preferred in a quarter of the body with lymph nodes removed or swelling."""
    return _firm(answers, lymph_quadrants(answers, context))


def firm_set_on_endangered(answers: Answers, context: Context) -> bool:
    """Firm or deep is asked for by name where big vessels and nerves lie open."""
    own = table(answers, BY_REGION)
    by_name = {
        *own,
        *(place for place in table(answers, MARKS) if has_mark(answers, place, FIRMER)),
    }
    return any(
        preferred_level(answers, region) in STRONG
        for region in REGIONS.sets["ENDANGER"]
        if region in by_name
    )


def has_mark(answers: Answers, region: str, kind: str) -> bool:
    """Whether this kind of mark is on this region."""
    marks = table(answers, MARKS).get(region)
    return isinstance(marks, dict) and kind in marks


def _firm(answers: Answers, regions: Iterable[str]) -> bool:
    return any(preferred_level(answers, region) in STRONG for region in regions)


def marked(kind: str) -> Callable[[Answers, Context], bool]:
    """The fact: this kind of mark is on the body map."""

    def there(answers: Answers, context: Context) -> bool:
        return any(
            isinstance(marks, dict) and kind in marks for marks in table(answers, MARKS).values()
        )

    return there


def pain_most(answers: Answers, context: Context) -> int | None:
    """The strongest pain that is marked, 0 to 10; None without any."""
    marks = (one for one in table(answers, MARKS).values() if isinstance(one, dict))
    strengths = (one[PAIN] for one in marks if type(one.get(PAIN)) is int)
    return max(strengths, default=None)


def pain_on_back(answers: Answers, context: Context) -> bool:
    """Pain is marked somewhere on the back."""
    return any(has_mark(answers, region, PAIN) for region in REGIONS.sets["BACK"])


def has_numb(answers: Answers, context: Context) -> bool:
    """At least one region with little feeling was named."""
    return bool(numb(answers, context))


def avoid_conflict(answers: Answers, context: Context) -> bool:
    """An area that must not be touched is also a goal, or has a pressure of its own."""
    own = {region for region, level in table(answers, BY_REGION).items() if level != "avoid"}
    return not {*own, *ticked(answers, GOALS)}.isdisjoint(avoided(answers, context))


def technique_conflict(answers: Answers, context: Context) -> bool:
    """A kind of massage is both liked and disliked."""
    return bool((set(ticked(answers, LIKED)) & set(ticked(answers, DISLIKED))) - {"unsure"})
