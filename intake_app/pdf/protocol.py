"""How the pool and a PDF worker talk.

Status (one byte), length (four bytes, big-endian), then the bytes.
"""

import struct

HEAD = struct.Struct(">BI")
OK = 0
FAILED = 1
