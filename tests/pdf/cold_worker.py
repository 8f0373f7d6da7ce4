"""A press that remembers nothing: pages as WeasyPrint alone makes them. Started like record.paper."""

import sys
from pathlib import Path

from intake_app.pdf.worker import serve

if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, Path(sys.argv[1]))
