"""Reading a record store: checked against its manifest first, then rebuilt exactly as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adjuvant.errors import InputError
from adjuvant.record import (
    EVENT_KINDS,
    Patient,
    PatientRecord,
    QualityLine,
    QualitySummary,
    Refusal,
    ReportedFigure,
)
from adjuvant.sources.base import Import, Progress, choose_patient
from adjuvant.sources.store.columns import Column, plan_of
from adjuvant.sources.store.manifest import StoreInfo, read_manifest, verify
from adjuvant.sources.store.parquet import read_rows

__all__ = ["LEADS", "PLANS", "TABLES", "Stored", "info", "load", "patients", "read"]

_PATIENT = Column("patient", "text")
PLANS: dict[str, type[Any]] = {
    "patients": Patient,
    **EVENT_KINDS,
    "reported": ReportedFigure,
    "unplaced": Refusal,
    "quality": QualityLine,
}
"""Name of each table of a store and the type of its rows."""

LEADS: dict[str, tuple[Column, ...]] = {
    "patients": (_PATIENT, Column("source", "text"), Column("known_until", "time")),
    "quality": (_PATIENT, Column("source", "text")),
}
"""Columns that stand before those of the type; all other tables have the patient's id alone."""

TABLES = tuple(PLANS)
# Stores of an older schema have no table for what they could not say.
_SINCE = {"unplaced": 2}


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything that a store holds.

    Args:
        records: by patient id, in order.
        sources: by patient id, what the patient was read from.
        whole: by source, the quality lines of that whole import.
    """

    records: dict[str, PatientRecord]
    sources: dict[str, str]
    whole: dict[str, tuple[QualityLine, ...]]


def lead_of(table: str) -> tuple[Column, ...]:
    """The leading columns of a table."""
    return LEADS.get(table, (_PATIENT,))


def info(path: Path | str) -> StoreInfo:
    """What the store says about itself, without reading its tables.

    Raises:
        InputError: there is no complete store.
    """
    return read_manifest(Path(path))


def patients(path: Path | str) -> tuple[str, ...]:
    """The ids of the store's patients, in order.

    Raises:
        InputError: there is no complete store.
    """
    place = Path(path)
    verify(read_manifest(place), ("patients",))
    return tuple(lead[0] for lead, _ in _rows(place, "patients"))


def read(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    progress: Progress | None = None,
) -> Import:
    """The patient records of a store, equal to those that were written.

    Args:
        path: the folder, or its ``manifest.json``.
        patient: read only this one.
        zone: of no use here, as the store holds instants; taken so that all readers are called alike.
    Returns:
        The records; the quality of the whole import, or with `patient` of that one record.
    Raises:
        InputError: no store, half written or changed since, another schema, no such patient.
    """
    place = Path(path)
    if place.name == "manifest.json":
        place = place.parent
    stored = load(place, patient=patient, progress=progress)
    records = tuple(stored.records.values())
    if patient is not None:
        quality = records[0].quality
    elif len(stored.whole) == 1:
        quality = QualitySummary(next(iter(stored.whole.values())))
    else:
        quality = QualitySummary.merged(line for lines in stored.whole.values() for line in lines)
    names = "; ".join(sorted(set(stored.sources.values()) or set(stored.whole)))
    return Import(
        records, quality, f"record store {place} (from {names})" if names else f"record store {place}"
    )


def load(path: Path, *, patient: str | None = None, progress: Progress | None = None) -> Stored:
    """Everything in the store, or all of one patient.

    Raises:
        InputError: as `read`.
    """
    manifest = read_manifest(path)
    tables = tuple(table for table in TABLES if manifest.schema >= _SINCE.get(table, 1))
    verify(manifest, tables)
    listed: dict[str, Patient] = {}
    sources: dict[str, str] = {}
    known: dict[str, datetime | None] = {}
    for (name, source, until), row in _rows(path, "patients"):
        listed[name], sources[name], known[name] = row, source, until
    if patient is not None:
        chosen = choose_patient(listed, patient, str(path))
        listed, sources = {chosen: listed[chosen]}, {chosen: sources[chosen]}
    held: dict[str, dict[str, list[Any]]] = {name: {} for name in listed}
    whole: dict[str, list[QualityLine]] = {item.source: [] for item in manifest.sources}
    kinds = [table for table in tables if table != "patients"]
    for done, table in enumerate(kinds, start=1):
        for lead, value in _rows(path, table, patient):
            if lead[0] is not None:
                _of(held, lead[0], path, table).setdefault(table, []).append(value)
            elif lead[1] in whole:
                whole[lead[1]].append(value)
        if progress is not None:
            progress(table, done, len(kinds))
    records = {name: _record(listed[name], known[name], held[name]) for name in listed}
    return Stored(records, sources, {source: tuple(lines) for source, lines in whole.items()})


def _of(held: dict[str, dict[str, list[Any]]], name: str, path: Path, table: str) -> dict[str, list[Any]]:
    if name not in held:
        raise InputError(
            f"{path / table}.parquet",
            f"holds rows of {name!r}, who is not in patients",
            "import the source again",
        )
    return held[name]


def _rows(path: Path, table: str, patient: str | None = None) -> Iterator[tuple[tuple[Any, ...], Any]]:
    return read_rows(path / f"{table}.parquet", lead_of(table), plan_of(PLANS[table]), patient)


def _record(patient: Patient, known_until: datetime | None, held: dict[str, list[Any]]) -> PatientRecord:
    quality = QualitySummary(tuple(held.pop("quality", ())))
    events: dict[str, Any] = {table: tuple(rows) for table, rows in held.items()}
    return PatientRecord(patient=patient, quality=quality, known_until=known_until, **events)
