"""Who the eICU records are about: one record is one hospital stay, with the unit stays in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from adjuvant.errors import InputError, QuantityError
from adjuvant.quantity import Quantity
from adjuvant.record import BodyWeight, Encounter, Patient
from adjuvant.sources.belief import beyond_belief
from adjuvant.sources.eicu.reading import Reading, Stay, minutes, origin
from adjuvant.sources.eicu.shapes import STAY
from adjuvant.sources.gathering import Gathered, instant, number
from adjuvant.sources.tables import Row

__all__ = ["ORIGIN", "read_people"]

TABLE = "patient"
ORIGIN = "2200-01-01"
"""The invented day on which every hospital admission is put."""

_NOTE = (
    "eICU: a real, de-identified record of intensive care. It has no dates: its times count from the "
    "admission to the hospital, which is put on the invented day {origin} at its own time of day, taken in "
    "{zone}. The record is one hospital stay of the person {person}; how their other stays lie in time is "
    "not known."
)
_HIDDEN_AGE = "The patient was older than 89; the source hides the age."
_REMEDY = "check the row in the source"
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def read_people(reading: Reading, keys: Sequence[str]) -> dict[str, Patient]:
    """The patients of the hospital stays `keys`, by id, with their unit stays put into `reading`.

    Raises:
        InputError: a unit stay twice or without an id, or one hospital stay of two persons.
    """
    found: dict[str, list[Row]] = {}
    for row in reading.folder.rows(TABLE, keys=keys):
        if not row[STAY] or row[STAY] in reading.stays:
            rule = f"holds the unit stay {row[STAY]} twice" if row[STAY] else f"has a row without {STAY}"
            raise InputError(f"{reading.folder.path}: {TABLE}", rule, "keep one row for each unit stay")
        record = row["patienthealthsystemstayid"]
        found.setdefault(record, []).append({"row_id": row[STAY], **row})
        reading.stays[row[STAY]] = Stay(row[STAY], record, instant(f"{ORIGIN} 00:00:00", reading.local))
    return {record: _person(reading, record, rows) for record, rows in sorted(found.items())}


def _person(reading: Reading, record: str, rows: list[Row]) -> Patient:
    persons = {row["uniquepid"] for row in rows}
    if len(persons) > 1:
        raise InputError(
            f"{reading.folder.path}: {TABLE}",
            f"gives the hospital stay {record} to {len(persons)} persons",
            "correct the source",
        )
    gathered = reading.patients[record] = Gathered(record)
    gathered.counter.read(TABLE, len(rows))
    admitted = _admission(reading, gathered, rows)
    for row in rows:
        _unit_stay(reading, gathered, admitted, row)
    left = _hospital_stay(reading, gathered, admitted, rows)
    first = min(rows, key=lambda row: (reading.stays[row[STAY]].begins, row[STAY]))
    note = _NOTE.format(origin=ORIGIN, zone=reading.local.key, person=first["uniquepid"] or "(not named)")
    age = first["age"]
    if age.startswith(">"):
        note = f"{note} {_HIDDEN_AGE}"
        gathered.doubt(TABLE, "the age is hidden, because the patient was older than 89", first)
    elif age and not age.isdecimal():
        gathered.doubt(TABLE, "the age cannot be read", first, _REMEDY)
    return Patient(
        id=record,
        zone=reading.local.key,
        sex=first["gender"].lower() or None,
        death=_death(reading, gathered, rows, left),
        age_years=int(age) if age.isdecimal() else None,
        note=note,
    )


def _admission(reading: Reading, gathered: Gathered, rows: list[Row]) -> datetime:
    """The hospital admission on its invented day, at the time of day that the source gives."""
    clock = _clock(rows[0]["hospitaladmittime24"])
    if clock is None:
        gathered.doubt(
            TABLE, "the hospital admission has no time of day; midnight is taken", rows[0], _REMEDY
        )
        clock = time()
    return instant(f"{ORIGIN} {clock.isoformat()}", reading.local)


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
    except ValueError:
        return None


def _length(text: str) -> timedelta | None:
    try:
        return minutes(text)
    except InputError:
        return None


def _unit_stay(reading: Reading, gathered: Gathered, admitted: datetime, row: Row) -> None:
    """One unit stay: when it began after the hospital admission, its encounter and its weights."""
    before, length = _length(row["hospitaladmitoffset"]), _length(row["unitdischargeoffset"])
    gathered.counter.used(TABLE)
    if before is None:
        gathered.doubt(
            TABLE,
            "the admission to the unit cannot be placed; its times count as from the hospital's",
            row,
            _REMEDY,
        )
    begins = admitted - (before or timedelta())
    ends = begins + length if length is not None and length >= timedelta() else None
    if ends is None:
        gathered.doubt(TABLE, "the unit stay has no end that can be read", row, _REMEDY)
    stated = _clock(row["unitadmittime24"])
    local = begins.astimezone(reading.local)
    if stated is not None and (stated.hour, stated.minute) != (local.hour, local.minute):
        gathered.doubt(TABLE, "the time of day of the unit admission does not fit its offset", row, _REMEDY)
    stay = reading.stays[row[STAY]] = Stay(row[STAY], row["patienthealthsystemstayid"], begins, ends)
    kind = f"intensive care{', ' + row['unittype'] if row['unittype'] else ''}"
    gathered.keep("encounters", Encounter(f"{TABLE}.{stay.id}", begins, origin(TABLE, row), ends, kind))
    for name, at in (("admissionweight", begins), ("dischargeweight", ends)):
        if row[name] and at is not None:
            _weight(gathered, row, name, at)


def _weight(gathered: Gathered, row: Row, name: str, at: datetime) -> None:
    try:
        value = number(row[name])
    except QuantityError as error:
        gathered.doubt(TABLE, f"the {name} {error.rule}", row, _REMEDY)
        return
    weight = Quantity(value or 0, "kg")
    reason = beyond_belief("body_weight", weight)
    if reason:
        gathered.doubt(TABLE, f"the {name} is {reason}, and is not used", row, _REMEDY)
        return
    gathered.keep("weights", BodyWeight(f"{TABLE}.{row['row_id']}.{name}", at, weight, origin(TABLE, row)))


def _hospital_stay(
    reading: Reading, gathered: Gathered, admitted: datetime, rows: list[Row]
) -> datetime | None:
    """The encounter of the whole hospital stay; its end, where the unit stays agree on it."""
    ends = {
        reading.stays[row[STAY]].begins + length
        for row in rows
        if (length := _length(row["hospitaldischargeoffset"])) is not None
    }
    end = max(ends, default=None)
    if len(ends) > 1 or (end is not None and end < admitted):
        gathered.doubt(
            TABLE, "the discharge from the hospital contradicts itself; it is left open", rows[0], _REMEDY
        )
        end = None
    record = gathered.patient
    event = Encounter(f"{TABLE}.hospital.{record}", admitted, origin(TABLE, rows[0]), end, "hospital")
    gathered.keep("encounters", event)
    return end


def _death(reading: Reading, gathered: Gathered, rows: list[Row], left: datetime | None) -> datetime | None:
    """A death in hospital, taken as the discharge; of one in the unit, the discharge from the unit."""
    in_unit = [
        reading.stays[row[STAY]].ends for row in rows if row["unitdischargestatus"].lower() == "expired"
    ]
    in_hospital = any(row["hospitaldischargestatus"].lower() == "expired" for row in rows)
    if not in_unit and not in_hospital:
        return None
    if in_unit and any(row["hospitaldischargestatus"].lower() == "alive" for row in rows):
        gathered.doubt(TABLE, "died in the unit, and left the hospital alive", rows[0], _REMEDY)
        return None
    at = max((end for end in in_unit if end is not None), default=left)
    if at is not None:
        gathered.doubt(
            TABLE, "the time of death is not given, and is taken as that of the discharge", rows[0]
        )
    return at
