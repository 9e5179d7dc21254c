"""MIMIC-IV: a folder of its tables in, one record per patient out; what was ordered and given stay apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from adjuvant.record import PatientRecord
from adjuvant.sources.base import Import, Progress, QualityCounter, Stream, choose_patient, collect
from adjuvant.sources.gathering import Item, record_of
from adjuvant.sources.mimic3.patients import say_charted_after_death
from adjuvant.sources.mimic4.chart import read_chart, read_inputs
from adjuvant.sources.mimic4.emar import read_emar
from adjuvant.sources.mimic4.orders import read_orders
from adjuvant.sources.mimic4.people import read_conditions, read_encounters, read_patients, read_weights
from adjuvant.sources.mimic4.reading import SOURCE, Reading
from adjuvant.sources.mimic4.shapes import EVENTS, NEEDED, PERSON, TABLES
from adjuvant.sources.strays import count_strays
from adjuvant.sources.tables import TableFolder
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms
from adjuvant.timeline import zone as named_zone

__all__ = ["DEFAULT_ZONE", "TABLES", "read", "stream"]

DEFAULT_ZONE = "UTC"
"""MIMIC-IV shifts each patient's dates by decades, so no clock change of its hospital applies to them."""

# Those that are read patient by patient; the others are small and have no patient.
_OF_PATIENTS = tuple(name for name, shape in TABLES.items() if shape.key and name != "patients")


def read(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Import:
    """All records of a folder of MIMIC-IV tables; as `stream`."""
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
    """Records from a folder of MIMIC-IV tables, of both its modules: ``patients`` and any of events.

    Args:
        path: folder of the tables, names and columns in any case.
        patient: read only this ``subject_id``.
        zone: IANA zone of the times, which carry none; None takes UTC.
        terms: the user's own lines on drug names.
        progress: told after each batch.
        after: pass over the patients whose id is not greater than this one.
        work: a folder for staged tables.
    Raises:
        InputError: a table, a column or the patient is missing; a file is damaged. Odd rows become quality
            lines.
    """
    place = Path(path)
    local = named_zone(zone or DEFAULT_ZONE)
    folder = TableFolder(place, TABLES, what="MIMIC-IV", needed=NEEDED, events=EVENTS, work=work)
    absent = f", without {', '.join(folder.missing)}" if folder.missing else ""
    try:
        ids = sorted(person for (person,) in folder.counts("patients", PERSON))
        if patient is not None:
            ids = [choose_patient(ids, patient, f"{SOURCE}: {place}")]
    except Exception:
        folder.close()
        raise
    chosen = [person for person in ids if after is None or person > after]
    strays = QualityCounter()
    reading = Reading(folder, local, Terminology(terms), _items(folder))
    records = _records(reading, len(chosen), patient, after, strays, progress)
    return Stream(f"{SOURCE}: {place}{absent}", records, strays, len(chosen))


def _items(folder: TableFolder) -> dict[str, Item]:
    if "d_items" not in folder:
        return {}
    return {
        row["itemid"]: Item(row["itemid"], row["label"], row["linksto"].lower())
        for row in folder.rows("d_items")
    }


def _titles(folder: TableFolder) -> Mapping[tuple[str, str], str]:
    if "d_icd_diagnoses" not in folder:
        return {}
    return {
        (row["icd_code"], row["icd_version"]): row["long_title"] for row in folder.rows("d_icd_diagnoses")
    }


def _records(
    reading: Reading,
    total: int,
    patient: str | None,
    after: str | None,
    strays: QualityCounter,
    progress: Progress | None,
) -> Iterator[PatientRecord]:
    done = 0
    folder = reading.folder
    try:
        titles = _titles(folder)
        batches = [(patient,)] if patient is not None else folder.batches("patients", after=after)
        for keys in batches:
            reading.begin()
            people = read_patients(reading, keys)
            read_encounters(reading)
            read_conditions(reading, titles)
            read_weights(reading)
            read_orders(reading)
            read_inputs(reading)
            read_chart(reading)
            read_emar(reading)
            say_charted_after_death(reading.patients, people)
            for person in sorted(people):
                yield record_of(people[person], reading.patients[person])
            done += len(people)
            if progress is not None:
                progress("patients", done, total)
        if patient is None:
            count_strays(folder, "patients", PERSON, _OF_PATIENTS, strays)
    finally:
        folder.close()
