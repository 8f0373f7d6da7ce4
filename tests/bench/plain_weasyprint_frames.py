"""How the benchmark and its peer talk: a length, then the bytes."""

import struct

LENGTH = struct.Struct(">I")
