"""A PDF worker without the patches that its arguments name.

One job a line on its standard input; it answers with the seconds of the processor.
"""

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

from intake_app.pdf import tagging, worker
from intake_app.pdf.protocol import OK
from intake_app.pdf.weasyprint import lines, paths, styles

PATCHES: dict[str, tuple[Callable[[], None], ...]] = {
    "styles": (
        styles.keep_styles,
        styles.keep_sizes,
        styles.skip_bare_boxes,
        styles.plain_blocks_only,
    ),
    "lines": (lines.keep_lines, lines.write_quickly),
    "paths": (paths.remember_paths,),
    "packing": (tagging.pack_quickly,),
}


def main() -> None:
    """Serve until the other side closes."""
    for name, patches in PATCHES.items():
        if name not in sys.argv[2:]:
            for patch in patches:
                patch()
    while job := sys.stdin.buffer.readline():
        begun = time.process_time()
        status, _ = worker.answer(job, Path(sys.argv[1]))
        seconds = time.process_time() - begun
        assert status == OK
        gc.collect()
        gc.freeze()
        print(seconds, flush=True)


if __name__ == "__main__":
    main()
