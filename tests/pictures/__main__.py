"""`python -m tests.pictures`: take the pictures of a commit, or lay two folders side by side."""

import argparse
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.pictures import client, desk, sheet, staff, tablet
from tests.pictures.app import HERE, NotStarted, checkout, practice
from tests.pictures.camera import Camera
from tests.pictures.visitor import Visitors

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SWITCHES += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PART = 1000  # each part's pictures have a thousand numbers of their own
Part = Callable[[Visitors, Camera], None]
PARTS: dict[str, tuple[Part, int, int]] = {
    "healthy": (client.healthy, 55, 5),
    "risky": (client.risky, 60, 0),
    "child": (client.child, 4, 0),
    "later": (client.later, 6, 5),
    "odd": (client.odd, 8, 0),
    "tablet": (tablet.tablet, 18, 0),
    "staff": (staff.staff, 55, 30),
    "desk": (desk.desk, 12, 0),
    "settings": (desk.settings, 9, 1),
    "setup": (desk.set_up, 11, 1),
    "retention": (staff.retention, 4, 1),
}
"""Each part with the fewest screens and the fewest printed pages that must come out of it."""


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="tests.pictures", description=__doc__)
    parser.add_argument("--commit", default="", help="which one (default: the files as they are)")
    parser.add_argument("--to", required=True, type=Path, help="the folder for the pictures")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be repeated")
    parser.add_argument("--widths", default="360,820,1280", help="screen widths in pixels")
    parser.add_argument("--dark", action="store_true", help="each picture in dark colours, too")
    parser.add_argument("--beside", nargs=2, type=Path, metavar=("A", "B"), help="compare folders")
    asked = parser.parse_args()
    asked.to = asked.to.resolve()
    if asked.to == HERE or HERE in asked.to.parents:
        parser.error("--to must be a folder outside the repository")
    return asked


def clear(asked: argparse.Namespace) -> None:
    """Throw away the older pictures of the parts that are taken anew."""
    anew = {number for number, name in enumerate(PARTS) if name in (asked.only or PARTS)}
    for views in sheet.listed(asked.to).values():
        for old in views.values():
            if int(old.name.partition("-")[0]) // PART in anew:
                old.unlink()


def photograph(asked: argparse.Namespace, camera: Camera) -> None:
    """Start the commit's app, and take one part after the other."""
    parts = asked.only or list(PARTS)
    with (
        checkout(asked.commit) as tree,
        tempfile.TemporaryDirectory(prefix="pictures-") as data,
        practice(tree, Path(data) / "data") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        for number, (name, (take, *_)) in enumerate(PARTS.items()):
            if name not in parts:
                continue
            camera.start(name, number * PART)
            visitors = Visitors(browser, app)
            with camera.trying("this part"):
                take(visitors, camera)
            visitors.leave()
            made = f"{camera.taken[name]} pictures, {camera.pages[name]} printed pages"
            print(f"{name}: {made}", flush=True)
        browser.close()


def enough(asked: argparse.Namespace, camera: Camera) -> bool:
    """Whether every part made at least as many pictures as it must; says so when not."""
    few = []
    for name in asked.only or PARTS:
        screens, pages = PARTS[name][1] * camera.each, PARTS[name][2]
        if camera.taken[name] < screens:
            few.append(f"{name}: {camera.taken[name]} pictures, {screens} are the least")
        if camera.pages[name] < pages:
            few.append(f"{name}: {camera.pages[name]} printed pages, {pages} are the least")
    print("\n".join(few) or "every part has enough pictures")
    return not few


def main() -> int:
    """0 when all is well, 1 when pictures are missing."""
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the app is stopped, too
    asked.to.mkdir(parents=True, exist_ok=True)
    if asked.beside:
        print(f"{sheet.beside(*asked.beside, asked.to)} pictures differ: {asked.to}/index.html")
        return 0
    clear(asked)
    widths = tuple(int(one) for one in asked.widths.split(","))
    camera = Camera(asked.to, widths, ("light", "dark") if asked.dark else ("light",))
    try:
        photograph(asked, camera)
    except (NotStarted, subprocess.CalledProcessError) as error:
        print(f"The app of this commit does not run: {error}")
        return 1
    title = f"Pictures of {asked.commit or 'the files as they are'}"
    sheet.contact(asked.to, title, camera.missing)
    total = sum(camera.taken.values()) + sum(camera.pages.values())
    print(f"{total} pictures, {len(camera.missing)} things not there: {asked.to}/index.html")
    return 0 if enough(asked, camera) else 1


if __name__ == "__main__":
    sys.exit(main())
