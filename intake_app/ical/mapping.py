"""Which words of a calendar entry are the client's name, the therapist, phone and address.

Every booking program writes them somewhere else; the practice says where, once, and looks at
examples.
"""

import re
from dataclasses import dataclass
from typing import Literal

from intake_app.ical.parse import CalendarEntry

NameFrom = Literal["title", "before", "after", "guest", "line"]
TherapistFrom = Literal["none", "organizer", "place", "with", "calendar"]
ContactFrom = Literal["text", "guest", "none"]

PARTS = re.compile(r"\s+[-–—|/]\s+|\s*[:(]\s*|\s+with\s+", re.I)
WITH = re.compile(r"\bwith\s+([^-–—|,;:()]+)", re.I)
LINE = re.compile(
    r"^\s*(?:client|name|customer|patient|guest)(?:\s+name)?\s*:\s*(.+)$", re.I | re.M
)
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
PHONE = re.compile(r"(?<!\d)\+?\(?\d(?:[ ().-]{0,2}\d){6,14}(?!\d)")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where to look for each word."""

    name: NameFrom = "title"
    therapist: TherapistFrom = "none"
    contact: ContactFrom = "text"


@dataclass(frozen=True, slots=True)
class Words:
    """What was found in one entry; empty where nothing was."""

    name: str
    therapist: str
    phone: str
    email: str


def words(entry: CalendarEntry, mapping: Mapping) -> Words:
    """The entry's words by this mapping."""
    phone, email = _contact(entry, mapping.contact)
    return Words(
        _name(entry, mapping.name)[:120], _therapist(entry, mapping.therapist)[:80], phone, email
    )


def _name(entry: CalendarEntry, where: NameFrom) -> str:
    parts = PARTS.split(entry.title)
    match where:
        case "before":
            return parts[0].strip()
        case "after":
            return parts[1].strip(" )") if len(parts) > 1 else ""
        case "guest":
            return entry.guest
        case "line":
            found = LINE.search(entry.notes)
            return found[1].strip() if found else ""
        case _:
            return entry.title


def _therapist(entry: CalendarEntry, where: TherapistFrom) -> str:
    found = WITH.search(entry.title)
    return {
        "organizer": entry.organizer,
        "place": entry.place,
        "with": found[1].strip() if found else "",
        "calendar": entry.calendar,
    }.get(where, "")


def _contact(entry: CalendarEntry, where: ContactFrom) -> tuple[str, str]:
    """Phone and address. A long number that is part of a web address is no phone number."""
    if where == "none":
        return "", ""
    text = re.sub(r"https?://\S+", " ", f"{entry.notes}\n{entry.place}")
    phone = PHONE.search(text)
    email = EMAIL.search(text)
    written = email[0] if email else ""
    return (phone[0].strip() if phone else ""), (entry.guest_email if where == "guest" else written)
