"""`make bench`: every ratio that has a bar, in one run."""

import os

from tests.bench import desk, flags, pdf, walk

if __name__ == "__main__":
    pdf.ROUNDS = int(os.environ.get("BENCH_ROUNDS", pdf.ROUNDS))
    flags.main()
    walk.main()
    desk.main()
    pdf.main()
