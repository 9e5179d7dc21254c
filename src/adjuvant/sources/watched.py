"""A file's bytes on their way to a reader, watched: no line without an end, no gzip file that never stops."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Any

from adjuvant.errors import InputError
from adjuvant.sources.limits import Limits, size_in_words

__all__ = ["GZIP", "Watched", "too_large"]

GZIP = b"\x1f\x8b"
"""How a gzip file begins."""


class Watched(io.BufferedIOBase):
    """The bytes of `raw`, refused as soon as they pass a limit, so that no reader holds more than that.

    Args:
        file: what it is, for errors.
        raw: open for reading; a gzip file is watched for what it unpacks to.
        longest: the longest line, in bytes.
    """

    def __init__(self, file: Path, raw: IO[bytes], longest: int, limits: Limits) -> None:
        self._file = file
        self._raw: Any = raw
        self._packed: Any = getattr(raw, "fileobj", None)
        self._longest = longest
        self._limits = limits
        self._total = 0
        self._open = 0
        self._line = 1

    def readable(self) -> bool:
        """Whether it can be read: it can."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file; with no size, all that is left."""
        if size is not None and size >= 0:
            return self._met(self._raw.read(size))
        return b"".join(iter(lambda: self.read1(1 << 20), b""))

    def read1(self, size: int = -1, /) -> bytes:
        """As of any file."""
        return self._met(self._raw.read1(size))

    def _met(self, block: bytes) -> bytes:
        self._total += len(block)
        limits = self._limits
        if (
            self._packed is not None
            and self._total > limits.dense_from
            and self._total > limits.density * self._packed.tell()
        ):
            raise InputError(
                str(self._file),
                f"unpacks to more than {limits.density} times its size, which no sound table does",
                "check where it comes from; if it is sound, unpack it yourself and name the unpacked file",
            )
        end = b"\n" if b"\n" in block else b"\r"
        first = block.find(end)
        longest = self._open + (first if first >= 0 else len(block))
        if longest > self._longest:
            raise InputError(
                f"{self._file}:{self._line}",
                f"is a line of more than {size_in_words(self._longest)}",
                "check that it is the right file, with a line end after each row",
            )
        self._open = longest if first < 0 else len(block) - block.rfind(end) - 1
        self._line += block.count(end)
        return block


def too_large(file: Path, size: int) -> InputError:
    """The error for a file that would have to be held whole, and is too large for it."""
    return InputError(
        str(file),
        f"is one document of more than {size_in_words(size)}",
        "export it in smaller pieces: one file for each patient, or NDJSON with one resource a line",
    )
