"""What became of every row of each import, kept in a file of its own beside the parts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.record import QualitySummary
from adjuvant.sources.store.codec import from_plain, to_plain
from adjuvant.sources.store.legacy import read_flat_wholes
from adjuvant.sources.store.manifest import SCHEMA, StoreInfo, put_json, settle, sha256

__all__ = ["WHOLES", "files_of", "from_json", "read_whole", "read_wholes", "to_json", "write_wholes"]

WHOLES = "sources"
_AGAIN = "import the source again"


def to_json(summary: QualitySummary) -> object:
    """A summary as JSON can hold it."""
    return to_plain(summary)


def from_json(plain: object) -> QualitySummary:
    """The summary that `to_json` made `plain` of.

    Raises:
        AdjuvantError, AttributeError, KeyError, TypeError, ValueError: `plain` is none.
    """
    found = from_plain(QualitySummary, plain)
    if not isinstance(found, QualitySummary):
        raise TypeError("is no summary")
    return found


def whole_file(place: Path, source: str) -> Path:
    """Where the summary of one import lies."""
    return place / WHOLES / f"{hashlib.sha256(source.encode()).hexdigest()[:24]}.json"


def write_wholes(place: Path, wholes: Mapping[str, QualitySummary]) -> dict[str, str]:
    """Write the summaries; the checksum of each by its source.

    A file is named after its source and its content: what an older manifest points to stays as it is.
    """
    (place / WHOLES).mkdir(mode=0o700, exist_ok=True)
    seals: dict[str, str] = {}
    for source, summary in wholes.items():
        file = whole_file(place, source)
        put_json(file, {"source": source, "quality": to_json(summary)})
        seals[source] = sha256(file)
        file.replace(_sealed(file, seals[source]))
    settle(place / WHOLES)
    return seals


def _sealed(file: Path, seal: str) -> Path:
    return file.with_name(f"{file.stem}-{seal[:8]}.json")


def read_whole(info: StoreInfo, source: str) -> QualitySummary:
    """What became of every row of one import that the store holds patients of.

    Raises:
        InputError: the file is missing or is not the one that was written.
    """
    seal = info.wholes.get(source)
    if seal is None:
        return QualitySummary()
    file = _sealed(whole_file(info.path, source), seal)
    if not file.is_file():
        raise InputError(str(file), "is missing from the record store", _AGAIN)
    if sha256(file) != seal:
        raise InputError(str(file), "is not the file that was written (its checksum differs)", _AGAIN)
    try:
        return from_json(json.loads(file.read_text(encoding="utf-8"))["quality"])
    except (AdjuvantError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(str(file), f"cannot be read ({error})", _AGAIN) from error


def read_wholes(info: StoreInfo) -> dict[str, QualitySummary]:
    """By source, what became of every row of each import.

    Raises:
        InputError: as `read_whole`.
    """
    if info.schema < SCHEMA:
        return read_flat_wholes(info)
    return {item.source: read_whole(info, item.source) for item in info.sources}


def files_of(info: StoreInfo) -> Iterable[Path]:
    """The files of all summaries that the manifest points to."""
    return [_sealed(whole_file(info.path, source), seal) for source, seal in info.wholes.items()]
