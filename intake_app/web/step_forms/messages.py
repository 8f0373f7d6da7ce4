"""Sentences about answers that are not right yet.

Plain words, the question's own name, what to do now.
"""

from intake_app.questionnaire import Item

OWN = ("your ", "my ")
FORGED = "Choose from the answers on the page"
"""Something came that the page does not offer."""


class Wrong(ValueError):
    """What was typed is no answer to this question; the message says what to do."""


def own_message(item: Item) -> bool:
    """Whether the answer is about the person who types.

    Then browsers may fill it in, and we say “your”.
    """
    return item.autocomplete not in ("", "off")


def named_message(item: Item) -> str:
    """The question as a part of a sentence (“your first name”).

    "" where that would not be English.
    """
    text = item.text.strip()
    if not own_message(item) or text.endswith(("?", ".", "…", ":")):
        return ""
    text = text if text[1:2].isupper() else text[:1].lower() + text[1:]
    return text if text.startswith(OWN) else f"your {text}"


def missing_text(item: Item) -> str:
    """Nothing was typed."""
    name = named_message(item)
    return f"Enter {name}" if name else f"Fill in “{item.text}”"


def in_summary(item: Item, sentence: str) -> str:
    """The sentence for the list on top of the page, where the question does not stand beside it."""
    label = item.label.strip()
    if label.casefold().rstrip("?") in sentence.casefold():
        return sentence
    if label.endswith(("?", ".", "…")):
        return f"{label} {sentence}"
    return f"{label}: {sentence[:1].lower()}{sentence[1:]}"


def listed(words: list[str], last: str = "or") -> str:
    """“a, b or c”."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
