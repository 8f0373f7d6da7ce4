"""The PDF worker: HTML to a sealed PDF/A-3a and PDF/UA-1, one job after another, warm.

Started by pdf.pool as `python -m intake_app.pdf.worker_main SEAL MEMORY [TSA]`; reads jobs from
stdin, writes PDFs to stdout. The web process never holds the seal's key, and a document that runs
away takes only this process with it.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import BinaryIO, NoReturn
from xml.etree import ElementTree

os.environ["FONTCONFIG_FILE"] = str(
    Path(__file__).parent / "fonts" / "fonts.conf"
)  # before Pango is loaded

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from intake_app.pdf import pades, tagging
from intake_app.pdf.cpu_limit import limit_cpu
from intake_app.pdf.printable import Printable
from intake_app.pdf.protocol import FAILED, HEAD, OK
from intake_app.pdf.record_document import css, html
from intake_app.pdf.weasyprint import apply_patches
from intake_app.questionnaire.context import JsonValue, as_text

NICE = 10


class Refuse(URLFetcher):  # type: ignore[misc]
    """A record is made of text and numbers: whatever a document asks to fetch is refused."""

    def fetch(self, url: str, headers: object = None) -> NoReturn:
        raise ValueError("nothing is fetched")


class PaperPage(HTML):  # type: ignore[misc]
    """A page of ours, warm (WeasyPrint 70).

    It is well-formed, so that Expat reads it in a tenth of the HTML parser's time, and styled by
    print.css alone, because WeasyPrint's own sheet, made for any document, costs time.
    """

    def __init__(self, text: str) -> None:
        self.base_url = None
        self.url_fetcher = _fetcher()
        self.media_type = "print"
        # Our own template with every value escaped: no entities.
        root = ElementTree.fromstring(text)  # noqa: S314
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        self.wrapper_element.query_all = self._in_head

    def _in_head(self, *names: str) -> Iterator[ElementWrapper]:
        """The title.

        WeasyPrint looks through the whole page for it, and for the style sheets that we do not
        link.
        """
        head = next(self.wrapper_element.iter_children())
        return (element for element in head.iter_children() if element.local_name in names)

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


@cache
def fonts() -> FontConfiguration:
    """One configuration for the life of the process.

    It keeps the fonts warm, and must not be shared by threads.
    """
    return FontConfiguration()


@cache
def style(page_size: str) -> CSS:
    """The parsed print style."""
    return CSS(string=css(page_size), font_config=fonts(), url_fetcher=_fetcher())


def _fetcher() -> Refuse:
    return Refuse(allowed_protocols=(), allow_redirects=False, fail_on_errors=False)


def render(
    template: str, attached_as: str, paper: dict[str, JsonValue], seal: pades.SignaturePlaceholder
) -> bytes:
    """The PDF of these fields of a Paper, with a tagged field for the seal, still blank."""
    made = datetime.now(UTC)
    answers = paper.pop("answers_json")
    printable = Printable()
    fields = printable.table(paper)
    if printable.missing:
        codes = ", ".join(sorted(f"U+{ord(one):04X}" for one in printable.missing)[:40])
        fields["note"] = (
            "Signs that no font here can draw are printed as □ and stand in the attached data: "
            f"{codes}."
        )
    attachment = Attachment(
        string=answers,
        name=attached_as,
        description="The answers of this record as data",
        relationship="Data",
        created=made,
        modified=made,
    )
    page = PaperPage(html(template, fields))
    pdf: bytes = page.write_pdf(
        stylesheets=[style(as_text(paper["page_size"]))],
        font_config=fonts(),
        pdf_variant="pdf/a-3a",
        attachments=[attachment],
        finisher=partial(tagging.finish, signature=seal),
    )
    return pdf


def answer(job: bytes, seal_file: Path, tsa_url: str = "") -> tuple[int, bytes]:
    """Status and bytes for one job.

    Failures name only their kind: a message could hold an answer.
    """
    gc.disable()
    try:
        order = json.loads(job)
        paper = order["paper"]
        blank = pades.SignaturePlaceholder(
            paper["practice_name"], order["sealed_because"], stamped=bool(tsa_url)
        )
        with limit_cpu(order["seconds"]):
            pdf = render(order["template"], order["attached_as"], paper, blank)
            return OK, pades.sign_pdf(pdf, blank, seal_file, tsa_url)
    except (Exception, FatalURLFetchingError) as error:
        return FAILED, type(error).__name__.encode()
    finally:
        gc.enable()


def serve(inbox: BinaryIO, outbox: BinaryIO, seal_file: Path, tsa_url: str = "") -> None:
    """Work until the other side closes the pipe."""
    while len(head := inbox.read(HEAD.size)) == HEAD.size:
        _, length = HEAD.unpack(head)
        status, data = answer(inbox.read(length), seal_file, tsa_url)
        outbox.write(HEAD.pack(status, len(data)) + data)
        outbox.flush()
        gc.collect()
        gc.freeze()  # what is left is remembered, and need not be looked at again


def main() -> None:
    """Lower our priority, limit our memory, then serve."""
    seal_file = Path(sys.argv[1])
    memory = int(sys.argv[2])
    tsa_url = "".join(sys.argv[3:])
    os.setpriority(os.PRIO_PROCESS, 0, NICE)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    apply_patches()
    serve(sys.stdin.buffer, sys.stdout.buffer, seal_file, tsa_url)
