"""The peer of the PDF benchmark: plain `HTML(string=...).write_pdf()`, warm,
one page after another.

Reads the length of an HTML page and the page from stdin,
writes the length of the PDF and the PDF to stdout.
"""

import sys

from weasyprint import HTML

from tests.bench.plain_weasyprint_frames import LENGTH

while head := sys.stdin.buffer.read(LENGTH.size):
    page = sys.stdin.buffer.read(LENGTH.unpack(head)[0]).decode()
    pdf = HTML(string=page).write_pdf()
    sys.stdout.buffer.write(LENGTH.pack(len(pdf)) + pdf)
    sys.stdout.buffer.flush()
