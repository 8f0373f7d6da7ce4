"""A healthy adult who walks by the forms alone:
fills what is needed, presses on, counts answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from tests.support.html_pages import Control, Form
from tests.support.http_client import Answer

CALM = ("no", "none", "never", "no_problem", "medium", "m60", "relax_stress", "face_down", "na")
HIDDEN = {"hidden", "submit"}
BESIDE = {"/kiosk/help", "/sign-out"}  # beside the form, on a tablet and where a therapist types


class Browser(Protocol):
    """What opens pages for them: over a real connection, or inside a test."""

    def get(self, path: str) -> Answer: ...
    def post(self, path: str, fields: Iterable[tuple[str, str]]) -> Answer: ...


@dataclass
class HealthyAdult:
    """Ana. `known` answers go in by field name;
    everything else that is needed gets the calmest choice on offer.
    """

    known: dict[str, str] = field(
        default_factory=lambda: {
            "id-first_name": "Ana",
            "id-last_name": "Moreno",
            "id-dob-month": "3",
            "id-dob-day": "14",
            "id-dob-year": "1955",
            "id-phone": "920 555 0134",
            "em-name": "Lucia Moreno",
            "em-phone": "(920) 555-0177",
            "name": "Ana Moreno",
        }
    )
    answered: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)

    def walk(self, client: Browser) -> Answer:
        """From the start page to the last page. Returns the last page."""
        path, fields = self.walk_to_signature(client)
        answer = client.post(path, fields)
        self.headings.append(answer.page.heading)
        return answer

    def walk_to_signature(
        self, client: Browser, begin: str = "/"
    ) -> tuple[str, list[tuple[str, str]]]:
        """From the start page, or `begin`, to the page that asks for a signature.

        Returns where they will send what.
        """
        answer = client.get(begin)
        while True:
            self.headings.append(answer.page.heading)
            posts = [
                form
                for form in answer.page.forms
                if form.method == "post" and form.action not in BESIDE
            ]
            onward = next((link for link in answer.page.links if link.endswith("/agree")), None)
            if answer.path == "/intake/sign":
                return "/intake/sign", self.fill(posts[-1])
            if posts:
                answer = client.post(posts[-1].action or answer.path, self.fill(posts[-1]))
            elif onward:
                answer = client.get(onward)
            if answer.status != 200:
                raise AssertionError(f"{answer.path}: {answer.status} {answer.page.errors}")
            if len(self.headings) > 80:
                raise AssertionError("the walk does not end")

    def fill(self, form: Form) -> list[tuple[str, str]]:
        """What they send: hidden fields as they are, needed ones answered, the rest as it stands,
        the first button.
        """
        sent: list[tuple[str, str]] = []
        for control in form.controls.values():
            sent += self._answers(control)
        return sent + [(name, value) for name, value in form.buttons[:1] if name]

    def _answers(self, control: Control) -> list[tuple[str, str]]:
        if control.kind in HIDDEN:
            return [(control.name, control.value)]
        if control.kind in {"radio", "checkbox", "select"}:
            return self._choose(control)
        if control.name in self.known:
            if control.required:
                self._count(control)
            return [(control.name, self.known[control.name])]
        return [(control.name, control.value)]

    def _choose(self, control: Control) -> list[tuple[str, str]]:
        if control.chosen and control.kind != "select":
            return [(control.name, value) for value in control.chosen]
        if not control.required or control.conditional:
            return [(control.name, value) for value in control.chosen]
        self._count(control)
        calm = next((value for value in CALM if value in control.choices), control.choices[0])
        return [(control.name, calm)]

    def _count(self, control: Control) -> None:
        question = control.name.removesuffix("-month").removesuffix("-day").removesuffix("-year")
        if question not in self.answered:
            self.answered.append(question)
