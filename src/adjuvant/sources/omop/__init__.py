"""OMOP CDM 5.3 and 5.4: a folder of its tables in, one record per person out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from adjuvant.record import EVENT_KINDS, Outcome, Patient, PatientRecord
from adjuvant.sources.base import Import, Progress, QualityCounter, Stream, choose_patient, collect
from adjuvant.sources.omop.conditions import read_conditions
from adjuvant.sources.omop.drugs import DrugNames
from adjuvant.sources.omop.eras import read_eras
from adjuvant.sources.omop.exposures import read_exposures
from adjuvant.sources.omop.observed import TABLES as OBSERVED
from adjuvant.sources.omop.observed import read_observed
from adjuvant.sources.omop.people import read_patients, read_periods, read_visits, say_charted_after_death
from adjuvant.sources.omop.reading import SOURCE, Reading
from adjuvant.sources.omop.shapes import EVENTS, NEEDED, SHAPES, version_of
from adjuvant.sources.omop.vocabulary import Vocabulary
from adjuvant.sources.overlaps import warn_of_equals
from adjuvant.sources.tables import TableFolder
from adjuvant.sources.terms import Terms
from adjuvant.timeline import zone as named_zone

__all__ = ["DEFAULT_ZONE", "SHAPES", "read", "stream"]

DEFAULT_ZONE = "UTC"
"""Dates of many OMOP folders are shifted, so no clock change applies to them; name the zone of others."""

_STEPS = (read_visits, read_conditions, read_exposures, read_eras, read_observed, read_periods)
# Tables whose rows belong to persons, so that rows of an unknown one are strays.
_OF_PERSONS = tuple(name for name, shape in SHAPES.items() if shape.key is not None)
_SYNTHETIC = re.compile(r"synthe(tic|a)", re.IGNORECASE)


def read(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Import:
    """Patient records from a folder of OMOP tables: ``person``, ``drug_exposure`` and any of the others.

    Args:
        path: folder of ``.csv``, ``.csv.gz`` or ``.parquet`` files, names and columns in lower or upper case.
        patient: read only this ``person_id``.
        zone: IANA zone of the times, which carry none; None takes UTC.
        terms: the user's own lines on drug names.
        progress: told after each batch of persons.
    Returns:
        One record per person, each with the quality of its own rows.
    Raises:
        InputError: a table, a column or the person is missing; a file is damaged; a version of the data model
            that is not read. Odd rows become quality lines instead.
    """
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
    """As `read`, person by person, in order of ``person_id``; never more than a batch of them is held.

    Args:
        after: pass over the persons whose id is not greater than this one.
        work: a folder for the tables sorted by person, found again by a second call.
    """
    place = Path(path)
    local = named_zone(zone or DEFAULT_ZONE)
    folder = TableFolder(place, SHAPES, what="OMOP", needed=NEEDED, events=EVENTS, work=work)
    strays = QualityCounter()
    version = version_of(folder)
    title, synthetic = _described(folder)
    vocabulary = _vocabulary(folder)
    reading = Reading(
        folder,
        local,
        vocabulary,
        DrugNames(vocabulary, terms),
        version=version,
        title=title,
        synthetic=synthetic,
    )
    missing = [name for name in folder.missing if not name.startswith("2b_") and f"2b_{name}" not in folder]
    absent = f", without {', '.join(missing)}" if missing else ""
    source = f"{SOURCE}: {place}{absent}"
    people = sum(folder.counts("person", "person_id").values())
    records = _records(reading, strays, source, patient, after, progress, people)
    return Stream(source, records, strays, 1 if patient is not None else None if after else people)


def _described(folder: TableFolder) -> tuple[str, bool]:
    rows = list(folder.rows("cdm_source")) if "cdm_source" in folder else []
    title = "; ".join(row["cdm_source_name"] for row in rows if row["cdm_source_name"])
    words = " ".join(f"{row['source_description']} {row['cdm_etl_reference']}" for row in rows)
    return title or "its source is not named", bool(_SYNTHETIC.search(f"{title} {words}"))


def _vocabulary(folder: TableFolder) -> Vocabulary:
    """The concepts of everything that the rows of the folder name."""
    medicines = folder.counts("drug_exposure", "drug_concept_id", *_there(folder, "drug_source_concept_id"))
    others: set[str] = set()
    for table, names in (
        ("drug_exposure", ("route_concept_id",)),
        ("visit_occurrence", ("visit_concept_id",)),
        ("condition_occurrence", ("condition_concept_id", "condition_source_concept_id")),
        *(
            (
                name,
                (f"{name}_concept_id", f"{name}_source_concept_id", "unit_concept_id", "value_as_concept_id"),
            )
            for name in OBSERVED
        ),
    ):
        for name in names:
            if table in folder and name in folder.columns(table):
                others |= {item for (item,) in folder.counts(table, name)}
    return Vocabulary(folder, {item for key in medicines for item in key}, others)


def _there(folder: TableFolder, name: str) -> tuple[str, ...]:
    return (name,) if name in folder.columns("drug_exposure") else ()


def _records(
    reading: Reading,
    strays: QualityCounter,
    source: str,
    patient: str | None,
    after: str | None,
    progress: Progress | None,
    people: int,
) -> Iterator[PatientRecord]:
    folder, done, found = reading.folder, 0, False
    try:
        for batch in _batches(folder, patient, after):
            reading.begin(batch)
            patients = read_patients(reading)
            for step in _STEPS:
                step(reading)
            say_charted_after_death(reading, patients)
            for person in batch:
                if person in patients:
                    found = True
                    yield _record(reading, patients[person])
            done += len(batch)
            if progress is not None:
                progress("persons", done, people)
        if patient is not None and not found:
            choose_patient((item for (item,) in folder.counts("person", "person_id")), patient, source)
        if patient is None:  # a resumed import counts them too: the store keeps them once, at its end
            _count_strays(folder, strays)
    finally:
        folder.close()


def _batches(folder: TableFolder, patient: str | None, after: str | None) -> Iterator[Sequence[str]]:
    if patient is not None:
        if after is None or patient > after:
            yield (patient,)
        return
    yield from folder.batches("person", after=after)


def _record(reading: Reading, patient: Patient) -> PatientRecord:
    gathered = reading.persons[patient.id]
    events: dict[str, Any] = {
        kind: tuple(found) for kind, found in gathered.events.items() if kind in EVENT_KINDS
    }
    warn_of_equals(gathered.events.get("administrations", ()), gathered.counter, "drug_exposure")
    return PatientRecord(
        patient=patient, quality=gathered.counter.summary(), unplaced=tuple(gathered.unplaced), **events
    )


def _count_strays(folder: TableFolder, strays: QualityCounter) -> None:
    """Rows of persons whom the table of persons does not have."""
    known = {person for (person,) in folder.counts("person", "person_id")}
    for table in _OF_PERSONS:
        if table not in folder:
            continue
        for (person,), count in folder.counts(table, "person_id").items():
            if person in known and person:
                continue
            strays.read(table, count)
            strays.line(
                Outcome.NOT_USED, table, "the row's person is not in the person table",
                "add the person, or remove the rows", person or "(empty)", count,
            )  # fmt: skip
