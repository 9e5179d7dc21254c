"""Working out a store's exposures anew, after the library of numbers has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from adjuvant.errors import InputError
from adjuvant.library import digest
from adjuvant.sources.base import Progress
from adjuvant.sources.store.folder import leftovers, locked, sweep
from adjuvant.sources.store.growth import rewritten
from adjuvant.sources.store.manifest import SCHEMA, read_manifest, write_manifest
from adjuvant.sources.store.part import TABLES, read_part

__all__ = ["refresh"]


def refresh(path: Path | str, progress: Progress | None = None) -> int:
    """Make the derived tables anew in every part where they rest on another library of numbers.

    What was charted stays as it is. The store is the old one until all is done.

    Returns:
        How many parts were made anew.
    Raises:
        InputError: no store, an older one, a damaged part, another import at the same time, a full disk.
    """
    place = Path(path)
    info = read_manifest(place)
    if info.schema < SCHEMA:
        raise InputError(
            str(path), f"is of schema {info.schema}", "import into it once; that brings it up to date"
        )
    try:
        with locked(place):
            info = read_manifest(place)
            stale = [part for part in info.parts if part.library != digest()]
            parts = [part for part in info.parts if part.library == digest()]
            for done, part in enumerate(stale, start=1):
                parts += rewritten(place, read_part(part))
                if progress is not None:
                    progress("parts", done, len(stale))
            if stale:
                parts.sort(key=lambda part: (part.first, part.name))
                rows = {table: sum(part.rows.get(table, 0) for part in parts) for table in TABLES}
                made = replace(info, parts=tuple(parts), tables=rows, library=digest())
                write_manifest(made)
                sweep(leftovers(made))
    except OSError as error:
        raise InputError(
            str(place), f"cannot be written ({error.strerror or error})", "check the disk and its permissions"
        ) from error
    return len(stale)
