"""The store's manifest: what the folder holds, whence, and the checksums by which a changed file shows."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from adjuvant.errors import InputError
from adjuvant.sources.text import missing_file

__all__ = [
    "FORMAT",
    "JOURNAL",
    "MANIFEST",
    "PARTS",
    "SCHEMA",
    "Part",
    "StoreInfo",
    "StoreSource",
    "put_json",
    "read_manifest",
    "settle",
    "sha256",
    "write_manifest",
]

MANIFEST = "manifest.json"
JOURNAL = "importing.json"
"""Kept while an import runs; it says which parts are finished, so that the import can be resumed."""
PARTS = "parts"
FORMAT = "adjuvant record store"
SCHEMA = 3
_READABLE = (1, 2, SCHEMA)
"""Schema 1 has no table of what could not be placed in a record; 1 and 2 are one flat folder of tables."""
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
class Part:
    """One folder of tables that holds some patients, whole, in order of their ids.

    Args:
        folder: where its tables lie.
        first, last: the least and the greatest id in it.
        patients: how many it holds.
        rows: number of rows by table; a table without rows has no file.
        files: SHA-256 by table.
        library: digest of the library of numbers that its exposures were derived with.
        sources: how many of its patients came from each source.
    """

    folder: Path
    first: str
    last: str
    patients: int
    rows: Mapping[str, int]
    files: Mapping[str, str]
    library: str
    sources: Mapping[str, int]

    @property
    def name(self) -> str:
        """The name of its folder, which follows from what is in it."""
        return self.folder.name

    def file(self, table: str) -> Path:
        """Where a table of it lies, if it has rows."""
        return self.folder / f"{table}.parquet"

    def plain(self) -> dict[str, Any]:
        """The part as it stands in the manifest."""
        return {
            "name": self.name,
            "first": self.first,
            "last": self.last,
            "patients": self.patients,
            "library_sha256": self.library,
            "sources": dict(sorted(self.sources.items())),
            "tables": {
                table: {"rows": self.rows[table], "sha256": self.files[table]} for table in sorted(self.files)
            },
        }

    @classmethod
    def of(cls, place: Path, plain: Mapping[str, Any]) -> Part:
        """The part that `plain` made, in the store at `place`.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: `plain` is not of a part.
        """
        tables = plain["tables"]
        name = str(plain["name"])
        if not name.isalnum():
            raise ValueError(f"part {name!r} has no name of letters and digits")
        return cls(
            folder=place / PARTS / name,
            first=str(plain["first"]),
            last=str(plain["last"]),
            patients=int(plain["patients"]),
            rows={str(table): int(found["rows"]) for table, found in tables.items()},
            files={str(table): str(found["sha256"]) for table, found in tables.items()},
            library=str(plain["library_sha256"]),
            sources={str(source): int(count) for source, count in plain["sources"].items()},
        )


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a record store says about itself.

    Args:
        tables: number of rows by table, over all parts.
        adjuvant: the version that wrote it.
        library: digest of the library of numbers at that time.
        files: of a store of schema 1 or 2, which is one folder: SHA-256 by file name.
        wholes: by source, the checksum of the file that says what became of every row of that import.
    """

    path: Path
    schema: int
    adjuvant: str
    library: str
    patients: int
    tables: dict[str, int]
    sources: tuple[StoreSource, ...]
    parts: tuple[Part, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    wholes: dict[str, str] = field(default_factory=dict)


def sha256(path: Path) -> str:
    """The checksum of one file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_json(file: Path, content: Any) -> None:
    """Write a JSON file so that it is there whole or not at all, also if the machine stops."""
    fresh = file.with_name(f"{file.name}.new")
    with fresh.open("w", encoding="utf-8") as opened:
        json.dump(content, opened, indent=1, ensure_ascii=False)
        opened.write("\n")
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
    settle(file.parent)


def settle(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_manifest(info: StoreInfo) -> None:
    """Put the manifest in its place: the moment at which a store becomes what it describes."""
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
                "quality_sha256": info.wholes.get(item.source),
            }
            for item in info.sources
        ],
        "tables": dict(sorted(info.tables.items())),
        "parts": [part.plain() for part in info.parts],
    }
    put_json(info.path / MANIFEST, content)


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
        if (path / JOURNAL).is_file():
            raise InputError(
                str(path),
                "holds an import that was not finished, and no records yet",
                "run the same import again; it goes on where it stopped",
            )
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
            + ", ".join(map(str, _READABLE[:-1]))
            + f" and {SCHEMA}",
            "use the adjuvant that wrote it, or import the source again",
        )
    try:
        return _info(path, content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(str(file), f"is incomplete ({error!r})", _AGAIN) from error


def _info(path: Path, content: dict[str, Any]) -> StoreInfo:
    schema = int(content["schema"])
    flat = schema < SCHEMA
    tables = content["tables"].items()
    return StoreInfo(
        path=path,
        schema=schema,
        adjuvant=str(content["adjuvant"]),
        library=str(content["library_sha256"]),
        patients=int(content["patients"]),
        tables={str(name): int(table["rows"] if flat else table) for name, table in tables},
        sources=tuple(
            StoreSource(
                str(item["source"]),
                int(item["patients"]),
                datetime.fromisoformat(item["imported_at"]) if item["imported_at"] is not None else None,
            )
            for item in content["sources"]
        ),
        parts=() if flat else tuple(Part.of(path, item) for item in content["parts"]),
        files={f"{name}.parquet": str(table["sha256"]) for name, table in tables} if flat else {},
        wholes=(
            {}
            if flat
            else {
                str(item["source"]): str(item["quality_sha256"])
                for item in content["sources"]
                if item["quality_sha256"] is not None
            }
        ),
    )
