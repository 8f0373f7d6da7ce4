"""Contact sheets: a page with all pictures of a folder, and one with two folders side by side."""

import hashlib
import os
import re
from html import escape
from pathlib import Path

NAME = re.compile(r"^(\d+)-(.+?)-((?:\d+-(?:light|dark))|(?:page-\d+))\.png$")
STYLE = """
body { font: 16px/1.4 sans-serif; margin: 1rem; background: #ddd; color: #111; }
h2 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
.row { display: flex; flex-wrap: wrap; gap: .8rem; align-items: flex-start; }
figure { margin: 0; background: #fff; padding: .3rem; }
figcaption { font-size: .8rem; }
img { display: block; width: 220px; max-height: 420px; object-fit: cover; object-position: top; }
.pair img { width: 440px; max-height: none; }
.same { color: #555; font-weight: normal; }
"""


def listed(folder: Path) -> dict[str, dict[str, Path]]:
    """The pictures of a folder in their order: by name, then by width and scheme (or page)."""
    found: dict[str, dict[str, Path]] = {}
    for file in sorted(folder.glob("*.png")):
        parts = NAME.match(file.name)
        if parts:
            found.setdefault(parts[2], {})[parts[3]] = file
    for name, views in found.items():
        found[name] = dict(sorted(views.items(), key=lambda one: _order(one[0])))
    return found


def _order(view: str) -> tuple[int, str]:
    """Narrow before wide, page 2 before page 10."""
    return int(re.findall(r"\d+", view)[0]), (view.rpartition("-")[2] == "dark" and "1") or "0"


def _figure(file: Path | None, words: str, folder: Path) -> str:
    if file is None:
        return f"<figure><figcaption>{escape(words)}: none</figcaption></figure>"
    link = escape(os.path.relpath(file, folder), quote=True)
    picture = f'<a href="{link}"><img loading="lazy" src="{link}" alt=""></a>'
    return f"<figure><figcaption>{escape(words)}</figcaption>{picture}</figure>"


def _page(folder: Path, title: str, body: list[str]) -> Path:
    file = folder / "index.html"
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    lines = ["<!doctype html>", f'<html lang="en"><head>{head}</head><body>']
    lines += [f"<h1>{escape(title)}</h1>", *body, "</body></html>", ""]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def contact(folder: Path, title: str, missing: list[str]) -> Path:
    """All pictures of this folder, one line a screen."""
    body = ["<ul>", *(f"<li>not there: {escape(one)}</li>" for one in missing), "</ul>"]
    for name, views in listed(folder).items():
        figures = [_figure(file, view, folder) for view, file in views.items()]
        body.append(f'<h2>{escape(name)}</h2><div class="row">{"".join(figures)}</div>')
    return _page(folder, title, body)


def beside(one: Path, other: Path, folder: Path) -> int:
    """Two folders side by side, matched by name and width. Returns how many pairs differ."""
    left, right, body, changed = listed(one), listed(other), [], 0
    for name in dict.fromkeys([*left, *right]):
        views = dict.fromkeys([*left.get(name, {}), *right.get(name, {})])
        for view in views:
            pair = (left.get(name, {}).get(view), right.get(name, {}).get(view))
            if _same(*pair):
                body.append(f'<h2 class="same">{escape(name)} {view}: the same</h2>')
                continue
            changed += 1
            figures = [_figure(pair[0], one.name, folder), _figure(pair[1], other.name, folder)]
            body.append(f"<h2>{escape(name)} {view}</h2>")
            body.append(f'<div class="row pair">{"".join(figures)}</div>')
    _page(folder, f"{one.name} and {other.name}: {changed} differ", body)
    return changed


def _same(one: Path | None, other: Path | None) -> bool:
    """Whether both are there, byte for byte alike."""
    if one is None or other is None:
        return False
    first, second = (hashlib.sha256(file.read_bytes()).digest() for file in (one, other))
    return first == second
