"""fingerprint: what tells two reads of the same files in the same way, so that one can resume the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import adjuvant
from adjuvant.library import digest
from adjuvant.sources.terms import Terms

__all__ = ["fingerprint"]


def fingerprint(
    path: Path | str,
    format: str,  # noqa: A002  the word of the command line
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
) -> dict[str, Any]:
    """What is read and how: every file by name, size and time of change, and whatever alters the result.

    Raises:
        OSError: a file cannot be looked at.
    """
    place = Path(path)
    files = sorted(item for item in place.rglob("*") if item.is_file()) if place.is_dir() else [place]
    return {
        "path": str(place.resolve()),
        "format": format,
        "patient": patient,
        "zone": zone,
        "terms": terms.digest if terms is not None else None,
        "adjuvant": adjuvant.__version__,
        "library": digest(),
        "files": [[str(item.relative_to(place)), *_stamp(item)] for item in files],
    }


def _stamp(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns
