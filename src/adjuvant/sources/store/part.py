"""Parts of a record store: written patient by patient, named after their content, and read back exactly."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adjuvant.errors import InputError
from adjuvant.library import digest
from adjuvant.record import (
    EVENT_KINDS,
    MedicineCount,
    Patient,
    PatientRecord,
    QualityLine,
    QualitySummary,
    Refusal,
    ReportedFigure,
    UnknownName,
)
from adjuvant.sources.store.columns import Column, plan_of
from adjuvant.sources.store.derived import DERIVED, derive
from adjuvant.sources.store.manifest import PARTS, Part, settle, sha256
from adjuvant.sources.store.parquet import TableWriter, read_rows

__all__ = [
    "LEADS",
    "PLANS",
    "TABLES",
    "PartWriter",
    "Stored",
    "all_synthetic",
    "check_file",
    "ids_of",
    "read_part",
    "record_of",
]

_PATIENT = Column("patient", "text")
PLANS: dict[str, type[Any]] = {
    "patients": Patient,
    **EVENT_KINDS,
    "reported": ReportedFigure,
    "unplaced": Refusal,
    "quality": QualityLine,
    "medicines": MedicineCount,
    "unknown_names": UnknownName,
    **DERIVED,
}
"""Name of each table of a store and the type of its rows."""

LEADS: dict[str, tuple[Column, ...]] = {
    "patients": (_PATIENT, Column("source", "text"), Column("known_until", "time")),
}
"""Columns that stand before those of the type; all other tables have the patient's id alone."""

TABLES = tuple(PLANS)
_AGAIN = "import the source again"
_WRITING = ".writing"


@dataclass(frozen=True, slots=True)
class Stored:
    """One patient's record as a store holds it, and what it was read from."""

    record: PatientRecord
    source: str


def lead_of(table: str) -> tuple[Column, ...]:
    """The leading columns of a table."""
    return LEADS.get(table, (_PATIENT,))


class PartWriter:
    """Writes one part into a hidden folder, and gives it its place and its name at the end.

    Patients must be added in ascending order of id. Nothing that the store already holds is touched.
    """

    def __init__(self, place: Path) -> None:
        self._parts = place / PARTS
        self._parts.mkdir(mode=0o700, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix=".", suffix=_WRITING, dir=self._parts))
        self._writers: dict[str, TableWriter] = {}
        self._sources: Counter[str] = Counter()
        self._first = self._last = ""
        self.events = 0

    def add(self, record: PatientRecord, source: str) -> None:
        """Write one patient's record, and the tables that are derived from it."""
        name = record.patient.id
        self._first = name if not self._sources else self._first
        self._last = name
        self._sources[source] += 1
        self.events += 1 + record.event_count
        self._table("patients").add((name, source, record.known_until), record.patient)
        for table in EVENT_KINDS:
            self._rows(table, name, getattr(record, table))
        self._rows("reported", name, record.reported)
        self._rows("unplaced", name, record.unplaced)
        self._rows("quality", name, record.quality.lines)
        self._rows("medicines", name, record.quality.medicines)
        self._rows("unknown_names", name, record.quality.names)
        for table, row in derive(record):
            self._table(table).add((name,), row)

    def close(self) -> Part:
        """Finish the tables and put the part in its place; a part of the same content is there only once."""
        try:
            for writer in self._writers.values():
                writer.close()
            files = {table: sha256(self._folder / f"{table}.parquet") for table in sorted(self._writers)}
            for table in files:
                with (self._folder / f"{table}.parquet").open("rb") as opened:
                    os.fsync(opened.fileno())
            sealed = hashlib.sha256("\n".join(f"{table} {seal}" for table, seal in files.items()).encode())
            place = self._parts / sealed.hexdigest()[:24]
            settle(self._folder)
            self._put(place, files)
            settle(self._parts)
        except BaseException:
            self.abandon()
            raise
        return Part(
            folder=place,
            first=self._first,
            last=self._last,
            patients=self._sources.total(),
            rows={table: writer.rows for table, writer in sorted(self._writers.items())},
            files=files,
            library=digest(),
            sources=dict(sorted(self._sources.items())),
        )

    def _put(self, place: Path, files: dict[str, str]) -> None:
        """Give the part its place; one of the same content stays, as a manifest may point to it."""
        if place.is_dir():
            there = {item.name: sha256(item) for item in place.iterdir()}
            if there == {f"{table}.parquet": seal for table, seal in files.items()}:
                shutil.rmtree(self._folder)
                return
            place.rename(self._folder.with_name(f"{self._folder.name}.damaged"))
        self._folder.rename(place)

    def abandon(self) -> None:
        """Let go of what was written."""
        for writer in self._writers.values():
            writer.abandon()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _table(self, table: str) -> TableWriter:
        writer = self._writers.get(table)
        if writer is None:
            file = self._folder / f"{table}.parquet"
            writer = self._writers[table] = TableWriter(file, lead_of(table), plan_of(PLANS[table]))
        return writer

    def _rows(self, table: str, name: str, rows: Sequence[Any]) -> None:
        if rows:
            writer = self._table(table)
            for row in rows:
                writer.add((name,), row)


def check_file(part: Part, table: str) -> None:
    """Check that a table of a part is the one that was written.

    Raises:
        InputError: it is missing, or another file stands in its place.
    """
    file = part.file(table)
    if not file.is_file():
        raise InputError(str(file), "is missing from the record store", _AGAIN)
    if sha256(file) != part.files[table]:
        raise InputError(str(file), "is not the file that was written (its checksum differs)", _AGAIN)


def ids_of(part: Part) -> dict[str, str]:
    """Each patient of a part and the source of it, in order.

    Raises:
        InputError: the list of patients is missing or not the one that was written.
    """
    check_file(part, "patients")
    return {lead[0]: lead[1] for lead, _ in _rows(part.folder, "patients", None)}


def all_synthetic(parts: Iterable[Part]) -> bool:
    """Whether the parts hold patients, and every one of them is said to be invented.

    A store of an older layout has no parts, and is not looked through.

    Raises:
        InputError: a list of patients is missing or not the one that was written.
    """
    found = False
    for part in parts:
        check_file(part, "patients")
        for _, patient in _rows(part.folder, "patients", None):
            found = True
            if not patient.synthetic:
                return False
    return found


def read_part(part: Part, patient: str | None = None) -> list[Stored]:
    """The records of a part, in order, or the one of `patient`; each table is checked first.

    Raises:
        InputError: a table is missing, damaged, or holds rows that cannot be read or belong to nobody.
    """
    for table in part.files:
        check_file(part, table)
    tables = [table for table in part.files if table not in DERIVED]
    return read_folder(part.folder, tables, patient)


def read_folder(folder: Path, tables: Sequence[str], patient: str | None = None) -> list[Stored]:
    """The records of a folder of tables, in order of patient id.

    Raises:
        InputError: as `read_part`.
    """
    listed: dict[str, tuple[Patient, str, datetime | None]] = {}
    held: dict[str, dict[str, list[Any]]] = {}
    for (name, source, until), row in _rows(folder, "patients", patient):
        listed[name], held[name] = (row, source, until), {}
    for table in tables:
        if table == "patients":
            continue
        for lead, value in _rows(folder, table, patient):
            if lead[0] not in held:
                raise InputError(
                    f"{folder / table}.parquet", f"holds rows of {lead[0]!r}, who is not in patients", _AGAIN
                )
            held[lead[0]].setdefault(table, []).append(value)
    return [
        Stored(record_of(row, until, held[name]), source)
        for name, (row, source, until) in sorted(listed.items())
    ]


def record_of(patient: Patient, known_until: datetime | None, held: dict[str, list[Any]]) -> PatientRecord:
    """A record of a patient and the rows of each table."""
    quality = QualitySummary(
        tuple(held.pop("quality", ())),
        tuple(held.pop("medicines", ())),
        tuple(held.pop("unknown_names", ())),
    )
    events: dict[str, Any] = {table: tuple(rows) for table, rows in held.items()}
    return PatientRecord(patient=patient, quality=quality, known_until=known_until, **events)


def _rows(folder: Path, table: str, patient: str | None) -> Iterator[tuple[tuple[Any, ...], Any]]:
    return read_rows(folder / f"{table}.parquet", lead_of(table), plan_of(PLANS[table]), patient)
