"""Reading a page the way a person without JavaScript does: its heading, its errors, its form."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser


@dataclass
class Control:
    """One named control of a form; radios and checkboxes of one name are one control."""

    name: str
    kind: str
    id: str = ""
    required: bool = False
    conditional: bool = False
    autocomplete: str = ""
    value: str = ""
    choices: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form as it stands in the page."""

    action: str = ""
    method: str = "get"
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def values(self) -> list[tuple[str, str]]:
        """What a browser would send if the person pressed the button now."""
        pairs: list[tuple[str, str]] = []
        for control in self.controls.values():
            if control.kind in {"radio", "checkbox", "select"}:
                pairs += [(control.name, value) for value in control.chosen]
            else:
                pairs.append((control.name, control.value))
        return pairs


@dataclass
class Page:
    """What a reader finds in a page."""

    heading: str = ""
    title: str = ""
    text: str = ""
    forms: list[Form] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def form(self) -> Form:
        """The page's main form: the biggest one that posts."""
        return max(
            (form for form in self.forms if form.method == "post"),
            key=lambda form: len(form.controls),
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[str] = []
        self.select: Control | None = None
        self.area: Control | None = None
        self.link: str | None = None
        self.words: list[str] = []
        self.error_depth = 0
        self.optional: list[bool] = []
        self.conditions: list[int] = []
        self.labels: dict[str, str] = {}
        self.label_for = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag not in {"input", "br", "meta", "link", "img", "hr", "wbr"}:
            self.open.append(tag)
        if tag == "fieldset":
            self.optional.append(False)
        if tag == "label" and given.get("for"):
            self.label_for = given["for"]
        if "follow-up" in given.get("class", "").split():
            self.conditions.append(len(self.open))
        if tag == "form":
            self.page.forms.append(
                Form(given.get("action", ""), given.get("method", "get").lower())
            )
        elif tag == "a":
            self.link = given.get("href", "")
            self.page.links.setdefault(self.link, "")
        elif tag in {"input", "select", "textarea"} and given.get("name") and self.page.forms:
            self._control(tag, given)
        elif tag == "button" and self.page.forms:
            self.page.forms[-1].buttons.append((given.get("name", ""), given.get("value", "")))
        elif tag == "option" and self.select is not None:
            self._option(given)
        if "error-message" in given.get("class", "").split():
            self.page.errors.append("")
            self.error_depth = len(self.open)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        if "disabled" in given:
            return
        kind = given.get("type", "text") if tag == "input" else tag
        if kind in {"submit", "button"}:
            return
        control = self.page.forms[-1].controls.setdefault(
            given["name"], Control(given["name"], kind)
        )
        control.id = control.id or given.get("id", "")
        control.required = kind != "hidden" and not any(self.optional)
        if (
            kind == "checkbox"
        ):  # a free choice on the agreement page is neither “(optional)” nor needed
            control.required = not given.keys().isdisjoint({"required", "data-needed"})
        control.conditional = bool(self.conditions)
        control.autocomplete = given.get("autocomplete", "")
        if kind in {"radio", "checkbox"}:
            control.choices.append(given.get("value", "on"))
            control.chosen += [given.get("value", "on")] if "checked" in given else []
        else:
            control.value = given.get("value", "")
        self.select = control if tag == "select" else self.select
        self.area = control if tag == "textarea" else self.area

    def _option(self, given: dict[str, str]) -> None:
        if self.select is None:
            return
        value = given.get("value", "")
        self.select.choices.append(value)
        if "selected" in given or (len(self.select.choices) == 1):
            self.select.chosen = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None
        elif tag == "a":
            self.link = None
        elif tag == "fieldset":
            self.optional.pop()
        elif tag == "label":
            self.label_for = ""
        if tag in self.open:
            while self.open and self.open.pop() != tag:
                pass
        if self.error_depth and len(self.open) < self.error_depth:
            self.error_depth = 0
        while self.conditions and len(self.open) < self.conditions[-1]:
            self.conditions.pop()

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data
        if "legend" in self.open and "(optional)" in data:
            self.optional[-1] = True
        if self.label_for:
            self.labels[self.label_for] = self.labels.get(self.label_for, "") + data
        if self.link is not None:
            self.page.links[self.link] += data
        if self.error_depth:
            self.page.errors[-1] += data
        if "h1" in self.open:
            self.page.heading += data
        if "title" in self.open and "svg" not in self.open:
            self.page.title += data
        elif not {"script", "style"} & set(self.open):
            self.words.append(data)


def words(html: str) -> str:
    """What stands in a piece of HTML, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def read(html: str) -> Page:
    """The page behind this HTML."""
    reader = _Reader()
    reader.feed(html)
    page = reader.page
    page.text = " ".join(" ".join(reader.words).split())
    page.heading, page.title = page.heading.strip(), page.title.strip()
    for form in page.forms:
        for control in form.controls.values():
            if "(optional)" in reader.labels.get(control.id, ""):
                control.required = False
            control.value = (
                control.value.removeprefix("\n") if control.kind == "textarea" else control.value
            )
    return page
