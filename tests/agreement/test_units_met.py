"""Every unit that stands in the open data: read as UCUM that the independent library accepts, or refused."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adjuvant.errors import QuantityError
from adjuvant.quantity import read_unit

Convert = Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]
COLUMNS = {
    "inputevents_mv.csv.gz": ("amountuom", "rateuom"),
    "inputevents_cv.csv.gz": ("amountuom", "rateuom"),
    "prescriptions.csv.gz": ("dose_unit_rx",),
}
# What a doctor or pharmacist means by these is clear, or clearly not a dose; the engine must know each of the first
# kind and refuse each of the second.
MUST_READ = {"mg", "mcg", "mcghr", "mghr", "mcg/hour", "mg/hour", "mcg/kg/min", "ml", "TAB", "gm", "mL/hour"}
MUST_REFUSE = {"", "dose", "units", "BAG", "PKT", "UNIT"}


def csv_units(shared: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, columns in COLUMNS.items():
        with gzip.open(shared / "data" / "mimic3_demo" / name, "rt", encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                found.update(row[column] for column in columns)
    return found


def fhir_units(shared: Path) -> set[str]:
    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if node.get("system") == "http://unitsofmeasure.org" and isinstance(node.get("code"), str):
                yield node["code"]
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    folders = ["fhir_r4_core_examples", "cdc_opioid_fhir_examples"]
    files = [path for name in folders for path in (shared / "data" / name).glob("*.json")]
    return {unit for path in files for unit in walk(json.loads(path.read_text(encoding="utf-8")))}


@pytest.mark.hazard("H-007", "H-076")
def test_every_unit_of_the_open_data_that_is_read_is_ucum_to_the_independent_library(
    shared: Path, node_ucum: Convert
) -> None:
    read, refused = {}, set()
    for text in {*csv_units(shared), *fhir_units(shared)}:
        try:
            read[text] = read_unit(text).code
        except QuantityError:
            refused.add(text)
    answers = node_ucum([{"validate": code} for code in read.values()])
    wrong = [
        (text, code, answer["message"])
        for (text, code), answer in zip(read.items(), answers, strict=True)
        if answer["status"] != "valid" or answer["code"] != code
    ]
    assert wrong == []
    assert not refused & MUST_READ
    assert len(read) > 30


def test_the_units_of_opioid_rows_are_all_read(shared: Path) -> None:
    """mcghr, mghr, mcg, mg and mcg/hour, mg/hour: every opioid row of the two systems is in one of them."""
    met = csv_units(shared)
    for unit in ("mcghr", "mghr", "mcg/hour", "mg/hour", "mcg", "mg"):
        assert met[unit] > 0
        assert read_unit(unit).dimension


def test_what_names_no_amount_is_refused(shared: Path) -> None:
    for text in MUST_REFUSE & set(csv_units(shared)):
        try:
            unit = read_unit(text)
        except QuantityError:
            continue
        assert not unit.has(mass=1), text
