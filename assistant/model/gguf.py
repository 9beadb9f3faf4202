"""Whether a GGUF file is whole: its header read without the engine, so that a broken download is told at the start."""

import mmap
import struct
from pathlib import Path

MAGIC = b"GGUF"
_VERSIONS = (2, 3)  # other ones are left to the engine to judge
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}  # bytes of a value, by its type
_STRING, _ARRAY = 8, 9


def is_gguf(path: Path) -> bool:
    """Whether the file begins as a GGUF file does. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return file.read(4) == MAGIC


def is_whole(path: Path) -> bool:
    """Whether all that the header tells of is there, up to the beginning of the last tensor. Raises OSError."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            return _last_tensor(content) < len(content)
        except (struct.error, ValueError, OverflowError, RecursionError):
            return False


def _last_tensor(content: mmap.mmap) -> int:
    """Where the data of the last tensor begins, at the least. Raises struct.error or ValueError past the end."""
    at = 4

    def number(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(form, content, at)
        at += struct.calcsize(form)
        return int(value)

    def skip(kind: int) -> None:
        nonlocal at
        if kind == _STRING:
            length = number("<Q")
            at += length
        elif kind == _ARRAY:
            of, count = number("<I"), number("<Q")
            if of in _SIZES:
                at += _SIZES[of] * count
            else:
                for _ in range(count):
                    skip(of)
        elif kind in _SIZES:
            at += _SIZES[kind]
        else:
            raise ValueError(kind)

    if number("<I") not in _VERSIONS:
        return 0
    tensors, pairs, last = number("<Q"), number("<Q"), 0
    for _ in range(pairs):
        skip(_STRING)
        skip(number("<I"))
    for _ in range(tensors):
        skip(_STRING)
        dimensions = number("<I")
        at += 8 * dimensions + 4  # its shape and type
        last = max(last, number("<Q"))
    return at + last
