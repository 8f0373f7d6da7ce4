"""Days and times as people read them on a page. Each of them is a filter of the templates.

A time is shown by the clock it comes with: give it in the practice's zone.
"""

from collections.abc import Callable
from datetime import date, datetime

from flask import Flask

from intake_app.core.dates import day, moment


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    filters: tuple[Callable[[date], str] | Callable[[datetime], str], ...] = (
        day,
        moment,
        clock,
        day_and_month,
        short_day,
        short_day_and_month,
        short_moment,
        weekday,
        weekday_and_clock,
        weekday_day,
        weekday_moment,
        weekday_moment_this_year,
    )
    app.jinja_env.filters |= {format_of.__name__: format_of for format_of in filters}


def clock(at: datetime) -> str:
    """9:56 AM."""
    return f"{at:%-I:%M %p}"


def day_and_month(at: date) -> str:
    """20 November."""
    return f"{at:%-d %B}"


def short_day(at: date) -> str:
    """20 Nov 2026."""
    return f"{at:%-d %b %Y}"


def short_day_and_month(at: date) -> str:
    """20 Nov."""
    return f"{at:%-d %b}"


def short_moment(at: datetime) -> str:
    """20 Nov 2026, 9:56 AM."""
    return f"{short_day(at)}, {clock(at)}"


def weekday(at: date) -> str:
    """Friday."""
    return f"{at:%A}"


def weekday_and_clock(at: datetime) -> str:
    """Fri 9:56 AM."""
    return f"{at:%a} {clock(at)}"


def weekday_day(at: date) -> str:
    """Fri 20 Nov 2026."""
    return f"{at:%a} {short_day(at)}"


def weekday_moment(at: datetime) -> str:
    """Fri 20 Nov 2026, 9:56 AM."""
    return f"{weekday_day(at)}, {clock(at)}"


def weekday_moment_this_year(at: datetime) -> str:
    """Fri 20 Nov, 9:56 AM."""
    return f"{at:%a} {short_day_and_month(at)}, {clock(at)}"
