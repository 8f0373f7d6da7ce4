"""What a PDF says, read by Poppler."""

import subprocess


def text_of(pdf: bytes, *options: str) -> str:
    """The words of a PDF in one line. options: of pdftotext, such as `-raw` or `-layout`."""
    command = ["pdftotext", *options, "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())
