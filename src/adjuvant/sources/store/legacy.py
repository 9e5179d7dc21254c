"""Stores of schema 1 and 2, which are one flat folder of tables: read for ever, written no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adjuvant.errors import InputError
from adjuvant.record import EVENT_KINDS, Patient, QualityLine, QualitySummary, Refusal, ReportedFigure
from adjuvant.sources.store.columns import Column, plan_of
from adjuvant.sources.store.manifest import StoreInfo, sha256
from adjuvant.sources.store.parquet import read_rows
from adjuvant.sources.store.part import Stored, lead_of, record_of

__all__ = ["FLAT_FILES", "read_flat", "read_flat_wholes"]

_PLANS: dict[str, type[Any]] = {
    "patients": Patient,
    **EVENT_KINDS,
    "reported": ReportedFigure,
    "unplaced": Refusal,
    "quality": QualityLine,
}
_SINCE = {"unplaced": 2}
_QUALITY = (Column("patient", "text"), Column("source", "text"))
_AGAIN = "import the source again"

FLAT_FILES = frozenset(f"{table}.parquet" for table in _PLANS)
"""Names of the tables of such a store."""


def read_flat(info: StoreInfo) -> list[Stored]:
    """Every record of the store, in order of patient id.

    Raises:
        InputError: a table is missing, is not the one that was written, or cannot be read.
    """
    tables = tuple(table for table in _PLANS if info.schema >= _SINCE.get(table, 1))
    for table in tables:
        _check(info, table)
    listed: dict[str, tuple[Patient, str, Any]] = {}
    held: dict[str, dict[str, list[Any]]] = {}
    for (name, source, until), row in _rows(info.path, "patients"):
        listed[name], held[name] = (row, source, until), {}
    for table in tables[1:]:
        for lead, value in _rows(info.path, table):
            if lead[0] is None:
                continue
            if lead[0] not in held:
                raise InputError(
                    f"{info.path / table}.parquet",
                    f"holds rows of {lead[0]!r}, who is not in patients",
                    _AGAIN,
                )
            held[lead[0]].setdefault(table, []).append(value)
    return [
        Stored(record_of(row, until, held[name]), source)
        for name, (row, source, until) in sorted(listed.items())
    ]


def read_flat_wholes(info: StoreInfo) -> dict[str, QualitySummary]:
    """By source, what became of every row of that import.

    Raises:
        InputError: as `read_flat`.
    """
    _check(info, "quality")
    found: dict[str, list[QualityLine]] = {item.source: [] for item in info.sources}
    for lead, line in _rows(info.path, "quality"):
        if lead[0] is None and lead[1] in found:
            found[lead[1]].append(line)
    return {source: QualitySummary(tuple(lines)) for source, lines in found.items()}


def _check(info: StoreInfo, table: str) -> None:
    file = info.path / f"{table}.parquet"
    if table not in info.tables or not file.is_file():
        raise InputError(str(file), "is missing from the record store", _AGAIN)
    if sha256(file) != info.files[file.name]:
        raise InputError(str(file), "is not the file that was written (its checksum differs)", _AGAIN)


def _rows(path: Path, table: str) -> Iterator[tuple[tuple[Any, ...], Any]]:
    lead = _QUALITY if table == "quality" else lead_of(table)
    return read_rows(path / f"{table}.parquet", lead, plan_of(_PLANS[table]))
