"""What can be wrong with the computer under the practice.

Each check gives a finding: a sentence, and what to do.
"""

import ctypes
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from intake_app.core.config import Settings
from intake_app.core.disk import room_left
from intake_app.pdf import weasyprint

TIME_ERROR = 5  # adjtimex(2): the kernel's clock is not synchronised
TIMEX_BYTES = 208
UNIT = "intake.service"
SANDBOX = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "MemorySwapMax": "0",
    "LimitCORE": "0",
}
PROBE = """
import intake_app.pdf.worker, weasyprint
page = weasyprint.HTML(string='<p style="font-family: Source Sans 3">ok')
pdf = page.write_pdf(uncompressed_pdf=True)
raise SystemExit(0 if b'Source-Sans' in pdf or b'SourceSans' in pdf else 3)
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. todo: what to do about it, empty when all is well."""

    check: str
    ok: bool
    said: str
    todo: str = ""


def check_disk(settings: Settings) -> Finding:
    """New forms stop at this limit, so that those begun can be finished."""
    free = room_left(settings)
    low = settings.low_disk_mb
    if free >= low:
        return Finding("disk", True, f"{free} MB are free.")
    return Finding(
        "disk",
        False,
        f"Only {free} MB are free: no new form is started.",
        f"Make room: at least {low} MB.",
    )


def check_fonts() -> Finding:
    """Tried in another process: without Pango or fonts the PDF maker crashes, uncatchable."""
    result = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, check=False, cwd=_repository()
    )
    if result.returncode == 0:
        return Finding("paper", True, "PDFs can be made, with the right fonts.")
    what = (
        "The PDF maker does not find its fonts."
        if result.returncode == 3
        else "PDFs cannot be made."
    )
    return Finding(
        "paper",
        False,
        what,
        "Run deploy/packages run, and see that intake_app/pdf/fonts is complete.",
    )


def check_pdf_shortcuts() -> Finding:
    """Whether PDFs are made with the tested shortcuts. Without, they are the same, and slower."""
    installed = weasyprint.installed_version()
    if weasyprint.is_known():
        return Finding("shortcuts", True, f"WeasyPrint {installed} is known.")
    return Finding(
        "shortcuts",
        True,
        f"PDFs are made without the shortcuts: WeasyPrint {installed} is not known. "
        "They are right, and take longer.",
    )


def check_clock_sync() -> Finding:
    """The kernel knows whether somebody keeps its clock right."""
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    if state == -1:
        return Finding("clock", True, "The kernel does not say whether the clock is kept right.")
    if state != TIME_ERROR:
        return Finding("clock", True, "The clock is kept right by a time server.")
    return Finding(
        "clock", False, "Nobody keeps the clock right.", "Run: apt-get install systemd-timesyncd"
    )


def check_swap() -> Finding:
    """What is typed lies in memory for a moment; plain swap would write it to the disk."""
    plain = [name for name in _swaps() if not _is_encrypted(name)]
    if not plain:
        return Finding("swap", True, "No unencrypted swap.")
    return Finding(
        "swap",
        False,
        f"Memory may be written unencrypted to {', '.join(plain)}.",
        "Run: swapoff -a, or encrypt the disk.",
    )


def check_sandbox() -> Finding:
    """Only said when the app runs as a service of systemd."""
    told = _systemctl("show", UNIT, "--property=ActiveState," + ",".join(SANDBOX))
    said = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    if said.get("ActiveState") != "active":
        return Finding("sandbox", True, "Not started by systemd: nothing to check.")
    open_doors = [name for name, wanted in SANDBOX.items() if said.get(name, wanted) != wanted]
    if not open_doors:
        return Finding("sandbox", True, "The service runs in its sandbox.")
    return Finding(
        "sandbox",
        False,
        f"The service runs without {', '.join(open_doors)}.",
        f"Use deploy/{UNIT} as it is.",
    )


def _swaps() -> list[str]:
    table = Path("/proc/swaps")
    lines = table.read_text(encoding="utf-8").splitlines()[1:] if table.exists() else []
    return [line.split()[0] for line in lines]


def _is_encrypted(name: str) -> bool:
    """zram lives in memory; a dm-crypt device says so in its uuid."""
    device = Path(name).resolve().name
    uuid = Path(f"/sys/block/{device}/dm/uuid")
    return device.startswith("zram") or (
        uuid.exists() and uuid.read_text(encoding="ascii").startswith("CRYPT-")
    )


def _systemctl(*words: str) -> str:
    try:
        done = subprocess.run(
            ["systemctl", *words],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def _repository() -> Path:
    return Path(__file__).parents[2]
