"""Stores that an older program wrote open for ever, and an import into one brings it up to date as a whole."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.errors import InputError
from adjuvant.quantity import parse_quantity
from adjuvant.record import Outcome, PatientRecord
from adjuvant.sources import store
from adjuvant.sources.base import Import
from builders import a_patient


def an_import(record: PatientRecord, source: str) -> Import:
    """An import of one record that says nothing of its rows."""
    return Import((record,), record.quality, source)


STORES = Path(__file__).resolve().parents[2] / "fixtures" / "stores"


@pytest.fixture(params=["schema_1", "schema_2"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a store that a program of that schema wrote; its README says what is in it."""
    shutil.copytree(STORES / request.param, tmp_path / "store")
    return tmp_path / "store"


def told(record: PatientRecord) -> tuple[object, ...]:
    """What the fixtures' README says of a patient."""
    given = {item.drug.name: item.dose or item.rate for item in record.administrations}
    return record.patient.synthetic, given, [score.value for score in record.pain]


GIVEN = {"morphine": parse_quantity("1 mg/h"), "oxycodone": parse_quantity("5 mg")}
ANNA, ZOE = (True, GIVEN, [Fraction(7)]), (True, GIVEN, [Fraction(3)])


def test_an_older_store_reads_as_it_was_written(old: Path) -> None:
    assert store.patients(old) == ("anna", "zoe")
    assert [told(record) for record in store.read(old).records] == [ANNA, ZOE]
    assert told(store.read(old, patient="zoe").records[0]) == ZOE
    found = store.read(old)
    assert found.quality.count(Outcome.READ, "chart") == 6
    assert "table: an invented ward" in found.source


def test_an_import_into_an_older_store_brings_all_of_it_up_to_date(old: Path) -> None:
    before = store.read(old).records
    info = store.write(old, an_import(a_patient().pain(5, 1).record(), source="another ward"))
    assert (info.schema, store.info(old)) == (store.SCHEMA, info)
    again = {record.patient.id: record for record in store.read(old).records}
    assert [again[record.patient.id] for record in before] == list(before)
    assert len(again) == 3
    assert {item.name for item in old.iterdir()} == {"manifest.json", "parts", "sources", ".lock"}
    assert [(item.source, item.patients) for item in info.sources] == [
        ("another ward", 1),
        ("table: an invented ward", 2),
    ]


def test_an_import_into_an_older_store_that_fails_leaves_it_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {item.name: item.read_bytes() for item in old.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("adjuvant.sources.store.writer.write_manifest", full)
    with pytest.raises(InputError, match="No space left"):
        store.write(old, an_import(a_patient().pain(5, 1).record(), source="another ward"))
    left = {item.name: item for item in old.iterdir() if item.is_file() and item.name != ".lock"}
    assert {name: item.read_bytes() for name, item in left.items()} == files
    assert [told(record) for record in store.read(old).records] == [ANNA, ZOE]


def test_a_changed_table_of_an_older_store_is_named(old: Path) -> None:
    file = old / "pain.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(InputError, match=r"pain\.parquet: is not the file that was written"):
        store.read(old)
