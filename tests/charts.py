"""Small invented charts for tests that walk the whole way: a folder of CSV with its mapping, and a FHIR bundle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = [
    "GIVEN",
    "MAPPING",
    "Json",
    "a_bundle",
    "a_chart",
    "a_dose",
    "a_fhir_dose",
    "a_fhir_infusion",
    "a_quantity",
    "a_row",
    "days_of",
    "pain_of",
    "written",
]

Json = dict[str, Any]

MAPPING = """\
version: 1
zone: Europe/London
synthetic: true
tables:
  patients: {file: patients.csv, columns: {id: patient}}
  administrations:
    file: given.csv
    columns:
      {patient: patient, time: start, end: end, drug: drug, rxnorm: rxnorm, strength: strength,
       route: route, kind: kind, dose: dose, rate: rate}
  pain:
    file: pain.csv
    columns: {patient: patient, time: time, score: score}
    constants: {scale: nrs_0_10, reporter: self}
"""
GIVEN = ("patient", "start", "end", "drug", "rxnorm", "strength", "route", "kind", "dose", "rate")
_DOSE = {"patient": "a", "drug": "morphine", "route": "oral", "kind": "dose", "dose": "10 mg"}
_UCUM = "http://unitsofmeasure.org"


def a_row(start: str = "2031-03-03T09:00", **cells: str) -> str:
    """One row of `given.csv`: 10 mg of oral morphine unless told otherwise."""
    filled = {"start": start, **_DOSE, **cells}
    return ",".join(f'"{filled.get(name, "")}"' for name in GIVEN) + "\n"


def a_dose(day: int, hour: int, **cells: str) -> str:
    """One row on a day of March 2031 at a full hour."""
    return a_row(f"2031-03-{day:02d}T{hour:02d}:00", **cells)


def days_of(first: int, last: int, hours: Iterable[int] = (2, 8, 14, 20), **cells: str) -> str:
    """The same dose at the same hours on each of these days of March 2031: 40 mg of oral morphine a day."""
    listed = tuple(hours)
    return "".join(a_dose(day, hour, **cells) for day in range(first, last + 1) for hour in listed)


def pain_of(first: int, last: int, score: str = "5") -> str:
    """Rows of `pain.csv`, every four hours."""
    return "".join(
        f"a,2031-03-{day:02d}T{hour:02d}:30,{score}\n"
        for day in range(first, last + 1)
        for hour in (0, 4, 8, 12, 16, 20)
    )


def a_chart(
    folder: Path,
    given: str = "",
    *,
    pain: str = "a,2031-03-03T08:00,5\n",
    patients: str = "patient\na\n",
    mapping: str = MAPPING,
    **files: bytes,
) -> Path:
    """A folder of CSV under its mapping; `files` are written last and as they are, under their name and .csv."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (folder / "patients.csv").write_text(patients, encoding="utf-8")
    (folder / "given.csv").write_text(",".join(GIVEN) + "\n" + given, encoding="utf-8")
    (folder / "pain.csv").write_text("patient,time,score\n" + pain, encoding="utf-8")
    for name, data in files.items():
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def a_quantity(value: object, unit: str | None, code: str | None = None) -> Json:
    """A FHIR Quantity; its code is its unit unless another is given, and both are left out for None."""
    filled = {"value": value, "unit": unit, "code": code or unit, "system": _UCUM if unit else None}
    return {name: item for name, item in filled.items() if item is not None}


def a_fhir_dose(name: str = "x", at: str | None = "2031-03-03T09:00:00Z", **more: Any) -> Json:
    """A MedicationAdministration: 10 mg of oral morphine unless told otherwise; None leaves an element out."""
    filled: Json = {
        "resourceType": "MedicationAdministration",
        "id": name,
        "status": "completed",
        "subject": {"reference": "Patient/a"},
        "medicationCodeableConcept": {"text": "Morphine"},
        "effectiveDateTime": at,
        "dosage": {"route": {"text": "PO"}, "dose": a_quantity(10, "mg")},
        **more,
    }
    return {key: value for key, value in filled.items() if value is not None}


def a_fhir_infusion(
    rate: Mapping[str, Any],
    start: str | None = "2031-03-03T09:00:00Z",
    end: str | None = "2031-03-03T11:00:00Z",
    **more: Any,
) -> Json:
    """A MedicationAdministration over a period at a rate."""
    period = {key: value for key, value in (("start", start), ("end", end)) if value is not None}
    dosage = {"route": {"text": "IV"}, "rateQuantity": dict(rate)}
    return a_fhir_dose(at=None, effectivePeriod=period, dosage=dosage, **more)


def a_bundle(*resources: Mapping[str, Any], **more: Any) -> Json:
    """A Bundle of one invented patient and these resources."""
    everything = [{"resourceType": "Patient", "id": "a"}, *resources]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in everything],
        **more,
    }


def written(path: Path, content: Mapping[str, Any] | str | bytes) -> Path:
    """The file, once `content` stands in it: bytes and text as they are, anything else as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path
