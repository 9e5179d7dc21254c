"""Who the MIMIC-III patients are: patient, hospital and ICU stays, and diagnoses as ICD-9-CM codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from adjuvant.codes import Icd9
from adjuvant.errors import InputError
from adjuvant.record import Condition, Encounter, Outcome, Patient
from adjuvant.sources.gathering import Charts, Gathered, instant
from adjuvant.sources.mimic3.reading import Reading, origin
from adjuvant.sources.neoplasms import is_cancer
from adjuvant.sources.tables import Row
from adjuvant.timeline import day_end

__all__ = [
    "NOTE",
    "death",
    "keep_encounter",
    "moment",
    "read_conditions",
    "read_encounters",
    "read_patients",
    "say_charted_after_death",
]

NOTE = (
    "MIMIC-III: a real, de-identified record of intensive care. Its dates are shifted into the future, "
    "and its times carry no zone: they are taken in {zone}."
)
_HIDDEN_AGE = "The patient was older than 89; the source hides the age."
# Births of patients older than 89 are moved back so that they seem this old; nobody is.
_IMPOSSIBLE_YEARS = 150


def read_patients(reading: Reading) -> dict[str, Patient]:
    """Every patient of the batch, by id, each with an empty Gathered in `reading`."""
    stays = _first_stays(reading)
    patients: dict[str, Patient] = {}
    table = "patients"
    for row in reading.folder.rows(table, keys=reading.keys):
        subject = row["subject_id"]
        gathered = Gathered(subject)
        reading.patients[subject] = gathered
        gathered.counter.read(table)
        gathered.counter.used(table)
        patients[subject] = _patient(reading, gathered, row, stays.get(subject, []))
    return patients


def _first_stays(reading: Reading) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    if "admissions" in reading.folder:
        for row in reading.folder.rows("admissions", keys=reading.keys):
            found.setdefault(row["subject_id"], []).append(row)
    return found


def _patient(reading: Reading, gathered: Gathered, row: Row, stays: Sequence[Row]) -> Patient:
    admitted = min((at for stay in stays if (at := moment(stay["admittime"], reading))), default=None)
    born = moment(row["dob"], reading)
    note = NOTE.format(zone=reading.local.key)
    age = None
    if born is not None and admitted is not None:
        first, birthday = admitted.astimezone(reading.local), born.astimezone(reading.local)
        age = first.year - birthday.year - ((first.month, first.day) < (birthday.month, birthday.day))
        if age > _IMPOSSIBLE_YEARS:
            born, age, note = None, None, f"{note} {_HIDDEN_AGE}"
            gathered.doubt(
                "patients", "the date of birth is moved, because the patient was older than 89", row
            )
    return Patient(
        id=row["subject_id"],
        zone=reading.local.key,
        sex={"M": "male", "F": "female"}.get(row["gender"].upper()) or row["gender"] or None,
        birth_date=born.astimezone(reading.local).date() if born is not None else None,
        death=death(reading, gathered, row, stays),
        age_years=age,
        note=note,
    )


def moment(text: str, reading: Charts) -> datetime | None:
    """The moment that a time means; None where it cannot be read."""
    try:
        return instant(text, reading.local)
    except InputError:
        return None


def death(reading: Charts, gathered: Gathered, row: Row, stays: Sequence[Row]) -> datetime | None:
    """The charted time of a death in hospital; else the end of the day of death, the last it can mean."""
    charted = [at for stay in stays if (at := moment(stay["deathtime"], reading))]
    if charted:
        return max(charted)
    if not row["dod"]:
        return None
    day = moment(row["dod"], reading)
    try:
        end = day_end(day.astimezone(reading.local).date(), reading.local) if day is not None else None
    except InputError:
        end = None
    if end is None:
        gathered.doubt("patients", "the date of death cannot be read", row)
        return None
    gathered.doubt("patients", "the death is known to the day only, and is taken as the end of that day", row)
    return end


def say_charted_after_death(gathered_of: Mapping[str, Gathered], patients: Mapping[str, Patient]) -> None:
    """A warning for each patient whose medication or chart goes on after the recorded death."""
    for subject, patient in patients.items():
        if patient.death is None:
            continue
        gathered = gathered_of[subject]
        later = [
            getattr(event, "start", None) or event.at
            for kind in ("administrations", "pain", "sedation", "vitals")
            for event in gathered.events.get(kind, ())
        ]
        after = sum(at > patient.death for at in later)
        if after:
            gathered.counter.line(
                Outcome.DOUBTED,
                "patients",
                "events are charted after the recorded death",
                "check the time of death",
                example=f"{subject}: {after} after {patient.death.isoformat()}",
            )


def read_encounters(reading: Reading) -> None:
    """Hospital stays of `admissions` and ICU stays of `icustays`; one without a start is not used."""
    for table, key in (("admissions", "hadm_id"), ("icustays", "icustay_id")):
        if table in reading.folder:
            for gathered, row in reading.rows(table):
                keep_encounter(reading, gathered, table, key, row)


def keep_encounter(reading: Charts, gathered: Gathered, table: str, key: str, row: Row) -> None:
    """One row of `admissions` or `icustays`.

    Args:
        key: the column that names the stay.
    """
    of_hospital = table == "admissions"
    start, end = ("admittime", "dischtime") if of_hospital else ("intime", "outtime")
    word = "hospital" if of_hospital else "intensive care"
    kind = row["admission_type"].lower() if of_hospital else row["first_careunit"]
    row = {**row, "row_id": f"{key}={row[key]}"}
    begun, ended = moment(row[start], reading), moment(row[end], reading)
    if begun is None:
        gathered.drop(Outcome.NOT_USED, table, "the stay has no time of admission that can be read", row)
        return
    if ended is not None and ended < begun:
        gathered.doubt(table, "the stay ends before it begins; its end is left open", row)
        ended = None
    kind = f"{word}, {kind}" if kind else word
    event = Encounter(f"{table}.{row[key]}", begun, reading.origin(table, row), ended, kind)
    gathered.add("encounters", table, event)


def read_conditions(reading: Reading) -> None:
    """The billed diagnoses, with title and whether the code is a malignant neoplasm; they carry no time."""
    table = "diagnoses_icd"
    if table not in reading.folder:
        return
    titles: dict[str, str] = {}
    if "d_icd_diagnoses" in reading.folder:
        titles = {row["icd9_code"]: row["long_title"] for row in reading.folder.rows("d_icd_diagnoses")}
    for gathered, row in reading.rows(table):
        code = row["icd9_code"]
        if not code:
            gathered.drop(Outcome.NOT_USED, table, "the diagnosis has no code", row)
            continue
        gathered.add(
            "conditions",
            table,
            Condition(
                id=f"{table}.{row['row_id']}",
                text=titles.get(code) or f"ICD-9-CM {code}",
                origin=origin(table, row),
                code=Icd9(code),
                status="billed",
                cancer=is_cancer(Icd9(code)),
            ),
        )
