"""eICU: a folder of its tables in, one record per hospital stay out; its times count from the admission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from adjuvant.record import PatientRecord
from adjuvant.sources.base import Import, Progress, QualityCounter, Stream, choose_patient, collect
from adjuvant.sources.eicu.charted import read_nurse_charting, read_respiratory_charting, read_vitals
from adjuvant.sources.eicu.diagnoses import read_diagnoses
from adjuvant.sources.eicu.infusions import read_infusions
from adjuvant.sources.eicu.orders import read_home_medication, read_orders
from adjuvant.sources.eicu.people import ORIGIN, read_people
from adjuvant.sources.eicu.reading import SOURCE, Reading
from adjuvant.sources.eicu.shapes import EVENTS, NEEDED, STAY, TABLES
from adjuvant.sources.gathering import record_of
from adjuvant.sources.strays import count_strays
from adjuvant.sources.tables import TableFolder
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms
from adjuvant.timeline import zone as named_zone

__all__ = ["DEFAULT_ZONE", "ORIGIN", "TABLES", "read", "stream"]

DEFAULT_ZONE = "UTC"
"""eICU has no dates, so no clock change of its hospitals applies to its times."""

_BATCH = 200_000
"""Rows of all tables together that a batch holds at most, unless one hospital stay alone has more."""

_STEPS: tuple[Callable[[Reading], None], ...] = (
    read_infusions,
    read_orders,
    read_home_medication,
    read_diagnoses,
    read_vitals,
    read_respiratory_charting,
    read_nurse_charting,
)


def read(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Import:
    """All records of a folder of eICU tables; as `stream`."""
    return collect(stream(path, patient=patient, zone=zone, terms=terms, progress=progress))


def stream(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
    after: str | None = None,
    work: Path | None = None,
) -> Stream:
    """Records from a folder of eICU tables, one for each hospital stay: ``patient`` and any of events.

    Args:
        path: folder of the tables, names and columns in any case.
        patient: read only this ``patienthealthsystemstayid``.
        zone: IANA zone of the invented dates; None takes UTC.
        terms: the user's own lines on drug names.
        progress: told after each batch.
        after: pass over the hospital stays whose id is not greater than this one.
        work: a folder for staged tables.
    Raises:
        InputError: a table, a column or the stay is missing; a file is damaged. Odd rows become quality
            lines.
    """
    place = Path(path)
    local = named_zone(zone or DEFAULT_ZONE)
    folder = TableFolder(place, TABLES, what="eICU", needed=NEEDED, events=EVENTS, work=work)
    absent = f", without {', '.join(folder.missing)}" if folder.missing else ""
    source = f"{SOURCE}: {place}{absent}"
    ids = sorted(key for (key,) in folder.counts("patient", "patienthealthsystemstayid"))
    if patient is not None:
        try:
            ids = [choose_patient(ids, patient, f"{SOURCE}: {place}")]
        except Exception:
            folder.close()
            raise
    chosen = [key for key in ids if after is None or key > after]
    strays = QualityCounter()
    records = _records(folder, Terminology(terms), local.key, chosen, patient, strays, progress)
    return Stream(source, records, strays, len(chosen))


def _records(
    folder: TableFolder,
    names: Terminology,
    zone: str,
    chosen: list[str],
    patient: str | None,
    strays: QualityCounter,
    progress: Progress | None,
) -> Iterator[PatientRecord]:
    done = 0
    try:
        for keys in _batches(folder, chosen):
            reading = Reading(folder, named_zone(zone), names)
            people = read_people(reading, keys)
            for step in _STEPS:
                step(reading)
            for one in people.values():
                yield record_of(one, reading.patients[one.id])
            done += len(people)
            if progress is not None:
                progress("hospital stays", done, len(chosen))
        if patient is None:
            count_strays(folder, "patient", STAY, (name for name in TABLES if name != "patient"), strays)
    finally:
        folder.close()


def _batches(folder: TableFolder, chosen: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Hospital stays, so many at a time that their rows stay bounded; tables know only their unit stays."""
    rows: Counter[str] = Counter()
    for table in TABLES:
        if table in folder:
            for (stay,), count in folder.counts(table, STAY).items():
                rows[stay] += count
    held: Counter[str] = Counter()
    for record, stay in folder.counts("patient", "patienthealthsystemstayid", STAY):
        held[record] += rows[stay]
    batch: list[str] = []
    total = 0
    for record in chosen:
        if batch and total + held[record] > _BATCH:
            yield tuple(batch)
            batch, total = [], 0
        batch.append(record)
        total += held[record]
    if batch:
        yield tuple(batch)
