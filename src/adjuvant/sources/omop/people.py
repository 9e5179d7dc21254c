"""Who the persons of an OMOP folder are: person, death, visits, and how long they were observed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from adjuvant.errors import InputError
from adjuvant.library.omop import omop_book
from adjuvant.record import Encounter, Outcome, Patient
from adjuvant.sources.omop.reading import (
    Gathered,
    Reading,
    day_after,
    day_of,
    has_time,
    origin,
    time_of,
    whole,
)
from adjuvant.sources.omop.vocabulary import plain_id
from adjuvant.sources.tables import Row
from adjuvant.timeline import local_midnight

__all__ = ["read_patients", "read_periods", "read_visits", "say_charted_after_death"]

_CHARTED = ("administrations", "pain", "sedation", "vitals")


def read_patients(reading: Reading) -> dict[str, Patient]:
    """Every person of the batch, by id.

    Raises:
        InputError: a person twice.
    """
    deaths = _deaths(reading)
    patients: dict[str, Patient] = {}
    for gathered, row in reading.rows("person"):
        person = gathered.person
        if person in patients:
            raise InputError(
                f"{reading.folder.path}: person",
                f"holds the person {person} twice",
                "keep one row for each person",
            )
        gathered.counter.used("person")
        patients[person] = Patient(
            id=person,
            zone=reading.local.key,
            sex=_sex(row),
            birth_date=_born(gathered, row),
            death=deaths.get(person),
            synthetic=reading.synthetic,
            note=_note(reading),
        )
    return patients


def _note(reading: Reading) -> str:
    version = f"OMOP CDM {reading.version}" if reading.version else "OMOP CDM, of a version it does not state"
    return (
        f"{version} ({reading.title}). Its times carry no zone: they are taken in {reading.local.key}. "
        "Where it states no time of day, midnight stands."
    )


def _sex(row: Row) -> str | None:
    known = omop_book().sexes.get(plain_id(row["gender_concept_id"]))
    return known or row["gender_source_value"] or None


def _born(gathered: Gathered, row: Row) -> date | None:
    """The day of birth where year, month and day are stated; a year alone is not one."""
    year, month, day = (whole(row[name]) for name in ("year_of_birth", "month_of_birth", "day_of_birth"))
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        gathered.doubt("person", "the date of birth is no date", row)
        return None


def _deaths(reading: Reading) -> dict[str, datetime]:
    """The last charted moment of death; without a time the end of its day, the last that it can mean."""
    found: dict[str, datetime] = {}
    for gathered, row in reading.rows("death"):
        try:
            if has_time(row["death_datetime"]):
                moment = time_of(row["death_datetime"], reading.local)
            else:
                moment = day_after(day_of(row["death_date"] or row["death_datetime"]), reading.local)
        except InputError as error:
            gathered.drop(Outcome.NOT_USED, "death", f"the date of death {error.rule}", row, error.remedy)
            continue
        gathered.counter.used("death")
        if not has_time(row["death_datetime"]):
            gathered.doubt(
                "death", "the death is known to the day only, and is taken as the end of that day", row
            )
        found[gathered.person] = max(moment, found.get(gathered.person, moment))
    return found


def read_visits(reading: Reading) -> None:
    """Visits as encounters; one without a start is not used."""
    table = "visit_occurrence"
    for gathered, row in reading.rows(table):
        try:
            start = reading.instant(row["visit_start_date"], row["visit_start_datetime"])
            end = reading.instant("", row["visit_end_datetime"])
            if end is None and row["visit_end_date"]:
                end = day_after(day_of(row["visit_end_date"]), reading.local)
        except InputError as error:
            gathered.drop(
                Outcome.NOT_USED, table, f"a date or time of the visit {error.rule}", row, error.remedy
            )
            continue
        if start is None:
            gathered.drop(Outcome.NOT_USED, table, "the visit has no start", row)
            continue
        if end is not None and end < start:
            gathered.doubt(table, "the visit ends before it begins; its end is left open", row)
            end = None
        concept = plain_id(row["visit_concept_id"])
        kind = reading.vocabulary.name(concept) or omop_book().visits.get(concept, "")
        identity = f"{table}.{row['visit_occurrence_id'] or 'row ' + row['row_number']}"
        event = Encounter(
            identity,
            start,
            origin(table, row, "visit_occurrence_id"),
            end,
            kind or f"visit concept {concept}",
        )
        gathered.add("encounters", table, event)


def read_periods(reading: Reading) -> None:
    """A warning for each person with medication outside the time in which the folder says it was observed."""
    table = "observation_period"
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for gathered, row in reading.rows(table):
        try:
            start = local_midnight(day_of(row["observation_period_start_date"]), reading.local)
            end = day_after(day_of(row["observation_period_end_date"]), reading.local)
        except InputError as error:
            gathered.drop(Outcome.NOT_USED, table, f"a date of the period {error.rule}", row, error.remedy)
            continue
        gathered.counter.used(table)
        spans.setdefault(gathered.person, []).append((start, end))
    for person, periods in spans.items():
        gathered = reading.persons[person]
        moments = [
            event.start
            for kind in ("requests", "dispenses", "administrations")
            for event in gathered.events.get(kind, ())
            if event.start is not None
        ]
        outside = sum(not any(start <= moment < end for start, end in periods) for moment in moments)
        if outside:
            gathered.counter.line(
                Outcome.DOUBTED, table, "medication stands outside the time in which the person was observed",
                "check the dates", f"{person}: {outside} of {len(moments)} rows",
            )  # fmt: skip


def say_charted_after_death(reading: Reading, patients: dict[str, Patient]) -> None:
    """A warning for each person whose chart goes on after the recorded death."""
    for person, patient in patients.items():
        if patient.death is None:
            continue
        gathered = reading.persons[person]
        later = [
            getattr(event, "start", None) or event.at
            for kind in _CHARTED
            for event in gathered.events.get(kind, ())
        ]
        after = sum(moment - patient.death > timedelta(0) for moment in later)
        if after:
            gathered.counter.line(
                Outcome.DOUBTED, "death", "events are charted after the recorded death",
                "check the time of death", f"{person}: {after} after {patient.death.isoformat()}",
            )  # fmt: skip
