"""Rows of nobody, rows of another time format, and rows that a spreadsheet would run."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant import sources
from adjuvant.errors import AdjuvantError, InputError, UsageError
from adjuvant.record import RefusalReason
from adjuvant.sources import store
from adjuvant.sources.table.writer import write_tables
from charts import MAPPING, a_chart, a_row, days_of, pain_of


def test_a_dose_of_nobody_may_be_anybodys_and_another_drug_is_none(tmp_path: Path) -> None:
    chart = a_chart(
        tmp_path / "ward", days_of(1, 2) + a_row(patient="") + a_row(patient="", drug="paracetamol")
    )
    (record,) = sources.read(chart).records
    assert {item.ingredient for item in record.unplaced} == {"morphine", "paracetamol"}
    assert all("name no patient" in item.detail for item in record.unplaced)


def test_a_row_with_a_day_alone_is_unplaced_on_that_day(tmp_path: Path) -> None:
    chart = a_chart(tmp_path / "ward", days_of(1, 2) + a_row("2031-07-03"))
    (lost,) = sources.read(chart).records[0].unplaced
    assert lost.start is not None and lost.end is not None
    assert (lost.start.isoformat(), lost.end.isoformat()) == (
        "2031-07-02T23:00:00+00:00",
        "2031-07-03T23:00:00+00:00",
    )
    assert "2031-07-03" in lost.detail and lost.reason is RefusalReason.MISSING_TIMING


def test_a_torn_row_is_that_of_the_patient_it_begins_with(tmp_path: Path) -> None:
    patients = "patient\na\nb\n"
    chart = a_chart(tmp_path / "ward", days_of(1, 2) + "a,2031-03-03T09:00,morphine\n", patients=patients)
    first, second = sources.read(chart).records
    assert (len(first.unplaced), len(second.unplaced)) == (1, 0)
    chart = a_chart(tmp_path / "two", days_of(1, 2) + "?,2031-03-03T09:00,morphine\n", patients=patients)
    assert [len(record.unplaced) for record in sources.read(chart).records] == [1, 1]


def test_what_is_unplaced_comes_back_from_the_store(tmp_path: Path) -> None:
    found = sources.read(a_chart(tmp_path / "ward", days_of(1, 2) + a_row("2031-07-03") + a_row("")))
    store.write(tmp_path / "store", found)
    assert any(record.unplaced for record in found.records)
    assert sources.read(tmp_path / "store").records == found.records


def test_a_time_format_that_fits_no_row_is_an_error_that_names_it(tmp_path: Path) -> None:
    mapping = MAPPING.replace("zone:", 'time_format: "%d/%m/%Y %H:%M"\nzone:')
    chart = a_chart(tmp_path / "ward", days_of(1, 3), pain=pain_of(1, 3), mapping=mapping)
    with pytest.raises(InputError, match="time_format") as caught:
        sources.read(chart)
    assert "2031-03-" in str(caught.value)


def test_a_spreadsheets_formula_is_written_as_text_and_reads_back_exactly(tmp_path: Path) -> None:
    chart = a_chart(tmp_path / "ward", a_row(drug="=1+1") + a_row("2031-03-03T10:00", drug="'quoted"))
    records = sources.read(chart).records
    write_tables(records, tmp_path / "out")
    assert "'=1+1" in (tmp_path / "out" / "administrations.csv").read_text(encoding="utf-8")
    again = sources.read(tmp_path / "out").records
    assert [item.drug.text for item in again[0].administrations] == ["=1+1", "'quoted"]


def test_no_such_zone_comes_before_two_that_differ(tmp_path: Path) -> None:
    with pytest.raises(AdjuvantError, match="is not an IANA zone"):
        sources.read(a_chart(tmp_path / "ward", a_row()), zone="New York")


def test_the_formats_that_an_error_lists_are_all_of_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="reported"):
        sources.read(a_chart(tmp_path / "ward", a_row()), "csv")


def test_a_word_that_a_mapping_does_not_know_is_answered_in_words(tmp_path: Path) -> None:
    mapping = MAPPING.replace(
        "      {patient: patient, time: start", "      {patient: patient, time: start"
    ).replace("  pain:", "    values: {kind: {push: dos}}\n  pain:")
    with pytest.raises(AdjuvantError, match="did you mean 'dose'"):
        sources.read(a_chart(tmp_path / "ward", a_row(), mapping=mapping))
