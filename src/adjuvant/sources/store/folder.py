"""A record store's folder as a place to write to: whose it is, who writes now, and what lies about in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adjuvant.errors import InputError
from adjuvant.sources.store.legacy import FLAT_FILES
from adjuvant.sources.store.manifest import JOURNAL, MANIFEST, PARTS, StoreInfo
from adjuvant.sources.store.wholes import WHOLES, files_of

__all__ = ["LOCK", "WORK", "check_ours", "leftovers", "locked", "sweep"]

LOCK = ".lock"
WORK = "work"
"""Where a reader keeps what it sorts on disk while an import runs."""

_OURS = frozenset({MANIFEST, f"{MANIFEST}.new", JOURNAL, f"{JOURNAL}.new", PARTS, WHOLES, WORK, LOCK})


def check_ours(place: Path) -> None:
    """Refuse a folder that holds anything that a store does not.

    Raises:
        InputError: it is a file, or holds something else.
    """
    if not place.exists():
        return
    if not place.is_dir():
        raise InputError(str(place), "is a file", "name a folder for the record store")
    foreign = sorted({item.name for item in place.iterdir()} - _OURS - FLAT_FILES)
    if foreign:
        raise InputError(
            str(place),
            f"holds {foreign[0]}, which is no part of a record store",
            "name a new or empty folder",
        )


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Keep every other import out of the store; the lock goes with the process, however it ends.

    Raises:
        InputError: another process is writing to it.
    """
    try:
        import fcntl
    except ImportError:  # a system without such locks; there one import at a time is up to its user
        yield
        return
    file = place / LOCK
    with file.open("w", encoding="utf-8") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(
                str(place), "is being written to by another import", "wait until that one has finished"
            ) from error
        yield


def leftovers(info: StoreInfo) -> list[Path]:
    """What lies in the store's folder and is no part of it: the remains of an import that was stopped."""
    kept = {part.folder for part in info.parts} | set(files_of(info)) | {info.path / MANIFEST}
    kept |= {info.path / name for name in info.files}
    found = [item for item in info.path.iterdir() if item.name in (JOURNAL, WORK) or item.suffix == ".new"]
    found += [item for item in info.path.iterdir() if item.name in FLAT_FILES and item not in kept]
    for folder in (PARTS, WHOLES):
        if (info.path / folder).is_dir():
            found += [item for item in (info.path / folder).iterdir() if item not in kept]
    return sorted(found)


def sweep(paths: list[Path]) -> None:
    """Remove what `leftovers` found."""
    for item in paths:
        if item.is_dir():
            shutil.rmtree(item, ignore_errors=True)
        else:
            item.unlink(missing_ok=True)
