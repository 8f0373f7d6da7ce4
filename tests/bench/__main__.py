"""`make bench`: every ratio that has a bar, in one run, and what each shortcut saves.

`python -m tests.bench shortcuts` runs the parts that it names.
"""

import os
import sys

from tests.bench import desk, flags, healthy_adults, pdf, shortcuts, shortcuts_pdf, walk

PARTS = {
    "flags": (flags.main,),
    "adults": (healthy_adults.main,),
    "walk": (walk.main,),
    "desk": (desk.main,),
    "pdf": (pdf.main,),
    "shortcuts": (shortcuts.main, shortcuts_pdf.main),
}

if __name__ == "__main__":
    pdf.ROUNDS = int(os.environ.get("BENCH_ROUNDS", pdf.ROUNDS))
    for part in sys.argv[1:] or PARTS:
        for measure in PARTS[part]:
            measure()
