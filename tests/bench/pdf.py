"""The signed and sealed PDF against plain WeasyPrint and against Chromium's
tagged print of the same page.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from playwright.sync_api import sync_playwright

from intake_app.pdf.certificate import make_practice_seal
from intake_app.pdf.pool import RenderPool
from intake_app.pdf.printable import FONTS
from intake_app.pdf.record_document import RecordDocument, css, html
from intake_app.pdf.worker import NICE
from tests.bench.plain_weasyprint_frames import LENGTH
from tests.e2e.conftest import CHROMIUM, SWITCHES
from tests.pdf.sample import paper
from tests.support import REPOSITORY

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
FACES = {
    "SourceSans3-Regular": ("Source Sans 3", 400),
    "SourceSans3-Semibold": ("Source Sans 3", 600),
    "SourceSerif4-Semibold": ("Source Serif 4", 600),
}


def page() -> str:
    """The record's page as anybody would print it: style inside, fonts by @font-face."""
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url({(FONTS / file).as_uri()}.ttf)}}"
        for file, (family, weight) in FACES.items()
    )
    return html(RecordDocument.template, asdict(paper())).replace(
        "</head>", f"<style>{faces}{css('letter')}</style></head>"
    )


def clock(action: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1000


def plain(process: subprocess.Popen[bytes], text: bytes) -> bytes:
    """One page through the plain peer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(LENGTH.pack(len(text)) + text)
    process.stdin.flush()
    return process.stdout.read(LENGTH.unpack(process.stdout.read(LENGTH.size))[0])


def main() -> None:
    """One interleaved run; prints medians and ratios."""
    os.setpriority(
        os.PRIO_PROCESS, 0, NICE
    )  # a press is polite: nobody else gets more of a shared machine
    text = page()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        seal, file = Path(folder), Path(folder) / "page.html"
        file.write_text(text, encoding="utf-8")
        make_practice_seal("Stillwater Massage", seal)
        peer = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.plain_weasyprint"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        tab = chromium.new_page()

        def chromium_warm() -> bytes:
            tab.goto(file.as_uri())
            tab.evaluate("document.fonts.ready")
            return tab.pdf(
                prefer_css_page_size=True, print_background=True, tagged=True, outline=True
            )

        press = RenderPool(1, 120, 1500 * 1024 * 1024, seal / "seal.p12")
        cold = clock(lambda: press.render(paper()))
        actions = {
            "ours, signed and sealed, warm": lambda: press.render(paper()),
            "plain write_pdf(), warm": lambda: plain(peer, text.encode()),
            "Chromium, tagged, warm": chromium_warm,
        }
        for action in actions.values():
            action()
        times: dict[str, list[float]] = {name: [] for name in actions}
        for _ in range(ROUNDS):
            for name, action in actions.items():
                times[name].append(clock(action))
        report(times, cold, clock(lambda: chromium_cold(file, seal)))
        press.close()
        peer.kill()
        chromium.close()


def chromium_cold(file: Path, folder: Path) -> None:
    """Start Chromium, print one page, stop."""
    out = f"--print-to-pdf={folder / 'cold.pdf'}"
    subprocess.run(
        [CHROMIUM, "--headless", *SWITCHES, out, file.as_uri()], check=True, capture_output=True
    )


def report(times: dict[str, list[float]], cold: float, chromium: float) -> None:
    """Medians and minima, then the two ratios that have a bar."""
    for name, values in times.items():
        print(f"PDF  {name:32} {statistics.median(values):7.0f} ms   fastest {min(values):.0f}")
    print(f"PDF  {'ours, cold':32} {cold:7.0f} ms   Chromium, cold {chromium:.0f}")
    ratios("plain write_pdf()", 0.75, times.values(), 1)
    ratios("Chromium warm", 1.0, times.values(), 2)


def ratios(peer: str, bar: float, times: Iterable[list[float]], number: int) -> None:
    """Ours against the peer with this number: of the medians, which the bar is about,
    and of the minima.
    """
    rows = list(times)
    median, fastest = (of(rows[0]) / of(rows[number]) for of in (statistics.median, min))
    print(f"PDF  ours / {peer:18} {median:.2f} (bar {bar})   of the fastest {fastest:.2f}")


if __name__ == "__main__":
    main()
