"""MIMIC-III: a folder of its tables in, one record per patient out; MetaVision and CareVue are read apart."""

from __future__ import annotations

from pathlib import Path

from adjuvant.record import Patient, PatientRecord
from adjuvant.sources.base import Import, Progress, QualityCounter, choose_patient
from adjuvant.sources.gathering import record_of
from adjuvant.sources.mimic3.carevue import read_carevue
from adjuvant.sources.mimic3.chart import read_chart
from adjuvant.sources.mimic3.folder import TABLES, Folder
from adjuvant.sources.mimic3.metavision import read_metavision
from adjuvant.sources.mimic3.orders import read_orders
from adjuvant.sources.mimic3.patients import (
    read_conditions,
    read_encounters,
    read_patients,
    say_charted_after_death,
)
from adjuvant.sources.mimic3.reading import SOURCE, Reading
from adjuvant.timeline import zone as named_zone

__all__ = ["DEFAULT_ZONE", "TABLES", "read"]

DEFAULT_ZONE = "UTC"
"""MIMIC-III shifts each patient's dates by decades, so no clock change of its hospital applies to them."""

_STEPS = (
    ("stays", read_encounters),
    ("diagnoses", read_conditions),
    ("MetaVision medication", read_metavision),
    ("CareVue medication", read_carevue),
    ("orders", read_orders),
    ("chart", read_chart),
)


def read(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    progress: Progress | None = None,
) -> Import:
    """Patient records from a folder of MIMIC-III tables: ``patients``, ``d_items`` and any of events.

    Args:
        path: folder of ``.csv`` or ``.csv.gz`` files, names and columns in lower or upper case.
        patient: read only this ``subject_id``.
        zone: IANA zone of the times, which carry none; None takes UTC.
        progress: told after each table.
    Returns:
        One record per patient, each with the quality of its own rows.
    Raises:
        InputError: a table, a column or the patient is missing; a file is damaged. Odd rows become quality
            lines instead.
    """
    place = Path(path)
    local = named_zone(zone or DEFAULT_ZONE)
    folder = Folder(place)
    try:
        reading = Reading(folder, local, patient, progress)
        patients = read_patients(reading)
        if patient is not None and patient not in patients:
            choose_patient(
                (row["subject_id"] for row in folder.rows("patients")), patient, f"{SOURCE}: {place}"
            )
        for done, (what, step) in enumerate(_STEPS, start=1):
            step(reading)
            reading.tell(what, done, len(_STEPS))
        say_charted_after_death(reading.patients, patients)
    finally:
        folder.close()
    absent = f", without {', '.join(folder.missing)}" if folder.missing else ""
    whole = QualityCounter()
    whole.add(reading.strays.summary())
    records = tuple(_record(reading, one, whole) for _, one in sorted(patients.items()))
    return Import(records, whole.summary(), f"{SOURCE}: {place}{absent}")


def _record(reading: Reading, patient: Patient, whole: QualityCounter) -> PatientRecord:
    record = record_of(patient, reading.patients[patient.id])
    whole.add(record.quality)
    return record
