"""Rows that stand twice, and tables that do: counted once and said, or refused by name; never added up."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.errors import InputError
from adjuvant.record import Outcome, QualitySummary
from adjuvant.sources import omop
from eicu_tables import a_folder as an_eicu_folder
from mimic4_tables import EIGHT, TEN, due, scanned
from mimic4_tables import a_folder as a_mimic4_folder
from omop_tables import GIVEN, MORPHINE, PAIN, Folder, an_omop


def repeats(quality: QualitySummary) -> dict[str, int]:
    """How many rows of each table are said to stand twice."""
    return {
        line.table: line.count
        for line in quality.lines
        if line.outcome is Outcome.DUPLICATE and line.reason == "the row stands twice with the same id"
    }


def a_person(path: Path) -> Folder:
    folder = an_omop(path).add("person", gender_concept_id="8532", year_of_birth="1960")
    return folder.concept(MORPHINE, "morphine").exposure(MORPHINE, GIVEN)


def doubled(rows: dict[str, list[dict[str, str]]], *tables: str) -> None:
    """Every row of these tables a second time, as after a table was appended to itself."""
    for table in tables:
        rows[table] += [dict(row) for row in rows[table]]


def test_a_person_of_omop_who_stands_twice_is_refused_by_name(tmp_path: Path) -> None:
    folder = a_person(tmp_path)
    doubled(folder.rows, "person")
    with pytest.raises(InputError, match="holds the person 7 twice; keep one row for each person"):
        folder.read()


def test_rows_of_omop_that_stand_twice_count_once(tmp_path: Path) -> None:
    folder = a_person(tmp_path)
    folder.add("observation", observation_concept_id=PAIN, observation_date="2026-03-02", value_as_number="5")
    folder.add("visit_occurrence", visit_concept_id="9201", visit_start_date="2026-03-01")
    once = folder.record()
    doubled(folder.rows, "observation", "visit_occurrence", "drug_exposure")
    twice = folder.record()
    assert (twice.pain, twice.encounters, twice.administrations) == (
        once.pain,
        once.encounters,
        once.administrations,
    )
    assert repeats(twice.quality) == {"observation": 1, "visit_occurrence": 1, "drug_exposure": 1}


def test_an_id_of_omop_that_is_given_to_two_different_doses_is_no_repeat(tmp_path: Path) -> None:
    """The second is not used, and medication is said to be missing."""
    folder = a_person(tmp_path).exposure(MORPHINE, GIVEN, start="2026-03-04 08:00:00", drug_exposure_id="3")
    folder.rows["drug_exposure"][0]["drug_exposure_id"] = "3"
    record = folder.record()
    assert len(record.administrations) == 1
    assert repeats(record.quality) == {}
    assert [
        line.table
        for line in record.quality.lines
        if "that of another one, which says something else" in line.reason
    ] == ["drug_exposure"]
    assert len(record.unplaced) == 1


def test_equal_rows_without_an_id_are_two_events(tmp_path: Path) -> None:
    folder = a_person(tmp_path)
    folder.add("observation", observation_concept_id=PAIN, observation_date="2026-03-02", value_as_number="5")
    doubled(folder.rows, "observation")
    for row in folder.rows["observation"]:
        row["observation_id"] = ""
    assert len(folder.record().pain) == 2


def test_orders_of_eicu_that_stand_twice_count_once(tmp_path: Path) -> None:
    folder = an_eicu_folder(tmp_path).stay().order("MORPHINE", "2 mg", "IV", "Q4H")
    once = folder.record()
    doubled(folder.rows, "medication")
    twice = folder.record()
    assert twice.requests == once.requests
    assert repeats(twice.quality) == {"medication": 1}


def test_administrations_of_mimic4_that_stand_twice_count_once(tmp_path: Path) -> None:
    folder = a_mimic4_folder(tmp_path).icu()
    folder.emar("OxyCODONE", "Administered", EIGHT, due("5", "mg"), scanned("5", "mg", route="PO"))
    folder.given("Fentanyl", "0.1", "mg", EIGHT, TEN, orderid="77")
    once = folder.read().record("7")
    details = len(folder.rows["emar_detail"])
    doubled(folder.rows, "emar", "emar_detail", "inputevents")
    twice = folder.read().record("7")
    assert twice.administrations == once.administrations
    assert repeats(twice.quality) == {"emar": 1, "emar_detail": details, "inputevents": 1}


def test_a_table_that_stands_there_as_csv_and_as_parquet_is_refused_by_name(tmp_path: Path) -> None:
    folder = a_person(tmp_path)
    folder.write(parquet=True)
    folder.write()
    with pytest.raises(
        InputError, match=r"holds the table \w+ twice, as (\w+)\.csv and \1\.parquet; keep one"
    ):
        omop.read(folder.path)
