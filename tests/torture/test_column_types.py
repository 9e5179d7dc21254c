"""Any column of any table as any type that Parquet has: records and lines, or a refusal in words, never a crash."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adjuvant.errors import AdjuvantError, InternalError
from adjuvant.sources import eicu, mimic4, omop
from eicu_tables import a_folder as an_eicu_folder
from mimic4_tables import EIGHT, NINE, TEN, due, pump, scanned
from mimic4_tables import a_folder as a_mimic4_folder
from omop_tables import GIVEN, MORPHINE, PAIN, an_omop

pytestmark = pytest.mark.torture

TRIES = 200
"""Of each source, drawn from all its columns and all types."""

ALL_ALIKE: dict[str, tuple[Any, Any]] = {
    "text": ("some words", pa.string()),
    "not a number": (float("nan"), pa.float64()),
    "infinite": (float("inf"), pa.float64()),
    "minute": (1e-7, pa.float64()),
    "huge": (1e300, pa.float64()),
    "a huge decimal": (Decimal("9" * 38), pa.decimal128(38, 0)),
    "a count of days": (20514, pa.int32()),
    "a count of milliseconds": (1_610_120_800_000, pa.int64()),
    "negative": (-5, pa.int64()),
    "a flag": (True, pa.bool_()),
    "bytes that are no text": (b"\xff\x00", pa.binary()),
    "a list": ([1, 2], pa.list_(pa.int64())),
    "a structure": ({"a": 1}, pa.struct({"a": pa.int64()})),
    "nothing": (None, pa.null()),
    "a moment with a zone": (datetime(2026, 3, 2, 8, tzinfo=UTC), pa.timestamp("us", "UTC")),
    "a moment in nanoseconds": (datetime(2026, 3, 2, 8), pa.timestamp("ns")),
    "the last day of the calendar": (date(9999, 12, 31), pa.date32()),
    "the first day of the calendar": (date(1, 1, 1), pa.date32()),
    "the last moment of the calendar": (datetime(9999, 12, 31, 23, 59, 59), pa.timestamp("us")),
    "a time of day": (time(8), pa.time64("us")),
    "a long text": ("x" * 100_000, pa.string()),
    "a text with a nought in it": ("a\x00b", pa.string()),
    "a decimal comma": ("1,5", pa.string()),
}


def an_omop_folder(path: Path) -> Path:
    folder = (
        an_omop(path)
        .add("person", gender_concept_id="8532", year_of_birth="1960")
        .concept(MORPHINE, "morphine")
    )
    folder.exposure(MORPHINE, quantity="3").exposure(MORPHINE, GIVEN).strength(
        MORPHINE, MORPHINE, amount_value="10", amount_unit_concept_id="8576"
    )
    folder.measure("3025315", "70").add(
        "observation", observation_concept_id=PAIN, observation_date="2026-03-02", value_as_number="5"
    )
    for table, start, end in (
        ("visit_occurrence", "visit_start_date", "visit_end_date"),
        ("observation_period", "observation_period_start_date", "observation_period_end_date"),
        ("drug_era", "drug_era_start_date", "drug_era_end_date"),
    ):
        folder.add(table, **{start: "2026-03-01", end: "2026-03-20"})
    folder.add("condition_occurrence", condition_start_date="2026-03-01", condition_source_value="C50")
    return folder.add("death", death_date="2026-04-01").write()


def a_folder_of_eicu(path: Path) -> Path:
    folder = (
        an_eicu_folder(path)
        .stay()
        .infusion("60", "50", pump="5", amount="1", volume="100")
        .infusion("120", "0")
    )
    folder.order("MORPHINE", "2 mg", "IV", "Q4H PRN").nurse("Pain Score", "Value", "5")
    folder.add("diagnosis", diagnosisstring="oncology", icd9code="162.9", diagnosisoffset="3")
    folder.add("vitalaperiodic", observationoffset="60", noninvasivesystolic="120")
    return folder.add("vitalperiodic", observationoffset="60", sao2="97", respiration="12").write()


def a_folder_of_mimic4(path: Path) -> Path:
    folder = a_mimic4_folder(path).icu().order("Morphine Sulfate", "2", "mg", "IV", "Q6H", pharmacy_id="5")
    folder.emar("OxyCODONE", "Administered", EIGHT, due("5", "mg"), scanned("5", "mg", route="PO"))
    for event, at, rate in (("Started", EIGHT, "1"), ("Rate Change", NINE, "2"), ("Stopped", TEN, "")):
        folder.emar("HYDROmorphone", event, at, *([pump(rate)] if rate else []), pharmacy_id="6")
    return folder.given("Fentanyl", "0.1", "mg", EIGHT, TEN, rate="50", rateuom="mcg/hour").write()


@pytest.mark.parametrize(
    ("make", "read"),
    [(an_omop_folder, omop.read), (a_folder_of_eicu, eicu.read), (a_folder_of_mimic4, mimic4.read)],
    ids=["omop", "eicu", "mimic4"],
)
def test_a_column_of_another_type_is_never_a_crash(
    tmp_path: Path,
    make: Callable[[Path], Path],
    read: Callable[[Path], Any],
    record_property: Callable[[str, object], None],
) -> None:
    place = tmp_path / "parquet"
    place.mkdir()
    sound: dict[str, dict[str, pa.Array]] = {}
    for file in make(tmp_path / "csv").glob("*.csv"):
        header, *rows = list(csv.reader(file.open(encoding="utf-8")))
        sound[file.stem] = {
            name: pa.array([row[number] or None for row in rows], pa.string())
            for number, name in enumerate(header)
        }
        pq.write_table(pa.table(sound[file.stem]), place / f"{file.stem}.parquet")
    assert read(place).records
    cases = [
        (table, column, kind)
        for table, columns in sound.items()
        for column in columns
        for kind in ALL_ALIKE
        if len(columns[column])
    ]
    seed = random.randrange(1 << 32)
    refused = longest = 0
    for table, column, kind in random.Random(seed).sample(cases, min(TRIES, len(cases))):
        value, type_ = ALL_ALIKE[kind]
        changed = pa.array([value] * len(sound[table][column]), type_)
        pq.write_table(pa.table({**sound[table], column: changed}), place / f"{table}.parquet")
        where = f"seed {seed}: {table}.{column} holds {kind}"
        try:
            found = read(place)
        except InternalError as error:
            pytest.fail(f"{where}: {error}")
        except AdjuvantError as error:
            refused += 1
            longest = max(longest, len(str(error)))
        except Exception as error:
            raise AssertionError(where) from error
        else:
            assert all(found.quality.unaccounted(name) == 0 for name in sound), where
        pq.write_table(pa.table(sound[table]), place / f"{table}.parquet")
    record_property(
        "figure", f"{min(TRIES, len(cases))} columns of another type, {refused} refused (seed {seed})"
    )
