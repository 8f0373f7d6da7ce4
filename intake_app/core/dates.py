"""Days and times as people read them."""

from datetime import date, datetime


def age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def moment(at: datetime) -> str:
    """A time as people read it, with its zone: 20 November 2026, 9:56 AM CST."""
    return f"{day(at)}, {at:%I:%M %p %Z}".replace(", 0", ", ")


def day(at: date) -> str:
    """A day as people read it: 20 November 2026."""
    return f"{at.day} {at:%B %Y}"
