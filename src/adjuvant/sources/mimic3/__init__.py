"""MIMIC-III: a folder of its tables in, one record per patient out; MetaVision and CareVue are read apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.record import PatientRecord
from adjuvant.sources.base import Import, Progress, QualityCounter, Stream, choose_patient, collect
from adjuvant.sources.gathering import Item, record_of
from adjuvant.sources.mimic3.carevue import read_carevue
from adjuvant.sources.mimic3.chart import read_chart
from adjuvant.sources.mimic3.folder import OF_PATIENTS, PERSON, TABLES, open_folder
from adjuvant.sources.mimic3.metavision import read_metavision
from adjuvant.sources.mimic3.orders import read_orders
from adjuvant.sources.mimic3.patients import (
    read_conditions,
    read_encounters,
    read_patients,
    say_charted_after_death,
)
from adjuvant.sources.mimic3.reading import SOURCE, Reading
from adjuvant.sources.strays import count_strays
from adjuvant.sources.tables import TableFolder
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms
from adjuvant.timeline import zone as named_zone

__all__ = ["DEFAULT_ZONE", "TABLES", "read", "stream"]

DEFAULT_ZONE = "UTC"
"""MIMIC-III shifts each patient's dates by decades, so no clock change of its hospital applies to them."""


def read(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Import:
    """All records of a folder of MIMIC-III tables; as `stream`."""
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
    """Patient records from a folder of MIMIC-III tables: ``patients``, ``d_items`` and any of events.

    Args:
        path: folder of the tables, names and columns in any case.
        patient: read only this ``subject_id``.
        zone: IANA zone of the times, which carry none; None takes UTC.
        terms: the user's own lines on drug names.
        progress: told after each batch.
        after: pass over the patients whose id is not greater than this one.
        work: a folder for staged tables.
    Returns:
        One record per patient, each with the quality of its own rows.
    Raises:
        InputError: a table, a column or the patient is missing; a file is damaged; a patient twice or without
            an id. Odd rows become quality lines instead.
    """
    place = Path(path)
    local = named_zone(zone or DEFAULT_ZONE)
    folder = open_folder(place, work)
    absent = f", without {', '.join(folder.missing)}" if folder.missing else ""
    try:
        ids = _patients(folder)
        if patient is not None:
            ids = [choose_patient(ids, patient, f"{SOURCE}: {place}")]
    except Exception:
        folder.close()
        raise
    chosen = [person for person in ids if after is None or person > after]
    strays = QualityCounter()
    records = _records(folder, local, Terminology(terms), len(chosen), patient, after, strays, progress)
    return Stream(f"{SOURCE}: {place}{absent}", records, strays, len(chosen))


def _patients(folder: TableFolder) -> list[str]:
    found = folder.counts("patients", PERSON)
    for (person,), count in found.items():
        if not person or count > 1:
            rule = f"holds the patient {person} twice" if person else f"has a row without {PERSON}"
            raise InputError(f"{folder.path}: patients", rule, "keep one row for each patient")
    return sorted(person for (person,) in found)


def _records(
    folder: TableFolder,
    local: ZoneInfo,
    names: Terminology,
    total: int,
    patient: str | None,
    after: str | None,
    strays: QualityCounter,
    progress: Progress | None,
) -> Iterator[PatientRecord]:
    done = 0
    try:
        items = {
            row["itemid"]: Item(row["itemid"], row["label"], row["linksto"].lower())
            for row in folder.rows("d_items")
        }
        batches = [(patient,)] if patient is not None else folder.batches("patients", after=after)
        for keys in batches:
            reading = Reading(folder, local, names, items, keys)
            people = read_patients(reading)
            read_encounters(reading)
            read_conditions(reading)
            read_metavision(reading)
            read_carevue(reading)
            read_orders(reading)
            read_chart(reading)
            say_charted_after_death(reading.patients, people)
            for person in sorted(people):
                yield record_of(people[person], reading.patients[person])
            done += len(people)
            if progress is not None:
                progress("patients", done, total)
        if patient is None:
            count_strays(folder, "patients", PERSON, OF_PATIENTS, strays)
    finally:
        folder.close()
