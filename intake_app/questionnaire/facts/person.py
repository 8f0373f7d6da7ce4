"""Facts about the person and the visit."""

from datetime import date

from intake_app.questionnaire.context import Answers, Context, years_between

BIRTH_DATE = "id.dob"
OF_AGE = 18
SENSITIVE = "cs.sensitive"
AUTHORITY = "min.authority"
REPRESENTATIVE_AUTHORITY = "rep.authority"


def age(answers: Answers, context: Context) -> int | None:
    """Whole years on the day of the visit, None without a birth date."""
    born = answers.get(BIRTH_DATE)
    if not isinstance(born, str):
        return None
    try:
        return years_between(date.fromisoformat(born), context.today)
    except ValueError:
        return None


def minor(answers: Answers, context: Context) -> bool | None:
    """Under 18: the age of majority in most US states (19 in Nebraska, Rev.

    Stat. 43-2101, and in Alabama, Code 26-1-1; 21 in Mississippi, Code 1-3-27). None without a
    birth date.
    """
    years = age(answers, context)
    return None if years is None else years < OF_AGE


def adult(answers: Answers, context: Context) -> bool | None:
    """18 or older; see `minor`. None without a birth date."""
    under = minor(answers, context)
    return None if under is None else not under


def returning(answers: Answers, context: Context) -> bool:
    """The practice already holds a record of this client."""
    return context.returning


def asked_on_the_day(answers: Answers, context: Context) -> bool:
    """This is the form of the day, filled in after the full one."""
    return context.on_the_day


def on_day_of_visit(answers: Answers, context: Context) -> bool:
    """The answers are given on the day of the visit, with the form or after it."""
    return context.visit_today or context.on_the_day


def prenatal_trained(answers: Answers, context: Context) -> bool:
    """Somebody here is trained in massage during pregnancy. Not said at set-up counts as no."""
    return context.prenatal_trained


def allergen_free(answers: Answers, context: Context) -> bool:
    """The practice can work without nuts, seeds, soy, wheat and latex.

    Not said at set-up counts as no.
    """
    return context.allergen_free


def form_age_days(answers: Answers, context: Context) -> int | None:
    """Days since the last full form of this client, None when this is the first."""
    return context.form_age_days


def consents_missing(answers: Answers, context: Context) -> bool | None:
    """A needed agreement or signature is missing. None before the client came to the agreements."""
    return context.consents_missing


def guardian_missing(answers: Answers, context: Context) -> bool | None:
    """A minor without the guardian's statement and signature.

    None before the agreements, or for an adult.
    """
    if context.agreed is None or not minor(answers, context):
        return None
    return AUTHORITY not in context.agreed or not context.guardian_signed


def representative_missing(answers: Answers, context: Context) -> bool | None:
    """Somebody decides for the client by law, and did not say so or did not sign.

    None before the agreements, or for a client who decides alone.
    """
    if context.agreed is None or answers.get("id.filler") != "rep":
        return None
    return REPRESENTATIVE_AUTHORITY not in context.agreed or not context.representative_signed


def sensitive_agreed(answers: Answers, context: Context) -> bool | None:
    """The client agreed to sensitive areas. None before they came to the agreements."""
    return None if context.agreed is None else SENSITIVE in context.agreed
