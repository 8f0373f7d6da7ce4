"""What each patch of WeasyPrint saves: workers with and without it make the same record in turn.

Counted is the processor's time of the worker for one record, from the job to the sealed PDF.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from intake_app.pdf.certificate import make_practice_seal
from intake_app.pdf.pool import _job
from tests.bench.pdf_worker import PATCHES
from tests.pdf.sample import paper
from tests.support import REPOSITORY

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
WARM = 2


def main() -> None:
    """Print the median of each worker, and what the patch that it lacks saves."""
    without: dict[str, tuple[str, ...]] = {"nothing": (), "all of them": tuple(PATCHES)}
    without |= {name: (name,) for name in PATCHES}
    job = _job(paper(), 60)
    with tempfile.TemporaryDirectory() as folder:
        make_practice_seal("Stillwater Massage", Path(folder))
        workers = {name: start(Path(folder) / "seal.p12", off) for name, off in without.items()}
        times: dict[str, list[float]] = {name: [] for name in workers}
        for number in range(WARM + ROUNDS):
            for name, worker in workers.items():
                seconds = one_record(worker, job)
                if number >= WARM:
                    times[name].append(seconds)
        for worker in workers.values():
            worker.kill()
            worker.wait()
    patched = statistics.median(times.pop("nothing")) * 1000
    print(f"PDF  with every patch {patched:.0f} ms of the processor")
    for name, seconds in times.items():
        plain = statistics.median(seconds) * 1000
        print(
            f"PDF  without {name:24} {plain:6.0f} ms   saves {100 * (1 - patched / plain):5.1f} %"
        )


def start(seal: Path, off: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """A worker without these patches."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.pdf_worker", str(seal), *off],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )


def one_record(worker: subprocess.Popen[bytes], job: bytes) -> float:
    """Seconds of the processor."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(job + b"\n")
    return float(worker.stdout.readline())


if __name__ == "__main__":
    main()
