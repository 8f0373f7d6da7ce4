"""Questions that nobody has answered are drawn once a process, and kept.

They are most of a page that is turned forward. It saves 15 % of a page turn
(tests/bench/shortcuts.py, 1 December 2026).
"""

from functools import lru_cache

from flask import current_app, g
from markupsafe import Markup

from intake_app.questionnaire import Translation
from intake_app.web.step_forms import ItemField, UntouchedQuestion

KEPT = 2048  # questions, times the few ways each can look


def untouched_question(field: ItemField) -> Markup:
    """The HTML of an untouched question.

    Never of this very field: what is kept is drawn from a new one, which no client ever typed in.
    Not for a form that is typed from paper: there each question carries its number.
    """
    return _drawn(UntouchedQuestion.of(field), g.get("translation"), "tablet" in g)


@lru_cache(maxsize=KEPT)
def _drawn(question: UntouchedQuestion, words: Translation | None, tablet: bool) -> Markup:
    """words and tablet: what the template looks up by itself (in_her_language, fill_in)."""
    template = current_app.jinja_env.get_template("questions/_question.html")
    return Markup(template.render(field=question.field()))  # noqa: S704 - a template escapes
