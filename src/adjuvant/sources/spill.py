"""Entries sorted by a key in bounded memory: what does not fit is written to disk in sorted runs."""

from __future__ import annotations

import heapq
import struct
import tempfile
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

__all__ = ["Entry", "Spill"]

Entry = tuple[str, bytes]
"""A key, and what is kept under it."""

_IN_MEMORY = 48 << 20
"""Bytes of entries, with what Python needs beside them, that are held before they are written out."""
_BESIDE = 200
_LENGTHS = struct.Struct("<II")
_BUFFER = 1 << 18
_MOST_RUNS = 64
_KEY = itemgetter(0)


class Spill:
    """Entries in order of their key; those of one key stay in the order in which they were added.

    Args:
        work: the folder in which runs are written, in a folder of their own that `close` removes; None takes
            the system's temporary folder.
        held: bytes that may be held in memory.
    """

    def __init__(self, work: Path | None = None, *, held: int = _IN_MEMORY) -> None:
        self._work = work
        self._held = held
        self._entries: list[Entry] = []
        self._size = 0
        self._runs: list[Path] = []
        self._written = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def add(self, key: str, data: bytes) -> None:
        """Keep an entry.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        self._entries.append((key, data))
        self._size += len(key) + len(data) + _BESIDE
        if self._size >= self._held:
            self._flush()

    def __iter__(self) -> Iterator[Entry]:
        """All entries in order of key, and of adding within one; as often as it is asked."""
        self._entries.sort(key=_KEY)
        if not self._runs:
            return iter(self._entries)
        # Older runs come first among equal keys, and what is still in memory last.
        return heapq.merge(*(_run(path) for path in self._runs), self._entries, key=_KEY)

    def groups(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each key once, in order, with the data of its entries; take them before the next key."""
        for key, entries in groupby(self, key=_KEY):
            yield key, (data for _, data in entries)

    def close(self) -> None:
        """Forget everything, and remove what was written."""
        self._entries.clear()
        self._runs.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _flush(self) -> None:
        self._entries.sort(key=_KEY)
        self._runs.append(self._write(iter(self._entries)))
        self._entries = []
        self._size = 0
        if len(self._runs) >= _MOST_RUNS:
            # So many open files at most; the merged run is older than all that follow.
            merged = self._write(heapq.merge(*(_run(path) for path in self._runs), key=_KEY))
            for path in self._runs:
                path.unlink()
            self._runs = [merged]

    def _write(self, entries: Iterator[Entry]) -> Path:
        if self._folder is None:
            if self._work is not None:
                self._work.mkdir(parents=True, exist_ok=True)
            self._folder = tempfile.TemporaryDirectory(prefix="adjuvant-sorted-", dir=self._work)
        path = Path(self._folder.name) / f"{self._written}.run"
        self._written += 1
        with path.open("wb", buffering=_BUFFER) as file:
            for key, data in entries:
                name = key.encode("utf-8", "surrogatepass")
                file.write(_LENGTHS.pack(len(name), len(data)))
                file.write(name)
                file.write(data)
        return path


def _run(path: Path) -> Iterator[Entry]:
    with path.open("rb", buffering=_BUFFER) as file:
        while lengths := file.read(_LENGTHS.size):
            key, size = _LENGTHS.unpack(lengths)
            yield _exactly(file, key).decode("utf-8", "surrogatepass"), _exactly(file, size)


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise OSError("a sorted run on disk is shorter than it was written")
    return data
