"""Exposures of real infusions against independent SQL figures, with and without the marks of an ICU chart.

The demo chart marks rows that were rewritten; counting them nearly doubles fentanyl. An export to FHIR loses the mark and
the order. With the marks the masses must agree to the last digit printed; without them the overlaps alone must bring the
sum back, and say that they are in doubt.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.quantity import Quantity
from adjuvant.record import Exposures, RefusalReason
from builders import PatientBuilder, a_patient

ITEMS = {"221744": "fentanyl", "225942": "fentanyl", "225154": "morphine"}
UNITS = {"mg": "mg", "mcg": "ug"}
pytestmark = pytest.mark.shared


def infusions(shared: Path) -> list[dict[str, str]]:
    path = shared / "data" / "mimic3_demo" / "inputevents_mv.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        return [
            row
            for row in csv.DictReader(text)
            if row["itemid"] in ITEMS and row["ordercategorydescription"] == "Continuous Med"
        ]


def patients(rows: list[dict[str, str]], *, marks: bool) -> Iterator[PatientBuilder]:
    for subject in sorted({row["subject_id"] for row in rows}):
        built = a_patient()
        for row in rows:
            if row["subject_id"] != subject or (marks and row["statusdescription"] == "Rewritten"):
                continue
            start, end = (
                datetime.fromisoformat(row[key]).replace(tzinfo=UTC) for key in ("starttime", "endtime")
            )
            dose = Quantity(Fraction(row["amount"]), UNITS[row["amountuom"]])
            order = row["linkorderid"] if marks else None
            drug = ITEMS[row["itemid"]]
            built = built.infusion(drug, None, start, end, dose=dose, order=order, id=row["row_id"])
        yield built


def mass(exposures: list[Exposures], drug: str) -> Fraction:
    items = (item for one in exposures for item in one.items if item.ingredient == drug)
    return sum((item.amount.in_("mg") for item in items), Fraction(0))


def independent(shared: Path, drug: str, key: str) -> Fraction:
    facts = json.loads((shared / "data" / "facts.json").read_text(encoding="utf-8"))["mimic3"][key]
    rows = (row for row in facts if row[1] == "Continuous Med" and ITEMS.get(row[0]) == drug)
    return sum((Fraction(row[2]) for row in rows), Fraction(0))


@pytest.mark.parametrize("drug", ["fentanyl", "morphine"])
def test_with_the_charts_marks_the_masses_agree_and_nothing_overlaps(shared: Path, drug: str) -> None:
    exposures = [built.exposures() for built in patients(infusions(shared), marks=True)]
    # The figures are printed with three decimals, and fentanyl is the sum of two of them.
    assert abs(mass(exposures, drug) - independent(shared, drug, "mv_opioid_mg_excl_rewritten")) < Fraction(
        1, 1000
    )
    assert not any(one.refused for one in exposures)


@pytest.mark.parametrize("drug", ["fentanyl", "morphine"])
def test_without_the_marks_the_overlaps_bring_the_sum_back_and_are_said(shared: Path, drug: str) -> None:
    exposures = [built.exposures() for built in patients(infusions(shared), marks=False)]
    right = independent(shared, drug, "mv_opioid_mg_excl_rewritten")
    doubled = independent(shared, drug, "mv_opioid_mg_all_rows")
    assert doubled > right * Fraction(14, 10)
    assert abs(mass(exposures, drug) / right - 1) < Fraction(2, 100)
    assert {problem.reason for one in exposures for problem in one.refused} == {RefusalReason.OVERLAP}
