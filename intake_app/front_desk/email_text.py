"""The words of a letter, from templates/email. They say nothing about health."""

from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from intake_app.core.config import Smtp
from intake_app.files import shipped
from intake_app.models.practice import Practice
from intake_app.visits.person import ExpectedClient

TEMPLATES = shipped("templates") / "email"


def compose(
    smtp: Smtp, practice: Practice, person: ExpectedClient, kind: str, link: str
) -> EmailMessage:
    words = {"practice": practice, "person": person, "kind": kind, "link": link}
    message = EmailMessage()
    again = "Reminder: your" if kind == "reminder" else "Your"
    message["Subject"] = f"{again} form for {practice.name}"
    message["From"] = formataddr((practice.name, smtp.sender))
    message["To"] = person.email
    message["Message-ID"] = make_msgid(domain=smtp.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_templates().get_template("letter.txt").render(words))
    message.add_alternative(_templates().get_template("letter.html").render(words), subtype="html")
    return message


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
