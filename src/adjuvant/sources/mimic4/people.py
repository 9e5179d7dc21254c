"""Who the MIMIC-IV patients are: patient, stays, diagnoses of both ICD versions, weights of the clinic."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adjuvant.codes import Code, Icd9, Icd10
from adjuvant.errors import InputError, QuantityError
from adjuvant.quantity import Quantity
from adjuvant.record import BodyWeight, Condition, Outcome, Patient
from adjuvant.sources.belief import beyond_belief
from adjuvant.sources.gathering import Gathered, number
from adjuvant.sources.mimic3.patients import death, keep_encounter, moment
from adjuvant.sources.mimic4.reading import Reading
from adjuvant.sources.mimic4.shapes import PERSON
from adjuvant.sources.neoplasms import is_cancer
from adjuvant.sources.tables import Row
from adjuvant.timeline import local_midnight

__all__ = ["read_conditions", "read_encounters", "read_patients", "read_weights"]

_NOTE = (
    "MIMIC-IV: a real, de-identified record of a hospital. Its dates are shifted into the future, and its "
    "times carry no zone: they are taken in {zone}."
)
_HIDDEN = "The patient was older than 89; the source hides the age."
# The age that the source puts in place of every age above 89.
_STAND_IN = "91"
_WEIGHTS = {"weight (lbs)": "[lb_av]", "weight (kg)": "kg"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_REMEDY = "check the row in the source"


def read_patients(reading: Reading, keys: Sequence[str]) -> dict[str, Patient]:
    """The patients `keys`, by id, each with an empty Gathered in `reading`.

    Raises:
        InputError: a patient twice, or without an id.
    """
    rows: dict[str, Row] = {}
    for row in reading.folder.rows("patients", keys=keys):
        person = row[PERSON]
        if not person or person in rows:
            rule = f"holds the patient {person} twice" if person else f"has a row without {PERSON}"
            raise InputError(f"{reading.folder.path}: patients", rule, "keep one row for each patient")
        rows[person] = {"row_id": row["row_number"], **row}
        gathered = reading.patients[person] = Gathered(person)
        gathered.counter.read("patients")
        gathered.counter.used("patients")
    stays: dict[str, list[Row]] = {}
    if "admissions" in reading.folder:
        for row in reading.folder.rows("admissions", keys=keys):
            stays.setdefault(row[PERSON], []).append(row)
    return {
        person: _patient(reading, reading.patients[person], row, stays.get(person, []))
        for person, row in rows.items()
    }


def _patient(reading: Reading, gathered: Gathered, row: Row, stays: Sequence[Row]) -> Patient:
    note = _NOTE.format(zone=reading.local.key)
    age: int | None = None
    if row["anchor_age"] == _STAND_IN:
        note = f"{note} {_HIDDEN}"
        gathered.doubt("patients", "the age is hidden, because the patient was older than 89", row)
    elif row["anchor_age"].isdecimal() and row["anchor_year"].isdecimal():
        first = min((at for stay in stays if (at := moment(stay["admittime"], reading))), default=None)
        passed = first.astimezone(reading.local).year - int(row["anchor_year"]) if first is not None else 0
        age = int(row["anchor_age"]) + passed
    else:
        gathered.doubt("patients", "the age cannot be read", row, _REMEDY)
    return Patient(
        id=row[PERSON],
        zone=reading.local.key,
        sex={"M": "male", "F": "female"}.get(row["gender"].upper()) or row["gender"] or None,
        death=death(reading, gathered, {**row, "dod": _midnight(row["dod"])}, stays),
        age_years=age,
        note=note,
    )


def _midnight(day: str) -> str:
    """The start of a date that stands without a time."""
    return f"{day} 00:00:00" if _DATE.fullmatch(day) else day


def read_encounters(reading: Reading) -> None:
    """Hospital stays and ICU stays."""
    for table, key in (("admissions", "hadm_id"), ("icustays", "stay_id")):
        for gathered, row in reading.rows(table):
            keep_encounter(reading, gathered, table, key, row)


def read_conditions(reading: Reading, titles: Mapping[tuple[str, str], str]) -> None:
    """The billed diagnoses, which carry no time.

    Args:
        titles: by code and version.
    """
    table = "diagnoses_icd"
    for gathered, row in reading.rows(table):
        text, version = row["icd_code"], row["icd_version"]
        if not text or version not in ("9", "10"):
            reason = (
                "the diagnosis has no code" if not text else "the version of the code is neither 9 nor 10"
            )
            gathered.drop(Outcome.NOT_USED, table, reason, row)
            continue
        code: Code = Icd9(text) if version == "9" else Icd10(text)
        event = Condition(
            id=f"{table}.{row['hadm_id']}.{row['seq_num']}",
            text=titles.get((text, version)) or str(code),
            origin=reading.origin(table, row),
            code=code,
            status="billed",
            cancer=is_cancer(code),
        )
        gathered.add("conditions", table, event)


def read_weights(reading: Reading) -> None:
    """Weights of the online medical record; they have a date only and stand at the start of its day."""
    table = "omr"
    for gathered, row in reading.rows(table):
        unit = _WEIGHTS.get(row["result_name"].lower())
        if unit is None:
            gathered.drop(Outcome.NOT_USED, table, "the result is no weight", row)
            continue
        day = moment(_midnight(row["chartdate"]), reading)
        try:
            value = number(row["result_value"])
        except QuantityError:
            value = None
        if day is None or value is None:
            gathered.drop(Outcome.UNCONVERTIBLE, table, "the weight or its date cannot be read", row, _REMEDY)
            continue
        weight = Quantity(value, unit)
        reason = beyond_belief("body_weight", weight)
        if reason:
            gathered.drop(Outcome.NOT_USED, table, f"the weight is {reason}", row, _REMEDY)
            continue
        at = local_midnight(day.astimezone(reading.local).date(), reading.local)
        gathered.add(
            "weights", table, BodyWeight(f"{table}.{row['row_id']}", at, weight, reading.origin(table, row))
        )
        gathered.doubt(
            table, "the weight has a date without a time, and stands at the start of that day", row
        )
