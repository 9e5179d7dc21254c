"""Writing a record store: whole, in a fixed order, beside the old one, and put in its place at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace as with_fields
from datetime import datetime
from pathlib import Path

import adjuvant
from adjuvant.errors import InputError
from adjuvant.library import digest
from adjuvant.record import EVENT_KINDS, PatientRecord, QualityLine, QualitySummary
from adjuvant.sources.base import Import, Progress
from adjuvant.sources.store.columns import plan_of
from adjuvant.sources.store.manifest import (
    MANIFEST,
    SCHEMA,
    StoreInfo,
    StoreSource,
    read_manifest,
    sha256,
    write_manifest,
)
from adjuvant.sources.store.parquet import TableWriter
from adjuvant.sources.store.reader import PLANS, TABLES, Stored, lead_of, load
from adjuvant.timeline import as_instant

__all__ = ["write"]

_PER_REPORT = 10


def write(
    path: Path | str,
    import_: Import,
    *,
    progress: Progress | None = None,
    overwrite: bool = False,
    replace: bool = False,
    imported_at: datetime | None = None,
) -> StoreInfo:
    """Write an import as a record store, or add it to the store that is there.

    Patients that the store has and the import has not are kept. A patient of the same source is brought up to
    date. Nothing is lost if the writing is interrupted: the old store stays until the new one is complete.

    Args:
        path: the folder; made if it is not there.
        progress: told after every few patients.
        overwrite: begin anew instead of adding; also the way past a half-written store.
        replace: let the import's record take the place of one with the same id from another source.
        imported_at: when the import is made, kept in the manifest; None keeps nothing, and equal imports then
            give equal bytes.
    Raises:
        InputError: two records for one patient; a patient that the store has with other content from another
            source; a folder that is no record store, which is never overwritten.
    """
    place = Path(path)
    new = _by_id(import_)
    stored = _present(place, overwrite)
    times = {} if overwrite else _times(place)
    _check_clashes(place, new, stored, import_.source, replace)
    times[import_.source] = as_instant(imported_at) if imported_at is not None else None
    merged = _merged(new, stored, import_)
    try:
        return _write_beside(place, merged, times, progress)
    except OSError as error:
        raise InputError(
            str(place), f"cannot be written ({error.strerror or error})", "check the disk and its permissions"
        ) from error


def _write_beside(
    place: Path, stored: Stored, times: dict[str, datetime | None], progress: Progress | None
) -> StoreInfo:
    """Write the whole store into a hidden folder beside its place, and exchange the two at the end."""
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".writing", dir=place.parent))
    try:
        made = _write_tables(fresh, stored, times, progress)
        write_manifest(made)
        _settle(fresh)
        _exchange(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return with_fields(made, path=place)


def _by_id(import_: Import) -> dict[str, PatientRecord]:
    found: dict[str, PatientRecord] = {}
    for record in import_.records:
        if record.patient.id in found:
            raise InputError(
                f"{import_.source}: patient {record.patient.id}",
                "has two records",
                "merge them in the source",
            )
        found[record.patient.id] = record
    return found


def _present(place: Path, overwrite: bool) -> Stored:
    """What is there already, once it is certain that the folder is ours to write to."""
    nothing = Stored({}, {}, {})
    if not place.exists():
        return nothing
    if not place.is_dir():
        raise InputError(str(place), "is a file", "name a folder for the record store")
    names = {item.name for item in place.iterdir()}
    foreign = sorted(names - {MANIFEST, *(f"{table}.parquet" for table in TABLES)})
    if foreign:
        raise InputError(
            str(place),
            f"holds {foreign[0]}, which is no part of a record store",
            "name a new or empty folder",
        )
    if overwrite or not names:
        return nothing
    try:
        return load(place)
    except InputError as error:
        raise InputError(
            error.thing, error.rule, "name a new folder, or remove this one and import again"
        ) from error


def _times(place: Path) -> dict[str, datetime | None]:
    if not (place / MANIFEST).is_file():
        return {}
    return {item.source: item.imported_at for item in read_manifest(place).sources}


def _check_clashes(
    place: Path, new: dict[str, PatientRecord], stored: Stored, source: str, replace: bool
) -> None:
    for name, record in new.items():
        before = stored.records.get(name)
        if before is None or replace or stored.sources[name] == source or before == record:
            continue
        raise InputError(
            f"{place}: patient {name}",
            f"is there with other content, from {stored.sources[name]}",
            "import into another store, or replace the patient with --replace",
        )


def _merged(new: dict[str, PatientRecord], stored: Stored, import_: Import) -> Stored:
    records = dict(sorted({**stored.records, **new}.items()))
    sources = {name: import_.source if name in new else stored.sources[name] for name in records}
    whole = {source: lines for source, lines in stored.whole.items() if source in sources.values()}
    kept = [name for name in stored.records if name not in new]
    for source in {stored.sources[name] for name in stored.records if name in new} | {import_.source}:
        # The lines of a whole import hold no longer once some of its patients are replaced.
        own = [
            line
            for name in kept
            if stored.sources[name] == source
            for line in stored.records[name].quality.lines
        ]
        if source == import_.source:
            own += import_.quality.lines
            whole[source] = import_.quality.lines if len(own) == len(import_.quality.lines) else _sum(own)
        elif source in whole:
            whole[source] = _sum(own)
    return Stored(records, sources, dict(sorted(whole.items())))


def _sum(lines: Iterable[QualityLine]) -> tuple[QualityLine, ...]:
    return QualitySummary.merged(lines).lines


def _write_tables(
    folder: Path, stored: Stored, times: dict[str, datetime | None], progress: Progress | None
) -> StoreInfo:
    writers = {
        table: TableWriter(folder / f"{table}.parquet", lead_of(table), plan_of(PLANS[table]))
        for table in TABLES
    }
    try:
        for source, lines in stored.whole.items():
            for line in lines:
                writers["quality"].add((None, source), line)
        for done, (name, record) in enumerate(stored.records.items(), start=1):
            _write_record(writers, name, stored.sources[name], record)
            if progress is not None and (done % _PER_REPORT == 0 or done == len(stored.records)):
                progress("patients", done, len(stored.records))
        for writer in writers.values():
            writer.close()
    except BaseException:
        for writer in writers.values():
            writer.abandon()
        raise
    counts = {source: sum(1 for one in stored.sources.values() if one == source) for source in stored.whole}
    return StoreInfo(
        path=folder,
        schema=SCHEMA,
        adjuvant=adjuvant.__version__,
        library=digest(),
        patients=len(stored.records),
        tables={table: writer.rows for table, writer in writers.items()},
        files={f"{table}.parquet": sha256(folder / f"{table}.parquet") for table in writers},
        sources=tuple(StoreSource(source, count, times.get(source)) for source, count in counts.items()),
    )


def _write_record(writers: dict[str, TableWriter], name: str, source: str, record: PatientRecord) -> None:
    writers["patients"].add((name, source, record.known_until), record.patient)
    for table in EVENT_KINDS:
        for event in getattr(record, table):
            writers[table].add((name,), event)
    for figure in record.reported:
        writers["reported"].add((name,), figure)
    for item in record.unplaced:
        writers["unplaced"].add((name,), item)
    for line in record.quality.lines:
        writers["quality"].add((name, source), line)


def _settle(folder: Path) -> None:
    """Make sure that the files are on the disk before the folder takes its name."""
    for file in sorted(folder.iterdir()):
        with file.open("rb") as opened:
            os.fsync(opened.fileno())


def _exchange(fresh: Path, place: Path) -> None:
    """Put the new folder in the place of the old one; the old one comes back if that fails."""
    if not place.exists():
        fresh.rename(place)
        return
    old = fresh.with_suffix(".old")
    place.rename(old)
    try:
        fresh.rename(place)
    except OSError:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)
