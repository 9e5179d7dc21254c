"""MIMIC-IV and eICU as Parquet, with numbers and times as types of their own, give the same records as CSV."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from adjuvant.record import Origin, PatientRecord
from adjuvant.sources import detect_format, eicu, mimic4
from eicu_tables import a_folder as an_eicu_folder
from mimic4_tables import EIGHT, NINE, TEN, due, pump, scanned
from mimic4_tables import a_folder as a_mimic4_folder


def as_parquet(folder: Path) -> Path:
    """The same tables beside it, each column of the type that its values look like."""
    beside = folder.with_name("parquet")
    beside.mkdir()
    for file in folder.glob("*.csv"):
        target = beside / f"{file.stem}.parquet"
        duckdb.sql(f"copy (select * from read_csv('{file}', header = true)) to '{target}' (format parquet)")
    return beside


def facts(record: PatientRecord) -> list[Any]:
    """Its events without their raw text, which is written differently, and without the number of the row."""
    return [
        replace(event, id="", origin=Origin("a test", "any", "1"))
        for event in (
            *record.requests, *record.administrations, *record.vitals, *record.pain, *record.weights,
            *record.conditions, *record.encounters,
        )
    ]  # fmt: skip


def test_eicu_as_parquet_is_the_same(tmp_path: Path) -> None:
    folder = an_eicu_folder(tmp_path).stay().infusion("60", "50", pump="5", amount="1", volume="100")
    folder.infusion("120", "0").order("MORPHINE", "2 mg", "IV", "Q4H PRN", drugstopoffset="0")
    folder.add("diagnosis", diagnosisstring="oncology", icd9code="162.9", diagnosisoffset="3")
    folder.add("vitalaperiodic", observationoffset="60", noninvasivesystolic="120")
    place = folder.write()
    beside = as_parquet(place)
    assert detect_format(beside) == "eicu"
    assert facts(eicu.read(beside).record("900")) == facts(eicu.read(place).record("900"))


def test_mimic4_as_parquet_is_the_same(tmp_path: Path) -> None:
    folder = (
        a_mimic4_folder(tmp_path).icu().order("Morphine Sulfate", "2", "mg", "IV", "Q6H", pharmacy_id="5")
    )
    folder.emar("OxyCODONE", "Administered", EIGHT, due("5", "mg"), scanned("5", "mg", route="PO"))
    for event, at, rate in (("Started", EIGHT, "1"), ("Rate Change", NINE, "2"), ("Stopped", TEN, "")):
        folder.emar("HYDROmorphone", event, at, *([pump(rate)] if rate else []), pharmacy_id="6")
    folder.given("Fentanyl", "0.1", "mg", EIGHT, TEN, rate="50", rateuom="mcg/hour")
    folder.chart("Pain Level", "Unable to Score", "0").add("omr", chartdate="2131-01-02", result_name="Weight (Lbs)",
                                                           result_value="154")  # fmt: skip
    place = folder.write()
    beside = as_parquet(place)
    assert detect_format(beside) == "mimic4"
    assert facts(mimic4.read(beside).record("7")) == facts(mimic4.read(place).record("7"))
