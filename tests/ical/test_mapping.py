"""Where booking programs write the client's name, and how it is found."""

from dataclasses import replace

import pytest

from intake_app.ical.mapping import Mapping, words
from intake_app.ical.parse import CalendarEntry

ENTRY = CalendarEntry(
    key="1",
    at="2026-11-21T09:00:00-06:00",
    title="Ana Moreno - 60 min massage with Donna",
    notes="Client: Ana M. Moreno\nPhone: (920) 555-0134\nEmail: ana@example.org\n"
    "https://book.example/12345678901",
    place="Room 2",
    organizer="Donna Reyes",
    guest="Ana from the list",
    guest_email="guest@example.org",
    calendar="Donna’s calendar",
)


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("title", "Ana Moreno - 60 min massage with Donna"),
        ("before", "Ana Moreno"),
        ("after", "60 min massage"),
        ("guest", "Ana from the list"),
        ("line", "Ana M. Moreno"),
    ],
)
def test_the_name(where: str, name: str) -> None:
    assert words(ENTRY, Mapping(name=where)).name == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "therapist"),
    [
        ("none", ""),
        ("organizer", "Donna Reyes"),
        ("place", "Room 2"),
        ("with", "Donna"),
        ("calendar", "Donna’s calendar"),
    ],
)
def test_the_therapist(where: str, therapist: str) -> None:
    assert words(ENTRY, Mapping(therapist=where)).therapist == therapist  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "phone", "email"),
    [
        ("text", "(920) 555-0134", "ana@example.org"),
        ("guest", "(920) 555-0134", "guest@example.org"),
        ("none", "", ""),
    ],
)
def test_how_to_reach_them(where: str, phone: str, email: str) -> None:
    found = words(ENTRY, Mapping(contact=where))  # type: ignore[arg-type]
    assert (found.phone, found.email) == (phone, email)


@pytest.mark.parametrize(
    ("notes", "phone"),
    [
        ("12 Watson Street\n12764 Happyville", ""),
        ("at 9.30", ""),
        ("call +49 331 123456 first", "+49 331 123456"),
        ("920.555.0134", "920.555.0134"),
        ("12345678901234567890", ""),
    ],
)
def test_what_is_a_phone_number(notes: str, phone: str) -> None:
    assert words(replace(ENTRY, notes=notes, place=""), Mapping()).phone == phone
