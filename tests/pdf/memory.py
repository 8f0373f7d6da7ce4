"""What a press remembers after the jobs on its standard input, one a line,
told as JSON on its standard output.

styles: how many, with their places, after each job. texts: of the lines. outlines: of the paths.
slow: lines that WeasyPrint wrote itself.
"""

import gc
import json
import sys
from pathlib import Path

from weasyprint.css import Style
from weasyprint.draw import text

from intake_app.pdf import worker
from intake_app.pdf.protocol import OK
from intake_app.pdf.weasyprint import apply_patches, paths, styles

slow: list[str] = []
write = text.draw_first_line


def watched(stream, box, *how):  # type: ignore[no-untyped-def]
    """WeasyPrint's own way to write a line."""
    slow.append(box.pango_layout.text)
    return write(stream, box, *how)


text.draw_first_line = watched
assert apply_patches()
counts = []
for job in sys.stdin.buffer:
    assert worker.answer(job, Path(sys.argv[1]))[0] == OK
    counts.append(len(styles.KeptStyles.known) + len(styles.KeptStyles.places))
kept = [vars(one).get("lines", {}) for one in gc.get_objects() if isinstance(one, Style)]
texts = sorted({key[0] for lines in kept for key in lines})
json.dump(
    {"styles": counts, "texts": texts, "outlines": list(paths.REMEMBERED), "slow": slow}, sys.stdout
)
