"""What README.md and docs/ hold that a machine can check: fenced blocks, links, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support import REPOSITORY

README = REPOSITORY / "README.md"
DOCS = (README, *sorted((REPOSITORY / "docs").rglob("*.md")))
ALL = (*DOCS, REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / ".github").rglob("*.md")))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
BY_HAND = re.compile(r"by\s+hand,\s+last\s+run\s+\d{4}-\d{2}-\d{2},\s+took\s+\S+")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. before: the paragraph above it, which says so when it is run by hand only."""

    file: Path
    language: str
    text: str
    before: str

    @property
    def is_by_hand(self) -> bool:
        """Whether the document says that nobody but a person runs this."""
        return "by hand" in self.before

    @property
    def lines(self) -> list[str]:
        """The commands, without empty lines."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


def blocks(*languages: str) -> Iterator[Block]:
    """Every fenced block of these languages (all when none is named), document by document."""
    for file in DOCS:
        text = file.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            above = text[: found.start()].rstrip().rpartition("\n\n")[2]
            if not languages or found[1] in languages:
                yield Block(file, found[1], found[2], above)


def prose(file: Path) -> str:
    """A document without its fenced blocks."""
    return FENCE.sub("", file.read_text(encoding="utf-8"))


def anchors(file: Path) -> set[str]:
    """What a link to a heading of this document may say behind its #."""
    headings = re.findall(r"^#+ (.+)$", prose(file), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
