"""The MIMIC-IV reader agrees with figures that somebody else counted in SQL, and with Python's own csv.

The data stay in the shared folder; they are a subset of MIMIC-IV Clinical Database Demo v2.2 (PhysioNet), under the
ODbL 1.0. ``emar``, ``inputevents`` and ``chartevents`` are not among them.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from adjuvant.library import default_plan, is_opioid, opioid_names
from adjuvant.opioids import mme_curve
from adjuvant.outcomes import find_courses
from adjuvant.record import Basis, Outcome
from adjuvant.record.exposures import build_exposures
from adjuvant.sources import mimic4
from adjuvant.sources.base import Import
from adjuvant.timeline import Interval

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("mimic4_demo")]

# Names of opioids as the facts were counted: by a word in the name, with nothing of the library in it.
OPIOID = re.compile("morph|fentan|codone|codeine|methadone|tramadol|meperid|oxymorph", re.IGNORECASE)


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "mimic4_demo_orders"


@pytest.fixture(scope="module")
def imported(folder: Path) -> Import:
    return mimic4.read(folder)


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, Any]:
    found = json.loads((shared / "data" / "facts.json").read_text(encoding="utf-8"))["mimic4_orders"]
    assert isinstance(found, dict)
    return found


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with gzip.open(folder / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def orders(imported: Import) -> list[Any]:
    return [order for record in imported.records for order in record.requests]


def test_every_patient_and_every_prescription_is_there(imported: Import, facts: dict[str, Any]) -> None:
    assert len(imported.records) == facts["patients"]
    assert imported.quality.count(Outcome.READ, "prescriptions") == facts["rx"]


def test_every_table_is_read_to_its_last_row(imported: Import, folder: Path) -> None:
    for table in ("patients", "admissions", "icustays", "diagnoses_icd", "prescriptions", "pharmacy", "omr"):
        assert imported.quality.count(Outcome.READ, table) == len(rows(folder, table)), table
        assert imported.quality.unaccounted(table) == 0, table


def test_every_opioid_order_is_a_request_and_nothing_is_given(
    imported: Import, facts: dict[str, Any]
) -> None:
    """The library knows one more name than the words: three orders of opium tincture."""
    opioids = [
        order for order in orders(imported) if any(is_opioid(item.name) for item in order.drug.ingredients)
    ]
    named = [order for order in opioids if OPIOID.search(order.drug.text)]
    assert len(named) == facts["opioid_rx"]
    assert {order.drug.text for order in opioids} - {order.drug.text for order in named} == {"Opium Tincture"}
    assert not any(record.administrations or record.dispenses for record in imported.records)


@pytest.mark.hazard("H-016")
def test_ketamine_for_intubation_is_ordered_and_makes_no_course(
    imported: Import, facts: dict[str, Any]
) -> None:
    ketamine = [order for order in orders(imported) if order.drug.name == "ketamine"]
    assert len(ketamine) == facts["ketamine_rx"]
    assert {order.drug.text for order in ketamine} == {"Ketamine (For Intubation)"}
    assert all(find_courses(record) == () for record in imported.records)


def test_naloxone_by_any_route_is_an_order_and_no_rescue(imported: Import) -> None:
    naloxone = [order for order in orders(imported) if order.drug.name == "naloxone"]
    assert naloxone
    assert not any(record.adverse_events for record in imported.records)


def test_each_order_says_what_stands_in_its_row(imported: Import, folder: Path) -> None:
    """Ranges, as needed, stops before starts and doses a day, counted from the tables by hand."""
    pharmacy = {row["pharmacy_id"]: row for row in rows(folder, "pharmacy")}
    counted: Counter[str] = Counter()
    for row in rows(folder, "prescriptions"):
        if row["drug_type"] == "BASE" or not OPIOID.search(row["drug"]):
            continue
        often = pharmacy.get(row["pharmacy_id"], {}).get("frequency", "")
        counted["range"] += bool(re.fullmatch(r"[\d.]+-[\d.]+", row["dose_val_rx"]))
        counted["as needed"] += "PRN" in often
        counted["backwards"] += bool(row["stoptime"]) and row["stoptime"] < row["starttime"]
        every = re.fullmatch(r"Q(\d+)H(:PRN)?", often)
        counted["times"] += 24 // int(every[1]) if every else 0
    found: Counter[str] = Counter()
    for order in (one for one in orders(imported) if OPIOID.search(one.drug.text)):
        found["range"] += order.dose_high is not None
        found["as needed"] += order.as_needed is True
        found["backwards"] += "the order stops before it starts" in order.doubt
        if re.search(r" Q\d+H(:PRN)?$", order.text):
            found["times"] += int(order.times_per_day or 0)
    assert found == counted


def test_cancer_is_found_by_codes_of_both_versions(imported: Import, folder: Path) -> None:
    def malignant(code: str, version: str) -> bool:
        if version == "10":
            return code.startswith("C")
        return code.isdigit() and (
            140 <= int(code[:3]) <= 208 or code[:4] in ("2090", "2091", "2092", "2093", "2097")
        )

    expected = {
        row["subject_id"]
        for row in rows(folder, "diagnoses_icd")
        if malignant(row["icd_code"], row["icd_version"])
    }
    assert {
        record.patient.id for record in imported.records if any(item.cancer for item in record.conditions)
    } == expected
    assert len(expected) > 10


def test_ages_and_weights_are_those_of_the_tables(imported: Import, folder: Path) -> None:
    old = {row["subject_id"] for row in rows(folder, "patients") if row["anchor_age"] == "91"}
    assert {record.patient.id for record in imported.records if record.patient.age_years is None} == old
    weights = [row for row in rows(folder, "omr") if row["result_name"] == "Weight (Lbs)"]
    assert sum(len(record.weights) for record in imported.records) == len(weights)


def test_every_patient_with_ordered_opioids_gets_a_curve_or_a_reason(imported: Import) -> None:
    names = frozenset(opioid_names())
    drawn = 0
    for record in imported.records:
        opioids = [one for one in record.requests if any(item.name in names for item in one.drug.ingredients)]
        if not opioids:
            continue
        found = build_exposures(record, names, Basis.ORDERED)
        first = min(one.start for one in opioids if one.start is not None)
        last = max(one.end or one.start for one in opioids if one.start is not None)
        curve = mme_curve(found, default_plan(), Interval(first, last), record.local)
        accounted = {event for item in (*found.items, *found.refused) for event in item.events}
        assert {one.id for one in opioids} <= accounted, record.patient.id
        assert curve.days
        drawn += 1
    assert drawn > 40
