"""Columns of another type than the table's: a whole number is the same in each, and what is no number refuses its row."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adjuvant.errors import InputError
from adjuvant.record import Outcome
from adjuvant.sources import omop, tables
from adjuvant.sources.table_files import explained
from adjuvant.sources.tables import TableFolder, TableShape
from omop_tables import MORPHINE

NOT_A_NUMBER, INFINITE = float("nan"), float("inf")


def texts(place: Path, column: pa.Array) -> list[str]:
    """What a reader gets of a Parquet file with that column."""
    place.mkdir(exist_ok=True)
    pq.write_table(pa.table({"id": column}), place / "people.parquet")
    folder = TableFolder(
        place, {"people": TableShape(("id",), key="id")}, what="test", needed=("people",), events=("people",)
    )
    found = [row["id"] for row in folder.rows("people")]
    folder.close()
    return found


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([123.0, None, -5.0, 0.0], pa.float64(), ["123", "", "-5", "0"]),
        ([1_234_567_890_123.0], pa.float64(), ["1234567890123"]),
        ([0.5, 2.25], pa.float32(), ["0.5", "2.25"]),
        ([1e-07, 1e20], pa.float64(), ["1e-07", "1e+20"]),
        ([NOT_A_NUMBER, INFINITE, -INFINITE], pa.float64(), ["nan", "inf", "-inf"]),
        ([Decimal("123.000000"), Decimal("5.250000")], pa.decimal128(18, 6), ["123", "5.250000"]),
        ([Decimal(123)], pa.decimal128(38, 0), ["123"]),
        ([b" M\xc3\xbcller ", b"\xff"], pa.binary(), ["Müller", "\\xFF"]),
        ([None], pa.null(), [""]),
    ],
)
def test_a_number_reads_the_same_whatever_type_holds_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    values: list[Any],
    kind: Any,
    expected: list[str],
    large: bool,
) -> None:
    if large:
        monkeypatch.setattr(tables, "_SMALL", 0)
    assert texts(tmp_path / "folder", pa.array(values, kind)) == expected


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_moment_with_a_zone_reads_the_same_on_machines_of_every_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    moments = pa.array([datetime(2026, 3, 1, 23, 30, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    assert texts(tmp_path / "folder", moments) == ["2026-03-01 23:30:00+00"]


def an_omop_with(place: Path, **columns: list[Any]) -> Path:
    """Persons 123 and 124 with three exposures of 123 as Parquet, some columns given anew."""
    place.mkdir()
    person = {"person_id": [123, 124], "gender_concept_id": [8532, 8507], "year_of_birth": [1960, 1950]}
    exposure = {
        "drug_exposure_id": [1, 2, 3],
        "person_id": [123, 123, 123],
        "drug_concept_id": [int(MORPHINE)] * 3,
        "drug_exposure_start_date": ["2026-03-01"] * 3,
        "drug_exposure_start_datetime": ["2026-03-01 08:00:00"] * 3,
        "drug_type_concept_id": [32818] * 3,
        "quantity": [1, 2, 3],
        "drug_source_value": ["Morphine"] * 3,
    }
    pq.write_table(pa.table(person), place / "person.parquet")
    pq.write_table(pa.table(exposure | columns), place / "drug_exposure.parquet")
    return place


def test_a_patient_whose_id_became_a_double_keeps_the_rows(tmp_path: Path) -> None:
    """As in a table that a data frame wrote, in which a column with gaps is of doubles."""
    place = an_omop_with(
        tmp_path / "omop", person_id=[123.0, 123.0, None], drug_concept_id=[float(MORPHINE)] * 3
    )
    record = omop.read(place).record("123")
    assert [event.id.rpartition(".")[2] for event in record.administrations] == ["1", "2"]
    assert {event.drug.name for event in record.administrations} == {"morphine"}


@pytest.mark.parametrize("value", [NOT_A_NUMBER, INFINITE, -INFINITE])
def test_a_quantity_that_is_no_number_has_a_line(tmp_path: Path, value: float) -> None:
    found = omop.read(an_omop_with(tmp_path / "omop", quantity=[1.0, value, 3.0]))
    lines = [line for line in found.quality.lines if line.reason == "the quantity cannot be read"]
    assert [line.count for line in lines] == [1], found.quality.lines
    assert [event.dose for event in found.record("123").administrations if str(value) in event.doubt] == [
        None
    ]
    assert found.quality.unaccounted("drug_exposure") == 0


def test_an_id_that_is_no_number_is_a_stray_with_a_line(tmp_path: Path) -> None:
    found = omop.read(an_omop_with(tmp_path / "omop", person_id=[123.0, NOT_A_NUMBER, INFINITE]))
    assert found.quality.count(Outcome.READ, "drug_exposure") == 3
    assert found.quality.count(Outcome.NOT_USED, "drug_exposure") == 2
    assert len(found.record("123").administrations) == 1


@pytest.mark.parametrize("day", [20514, 1_610_120_800_000, "words", 20514.5])
def test_a_date_that_is_a_count_of_days_or_milliseconds_refuses_its_row(tmp_path: Path, day: Any) -> None:
    found = omop.read(
        an_omop_with(
            tmp_path / "omop", drug_exposure_start_date=[day] * 3, drug_exposure_start_datetime=[day] * 3
        )
    )
    assert found.record("123").event_count == 0
    assert found.quality.count(Outcome.READ, "drug_exposure") == 3
    assert found.quality.count(Outcome.USED, "drug_exposure") == 0


def test_what_duckdb_quotes_of_a_file_is_cut_short_and_its_row_is_kept(tmp_path: Path) -> None:
    """A line may be megabytes long, and holds a patient's data."""
    secret = "Jane Doe" * 200_000
    file = tmp_path / "people.csv"
    file.write_text(f'id,name\n1,Ann\n2,"{secret}" and more\n', encoding="utf-8")
    (tmp_path / "other.csv").write_text("id\n1\n", encoding="utf-8")
    shapes = {"people": TableShape(("id", "name"), key="id")}
    folder = TableFolder(tmp_path, shapes, what="test", needed=("people",), events=("people",))
    with pytest.raises(InputError) as caught:
        list(folder.rows("people"))
    folder.close()
    assert str(caught.value).startswith(f"{file}:3: ")
    assert "Jane Doe" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_long_message_of_duckdb_is_cut(tmp_path: Path) -> None:
    said = duckdb.Error("Conversion Error: Could not convert string '" + "x" * 5000)
    assert len(str(explained(tmp_path / "a.csv", said))) < 400


@pytest.mark.parametrize(
    "said",
    [
        'IO Error: Could not write all bytes to file "spill": No space left on device',
        "Out of Memory Error: failed to offload data; this limit was set by the 'max_temp_directory_size' setting",
    ],
)
def test_a_full_disk_is_not_taken_for_a_damaged_table(tmp_path: Path, said: str) -> None:
    error = explained(tmp_path / "a.csv", duckdb.Error(said))
    assert isinstance(error, OSError)
    assert error.strerror == "no space is left for sorting the tables"


def test_a_table_that_needs_too_much_memory_says_so(tmp_path: Path) -> None:
    error = explained(tmp_path / "a.csv", duckdb.Error("Out of Memory Error: could not allocate block"))
    assert "needs more memory than a table may take; split the table by patient" in str(error)
