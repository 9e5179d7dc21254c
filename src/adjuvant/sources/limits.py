"""The house limits of reading: how long a line, how dense a gzip file, how large a document.

None of them is clinical. They bound memory and time where a file is damaged, hostile or not what it is taken
for, and lie far above what sound files hold.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIMITS", "Limits", "size_in_words"]

_KIB = 1024
_MIB = _KIB * _KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """One set of limits; sizes are in bytes.

    Args:
        csv_line: the longest line of a CSV file.
        line: the longest line of any other text, such as one resource of NDJSON.
        document: the largest file that is read as one piece of text, such as a Bundle.
        density: how many times its packed size a gzip file may unpack to, once it is past `dense_from`.
        dense_from: the unpacked size up to which density does not matter.
    """

    csv_line: int = 4 * _MIB
    line: int = 64 * _MIB
    document: int = 256 * _MIB
    density: int = 200
    dense_from: int = 64 * _MIB


LIMITS = Limits()
"""The limits of this release."""


def size_in_words(size: int) -> str:
    """A number of bytes as a person reads it: ``4 MiB``."""
    for unit, name in ((_MIB * _KIB, "GiB"), (_MIB, "MiB"), (_KIB, "KiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"
