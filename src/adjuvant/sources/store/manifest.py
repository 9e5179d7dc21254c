"""The store's manifest: what the folder holds, whence, and checksums by which a half-written one shows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adjuvant.errors import InputError
from adjuvant.sources.text import missing_file

__all__ = [
    "FORMAT",
    "MANIFEST",
    "SCHEMA",
    "StoreInfo",
    "StoreSource",
    "read_manifest",
    "verify",
    "write_manifest",
]

MANIFEST = "manifest.json"
FORMAT = "adjuvant record store"
SCHEMA = 2
_READABLE = (1, SCHEMA)  # schema 1 has no table of what could not be placed in a record
_AGAIN = "import the source again"


@dataclass(frozen=True, slots=True)
class StoreSource:
    """One import that the store holds patients of.

    Args:
        source: what was read, in the reader's words.
        patients: how many of the store's patients came from it.
        imported_at: when, if whoever wrote it said so.
    """

    source: str
    patients: int
    imported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a record store says about itself.

    Args:
        tables: number of rows by table.
        files: SHA-256 by file name.
        adjuvant: the version that wrote it.
        library: digest of the library of numbers at that time.
    """

    path: Path
    schema: int
    adjuvant: str
    library: str
    patients: int
    tables: dict[str, int]
    files: dict[str, str]
    sources: tuple[StoreSource, ...]


def sha256(path: Path) -> str:
    """The checksum of one file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(info: StoreInfo) -> None:
    """Write the manifest of a store whose tables are complete."""
    content = {
        "format": FORMAT,
        "schema": info.schema,
        "adjuvant": info.adjuvant,
        "library_sha256": info.library,
        "patients": info.patients,
        "sources": [
            {
                "source": item.source,
                "patients": item.patients,
                "imported_at": item.imported_at.isoformat() if item.imported_at is not None else None,
            }
            for item in info.sources
        ],
        "tables": {
            name: {"file": f"{name}.parquet", "rows": rows, "sha256": info.files[f"{name}.parquet"]}
            for name, rows in sorted(info.tables.items())
        },
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (info.path / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(path: Path) -> StoreInfo:
    """The manifest of a store.

    Raises:
        InputError: no folder, no manifest (half written, or no store), another manifest, another schema.
    """
    if not path.exists():
        raise missing_file(path)
    if not path.is_dir():
        raise InputError(
            str(path), "is a file, not a record store", "name the folder that holds manifest.json"
        )
    file = path / MANIFEST
    if not file.is_file():
        raise InputError(str(path), f"has no {MANIFEST}: it is no record store, or was half written", _AGAIN)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(str(file), f"cannot be read ({error})", _AGAIN) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(
            str(file), f"is no manifest of an {FORMAT}", "name a folder that `adjuvant import` wrote"
        )
    if content.get("schema") not in _READABLE:
        raise InputError(
            str(file),
            f"is of schema {content.get('schema')!r}, and this version reads "
            + " and ".join(map(str, _READABLE)),
            "use the adjuvant that wrote it, or import the source again",
        )
    try:
        return _info(path, content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(str(file), f"is incomplete ({error!r})", _AGAIN) from error


def _info(path: Path, content: dict[str, Any]) -> StoreInfo:
    return StoreInfo(
        path=path,
        schema=int(content["schema"]),
        adjuvant=str(content["adjuvant"]),
        library=str(content["library_sha256"]),
        patients=int(content["patients"]),
        tables={str(name): int(table["rows"]) for name, table in content["tables"].items()},
        files={f"{name}.parquet": str(table["sha256"]) for name, table in content["tables"].items()},
        sources=tuple(
            StoreSource(
                str(item["source"]),
                int(item["patients"]),
                datetime.fromisoformat(item["imported_at"]) if item["imported_at"] is not None else None,
            )
            for item in content["sources"]
        ),
    )


def verify(info: StoreInfo, tables: tuple[str, ...]) -> None:
    """Check that every table is there and is what was written.

    Raises:
        InputError: a table is missing, or a file is not the one that was written.
    """
    for name in tables:
        file = info.path / f"{name}.parquet"
        if name not in info.tables or not file.is_file():
            raise InputError(str(file), "is missing from the record store", _AGAIN)
        if sha256(file) != info.files[file.name]:
            raise InputError(str(file), "is not the file that was written (its checksum differs)", _AGAIN)
