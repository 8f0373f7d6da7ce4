"""Takes full-page pictures of what a page shows, and of the pages of a PDF; counts them."""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Error, Page

HEIGHTS = {360: 780, 820: 1180, 1280: 900}
DOTS = "70"
TALLEST = 16_000  # pixels; of a longer screen (a sheet with 200 flags) this much is kept
MOST_PAGES = "40"
SCREENSHOT_MILLISECONDS = 180_000
TALL = "() => Math.max(document.documentElement.scrollHeight, innerHeight)"
Scheme = Literal["light", "dark"]


class NotThere(Exception):
    """This commit has no such page, or it does not look as expected; the text says what."""


@dataclass
class Camera:
    """Pictures go into `folder`, named NNN-name-WIDTH-light.png; `part` is what is being taken.

    `taken` counts the pictures of screens in each part, `pages` those of printed pages.
    """

    folder: Path
    widths: tuple[int, ...]
    schemes: tuple[Scheme, ...]
    part: str = ""
    taken: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    _names: Counter[str] = field(default_factory=Counter)
    _number: int = 0

    @property
    def each(self) -> int:
        """How many pictures one screen makes."""
        return len(self.widths) * len(self.schemes)

    def start(self, part: str, first: int) -> None:
        """From now on pictures belong to this part, and its numbers begin here."""
        self.part, self._number = part, first

    def _numbered(self, name: str) -> str:
        """A name of its own. The number only keeps the order: names find each other."""
        self._names[name] += 1
        self._number += 1
        again = f"-{self._names[name]}" if self._names[name] > 1 else ""
        return f"{self._number:03}-{name}{again}"

    def take(self, page: Page, name: str, again: Callable[[], None] | None = None) -> None:
        """This page in every width and scheme. again: brings a page back that leaves by itself."""
        home = page.viewport_size
        numbered = self._numbered(name)
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
            for scheme in self.schemes:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                if again:
                    again()
                tall: int = page.evaluate(TALL)
                page.screenshot(
                    path=self.folder / f"{numbered}-{width}-{scheme}.png",
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)},
                    animations="disabled",
                    timeout=SCREENSHOT_MILLISECONDS,
                )
                self.taken[self.part] += 1
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        if home:
            page.set_viewport_size(home)

    def paper(self, pdf: bytes, name: str) -> None:
        """The pages of a PDF, at most the first 40."""
        if not pdf.startswith(b"%PDF"):
            raise NotThere("no PDF came")
        numbered = self._numbered(name)
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            made = self.folder / f"{numbered}-page"
            command = ["pdftoppm", "-r", DOTS, "-l", MOST_PAGES, "-png", file.name, str(made)]
            subprocess.run(command, check=True, capture_output=True)
        self.pages[self.part] += len(list(self.folder.glob(f"{numbered}-page-*.png")))

    @contextmanager
    def trying(self, what: str) -> Iterator[None]:
        """What another commit may not have: a failure is one line, and the next thing comes."""
        try:
            yield
        except (NotThere, Error, subprocess.CalledProcessError, LookupError) as error:
            said = str(error).strip().splitlines() or [type(error).__name__]
            self.missing.append(f"{self.part}: {what}: {said[0][:160]}")
            print(f"  not there: {self.missing[-1]}", flush=True)
