"""What to ask on the day, for a record whose questions about the day were not asked yet.

The lines stand on the card with a box to tick, for a practice that sends no short form. The first
nine are for everybody, the others for the client whom they concern.
"""

from collections.abc import Callable

from intake_app.questionnaire import Answers, Journey
from intake_app.questionnaire.facts.fact import has

PREGNANCY = ("yes", "maybe", "after_birth", "skip")
FOR_EVERYBODY = (
    "Chest pain, hard to breathe, fainted, sudden dizziness, face, arm, leg, speech or sight "
    "trouble, worst headache or neck pain?",
    "Numb between the legs, or new trouble to start or hold pee or poop?",
    "One leg or arm swollen, warm, red, aching? Which?",
    "Fever, cold, stomach illness today or yesterday?",
    "Anything new on the skin? Hot and spreading?",
    "Fall, injury, surgery, shot, tattoo, long trip or bed rest since the form?",
    "Dark pee, strong belly pain, hot joint, very sore muscles?",
    "Alcohol, weed, pain or calming pill today? Fit to say yes or no?",
    "New medicine, illness or pregnancy since the form? Pain now, 0 to 10?",
)
MINOR_AGE = "Says yes today, asked alone? Anything to tell in private?"


def _ticked(question: str, *codes: str) -> Callable[[Answers], bool]:
    return lambda answers: has(answers, question, *codes)


def _answered(question: str, *codes: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(question) in codes


def _any(*conditions: Callable[[Answers], bool]) -> Callable[[Answers], bool]:
    return lambda answers: any(condition(answers) for condition in conditions)


FOR_SOME = (
    (
        "Bleeding, bad headache, seeing spots, swelling, belly pain, baby moves less, fluid, "
        "thoughts of harm?",
        _answered("rp.pregnant", *PREGNANCY),
    ),
    ("Chemo in 3 days? Blood counts low? Fever?", _answered("hx.cancer", "now", "skip", "unsure")),
    ("Sickle cell pain?", _ticked("hx.immune", "sickle")),
    (
        "Flare of joints or illness?",
        _any(
            _ticked("hx.msk", "ra", "gout", "ankylosing"),
            _ticked("hx.immune", "lupus", "autoimmune"),
        ),
    ),
    ("Limb bigger, hot, red?", _ticked("hx.immune", "nodes", "lymphedema")),
    ("Chest pain at rest, or more often?", _ticked("hx.cardio", "angina")),
    ("Blood pressure today: ___ / ___", _ticked("hx.cardio", "hbp")),
    ("Bruises?", _any(_ticked("med.class", "thinner"), _ticked("hx.cardio", "bleeding"))),
    ("Eaten? Sugar: ___", _ticked("hx.endo", "dm1", "dm2", "low_sugar")),
    ("A seizure since the form?", _ticked("hx.nerve", "seizure")),
    ("Weak or numb limb worse?", _ticked("hx.disc_signs", "weak", "numb", "arm")),
    ("Dialysis today? Which arm?", _ticked("hx.kidney", "dialysis")),
    ("MS worse, or a hot day?", _ticked("hx.nerve", "ms")),
    (
        "Skin open or wet?",
        _ticked("hx.skin", "eczema", "psoriasis", "acne", "fungal", "hives"),
    ),
    (
        "Wound closed and calm?",
        _any(_answered("sx.surg_any", "yes"), _answered("sx.implant_new", "yes", "unsure")),
    ),
    ("Allergy pen here?", _ticked("al.reaction", "breath", "shock")),
    ("Inhaler here?", _ticked("hx.resp", "asthma")),
)
"""Each line, and whom it concerns."""


def lines(journey: Journey) -> tuple[str, ...]:
    """What to ask this client on the day; () when the form asked it, or has no such questions."""
    day_steps = [step for step in journey.questionnaire.steps if step.day]
    if not day_steps or any(journey.items(step) for step in day_steps):
        return ()
    answers = journey.live()
    own = tuple(line for line, concerns in FOR_SOME if concerns(answers))
    child = (MINOR_AGE,) if journey.fact("minor") is True else ()
    return (*FOR_EVERYBODY, *own, *child)
