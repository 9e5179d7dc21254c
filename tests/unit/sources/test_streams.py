"""Streams of records, and what a read counts by drug, by unit and by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adjuvant.errors import UsageError
from adjuvant.record import MedicineCount, Outcome, Patient, PatientRecord, QualityLine, QualitySummary
from adjuvant.sources import collect, fingerprint, read, stream
from adjuvant.sources.base import QualityCounter, Stream

READ, USED, DOUBTED = Outcome.READ, Outcome.USED, Outcome.DOUBTED


def counted(*lines: tuple[Outcome, str]) -> QualitySummary:
    return QualitySummary(tuple(QualityLine("mar", outcome, 1, reason) for outcome, reason in lines))


def chart(folder: Path, names: list[str]) -> Path:
    rows = [
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": {"resourceType": "Patient", "id": name}} for name in names],
        }
    ]
    file = folder / "chart.json"
    file.write_text(json.dumps(rows[0]))
    return file


def test_a_stream_gives_the_same_patients_in_order_of_id_as_reading_at_once(tmp_path: Path) -> None:
    file = chart(tmp_path, ["berta", "anna", "carl"])
    whole, flowing = read(file, zone="UTC"), stream(file, zone="UTC")
    assert [record.patient.id for record in flowing.records] == ["anna", "berta", "carl"]
    assert collect(stream(file, zone="UTC")) == whole


def test_a_resumed_stream_passes_over_those_that_were_read_before(tmp_path: Path) -> None:
    file = chart(tmp_path, ["anna", "berta", "carl"])
    assert [item.patient.id for item in stream(file, zone="UTC", after="anna").records] == ["berta", "carl"]


def test_streaming_an_unknown_format_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not known"):
        stream(chart(tmp_path, ["anna"]), "spreadsheet")


def test_the_whole_of_a_stream_is_its_records_and_its_strays_and_repeated_lines_count_once() -> None:
    shared = QualityLine("Medication", DOUBTED, 1, "the medicine has no code")
    records = [
        PatientRecord(
            Patient(name, zone="UTC"),
            quality=QualitySummary((*counted((READ, ""), (USED, "")).lines, shared)),
        )
        for name in ("anna", "berta")
    ]
    strays = QualityCounter()
    strays.read("mar")
    strays.line(Outcome.NOT_USED, "mar", "the row names no patient")
    strays.add(QualitySummary((shared,)))
    whole = collect(Stream("a test", iter(records), strays, repeated=[shared])).quality
    assert whole.count(READ, "mar") == 3
    assert whole.count(USED, "mar") == 2
    assert whole.count(DOUBTED) == 1


def test_rows_of_medication_are_counted_by_drug_and_unit_and_outcome() -> None:
    counter = QualityCounter()
    for unit in ("mg", "mg", "ml/hr"):
        counter.medicine("infusiondrug", "fentanyl", unit, USED)
    counter.medicine("infusiondrug", "fentanyl", "ml/hr", DOUBTED)
    assert counter.summary().medicines == (
        MedicineCount("infusiondrug", "fentanyl", "mg", USED, 2),
        MedicineCount("infusiondrug", "fentanyl", "ml/hr", USED, 1),
        MedicineCount("infusiondrug", "fentanyl", "ml/hr", DOUBTED, 1),
    )


def test_summaries_add_up_medicines_and_names_whatever_their_order() -> None:
    first, second = QualityCounter(), QualityCounter()
    first.unknown_name("mar", "Mystery Drip", 2)
    second.unknown_name("mar", "Mystery Drip", 3)
    second.unknown_name("mar", "Another")
    parts = [first.summary(), second.summary()]
    for both in (QualitySummary.of(parts), QualitySummary.of(reversed(parts))):
        assert [(item.name, item.count) for item in both.names] == [("Another", 1), ("Mystery Drip", 5)]


def test_names_without_end_are_counted_together_so_that_memory_stays_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adjuvant.sources.base._MOST_NAMES", 3)
    counter = QualityCounter()
    for number in range(10):
        counter.unknown_name("mar", f"free text {number}")
    counter.unknown_name("mar", "free text 0")
    found = {item.name: item.count for item in counter.summary().names}
    assert found == {"free text 0": 2, "free text 1": 1, "free text 2": 1, "(further names)": 7}


def test_a_fingerprint_tells_another_file_another_zone_and_another_change_apart(tmp_path: Path) -> None:
    file = chart(tmp_path, ["anna"])
    first = fingerprint(tmp_path, "fhir", zone="UTC")
    assert fingerprint(tmp_path, "fhir", zone="UTC") == first
    assert fingerprint(tmp_path, "fhir", zone="Europe/London") != first
    assert fingerprint(tmp_path, "fhir", zone="UTC", patient="anna") != first
    file.write_text(file.read_text() + " ")
    assert fingerprint(tmp_path, "fhir", zone="UTC") != first
