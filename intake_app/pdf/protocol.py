"""How the pool and a paper process talk: status (one byte), length (four bytes, big-endian), then the bytes."""

import struct

HEAD = struct.Struct(">BI")
OK, FAILED = 0, 1
