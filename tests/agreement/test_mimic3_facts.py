"""The MIMIC-III reader agrees with figures that somebody else counted in SQL, to the last row.

What is counted here is our own output: events with the raw fields they came from, and quality lines. The data stay in
the shared folder; they are MIMIC-III Clinical Database Demo v1.4 (PhysioNet), under the ODbL 1.0.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adjuvant.library import is_opioid
from adjuvant.record import AdministrationKind, Basis, Outcome, PainKind
from adjuvant.record.exposures import build_exposures
from adjuvant.record.naming import resolve_drug
from adjuvant.sources import mimic3, store
from adjuvant.sources.base import Import

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("mimic3_demo")]


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "mimic3_demo"


@pytest.fixture(scope="module")
def imported(folder: Path) -> Import:
    return mimic3.read(folder)


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, Any]:
    found = json.loads((shared / "data" / "facts.json").read_text(encoding="utf-8"))["mimic3"]
    assert isinstance(found, dict)
    return found


def raw(event: Any, name: str) -> str:
    """One field of an event's row, as it stood."""
    match = re.search(rf"(?:^|; ){name}=([^;]*)", event.origin.raw)
    return match[1] if match else ""


def events(imported: Import, kind: str, table: str, **fields: str) -> list[Any]:
    """Events of one list that came from one table, by raw fields."""
    return [
        event
        for record in imported.records
        for event in getattr(record, kind)
        if event.origin.table == table and all(raw(event, name) == value for name, value in fields.items())
    ]


def lines(imported: Import, table: str, outcome: Outcome, reason: str) -> int:
    """Rows in quality lines whose reason matches."""
    return sum(
        line.count
        for line in imported.quality.lines
        if line.table == table and line.outcome is outcome and re.search(reason, line.reason)
    )


def test_every_patient_is_there(imported: Import, facts: dict[str, Any]) -> None:
    assert len(imported.records) == facts["patients"]


def test_as_many_patients_have_cancer(imported: Import, facts: dict[str, Any]) -> None:
    with_cancer = [record for record in imported.records if any(item.cancer for item in record.conditions)]
    assert len(with_cancer) == facts["cancer_patients"]


def test_every_charted_row_is_read_and_accounted_for(imported: Import, facts: dict[str, Any]) -> None:
    assert imported.quality.count(Outcome.READ, "chartevents") == facts["chartevents"]


def test_no_row_of_any_table_is_lost(imported: Import) -> None:
    tables = {line.table for line in imported.quality.lines}
    assert tables == {
        "patients", "admissions", "icustays", "diagnoses_icd", "chartevents", "inputevents_mv", "inputevents_cv",
        "prescriptions",
    }  # fmt: skip
    for table in tables:
        assert imported.quality.unaccounted(table) == 0, table
        assert imported.quality.count(Outcome.READ, table) == sum(
            record.quality.count(Outcome.READ, table) for record in imported.records
        ), table


def test_every_table_is_read_to_its_last_row(imported: Import, folder: Path) -> None:
    """Counted by Python's own csv, which has nothing to do with the reader's."""
    for table in (
        "patients",
        "admissions",
        "diagnoses_icd",
        "inputevents_mv",
        "inputevents_cv",
        "prescriptions",
    ):
        with gzip.open(folder / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
        assert imported.quality.count(Outcome.READ, table) == rows, table


def opioids_given(imported: Import, table: str) -> list[Any]:
    return [
        event
        for event in events(imported, "administrations", table)
        if any(is_opioid(item.name) for item in event.drug.ingredients)
    ]


def test_every_metavision_opioid_row_is_given_or_a_duplicate(imported: Import, facts: dict[str, Any]) -> None:
    duplicates = 0
    for line in imported.quality.lines:
        if line.table == "inputevents_mv" and line.outcome is Outcome.DUPLICATE:
            drug = resolve_drug(line.reason.partition(":")[0])
            duplicates += line.count * any(is_opioid(item.name) for item in drug.ingredients)
    assert len(opioids_given(imported, "inputevents_mv")) + duplicates == facts["mv_opioid_rows"]
    excluded = facts["mv_opioid_mg_all_rows"], facts["mv_opioid_mg_excl_rewritten"]
    assert duplicates == sum(int(row[3]) for row in excluded[0]) - sum(int(row[3]) for row in excluded[1])


@pytest.mark.hazard("H-022")
def test_metavision_opioid_masses_leave_out_rewritten_rows(imported: Import, facts: dict[str, Any]) -> None:
    """Counting the rewritten rows would give 61.181 mg of fentanyl by infusion where 32.583 mg were given."""
    masses: dict[tuple[str, str], list[Fraction]] = {}
    for event in opioids_given(imported, "inputevents_mv"):
        key = raw(event, "itemid"), raw(event, "ordercategorydescription")
        masses.setdefault(key, []).append(event.dose.in_("mg"))
    found = {(*key, Decimal(round(sum(parts) * 1000)) / 1000, len(parts)) for key, parts in masses.items()}
    expected = {
        (item, category, Decimal(mass), int(count))
        for item, category, mass, count in facts["mv_opioid_mg_excl_rewritten"]
    }
    assert found == expected


def test_exposures_hold_the_same_masses(imported: Import, facts: dict[str, Any]) -> None:
    """What the opioid engine sees of MetaVision is what was given, pushes and infusions together."""
    total: Counter[str] = Counter()
    for record in imported.records:
        ids = {event.id for event in record.administrations if event.origin.table == "inputevents_mv"}
        built = build_exposures(
            record, frozenset({"fentanyl", "morphine", "hydromorphone"}), Basis.ADMINISTERED
        )
        for item in built.items:
            if ids.issuperset(item.events):
                total[item.ingredient] += item.amount.in_("mg")  # type: ignore[assignment]
    names = {"221744": "fentanyl", "225942": "fentanyl", "221833": "hydromorphone", "225154": "morphine"}
    expected: Counter[str] = Counter()
    for item, _, mass, _ in facts["mv_opioid_mg_excl_rewritten"]:
        expected[names[item]] += Fraction(mass)  # type: ignore[assignment]
    assert set(total) == set(expected)
    for name, mass in expected.items():
        assert abs(total[name] - mass) < Fraction(2, 1000), name  # each of two figures is rounded to 0.001


def test_amount_over_duration_is_the_rate_of_every_metavision_infusion(imported: Import) -> None:
    assert lines(imported, "inputevents_mv", Outcome.DOUBTED, "not the charted rate") == 0


def test_every_carevue_opioid_row_is_accounted_for(
    imported: Import, facts: dict[str, Any], folder: Path
) -> None:
    """Per item: events, repeated amounts, last and empty rates, and the stops and zeros that end an infusion."""
    table = "inputevents_cv"
    with gzip.open(folder / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as lines_of:
        ending = Counter(
            row["itemid"]
            for row in csv.DictReader(lines_of)
            if row["rateuom"] and (row["stopped"] in ("Stopped", "D/C'd") or row["rate"] in ("0", "0.0"))
        )
    for item, amount_unit, _, count in facts["cv_opioid_rows"]:
        name = {"30118": "Fentanyl", "30126": "Morphine Sulfate"}[item]
        charted = events(imported, "administrations", table, itemid=item)
        if amount_unit:
            kept = [event for event in charted if event.kind is AdministrationKind.DOSE]
            others = lines(imported, table, Outcome.DUPLICATE, f"^{name}: the amount")
            others += lines(imported, table, Outcome.UNCONVERTIBLE, f"^{name}: the amount is empty")
        else:
            kept = [event for event in charted if event.kind is AdministrationKind.INFUSION]
            others = lines(imported, table, Outcome.DOUBTED, f"^{name}: nothing says how long the last")
            others += lines(imported, table, Outcome.UNCONVERTIBLE, f"^{name}: the rate is empty")
            others += ending[item]
        assert len(kept) + others == int(count), (item, amount_unit)


def test_carevue_amounts_repeat_the_rates_nearly_everywhere(imported: Import) -> None:
    """That a rate holds until the next one is shown by the chart itself: its amounts are the same sums."""
    same = lines(
        imported, "inputevents_cv", Outcome.DUPLICATE, "^(Fentanyl|Morphine Sulfate): the amount repeats"
    )
    other = lines(
        imported, "inputevents_cv", Outcome.DUPLICATE, "^(Fentanyl|Morphine Sulfate): the amount differs"
    )
    assert same > 40 * other


@pytest.mark.hazard("H-038")
def test_unable_to_score_is_never_a_pain_of_zero(imported: Import, facts: dict[str, Any]) -> None:
    """Two in five rows of the item stand in the table as the number 0 and mean that nobody could tell."""
    scores = events(imported, "pain", "chartevents", itemid="223791")
    unable = [score for score in scores if score.not_assessable is not None]
    flagged = lines(
        imported, "chartevents", Outcome.NOT_USED, "^Pain Level: the chart flags the row as an error"
    )
    found = {"True": len(unable), "False": len(scores) - len(unable) + flagged}
    assert found == {key: int(count) for key, count in facts["pain_223791"]}
    assert all(raw(score, "valuenum") == "0" and score.value is None for score in unable)


def test_as_many_patients_have_a_pain_score(imported: Import, facts: dict[str, Any]) -> None:
    scored = [
        record
        for record in imported.records
        if any(score.kind is PainKind.CURRENT and score.value is not None for score in record.pain)
    ]
    assert len(scored) == facts["pain_patients"]


@pytest.mark.parametrize(
    ("fact", "kind", "labels"),
    [
        ("spo2_rows", "spo2", "SpO2|O2 saturation pulseoxymetry"),
        ("rr_rows", "respiratory_rate", "Respiratory Rate"),
    ],
)
def test_every_vital_sign_is_there_or_says_that_it_is_empty(
    imported: Import, facts: dict[str, Any], fact: str, kind: str, labels: str
) -> None:
    charted = [event for event in events(imported, "vitals", "chartevents") if event.kind == kind]
    empty = lines(imported, "chartevents", Outcome.NOT_ASSESSABLE, f"^({labels}): no number is charted")
    assert len(charted) + empty == facts[fact]


def test_every_opioid_order_is_a_request_and_nothing_else(imported: Import, facts: dict[str, Any]) -> None:
    orders = [
        event
        for event in events(imported, "requests", "prescriptions")
        if any(is_opioid(item.name) for item in event.drug.ingredients)
    ]
    assert len(orders) == facts["rx_opioid_rows"]
    assert not events(imported, "administrations", "prescriptions")


def test_one_patient_read_alone_is_the_same_patient(imported: Import, folder: Path) -> None:
    for record in imported.records[:: len(imported.records) // 3]:
        alone = mimic3.read(folder, patient=record.patient.id)
        assert alone.records == (record,)
        assert alone.quality == record.quality


@pytest.mark.hazard("H-072")
def test_a_record_store_gives_the_same_records_and_exposures(imported: Import, tmp_path: Path) -> None:
    """Everything downstream reads a store or the source with the same result."""
    store.write(tmp_path / "store", imported)
    again = store.read(tmp_path / "store")
    assert again.records == imported.records
    assert again.quality == imported.quality
    names = frozenset({"fentanyl", "morphine", "hydromorphone"})
    for stored, record in zip(again.records, imported.records, strict=True):
        assert build_exposures(stored, names) == build_exposures(record, names)
    alone = store.read(tmp_path / "store", patient=imported.records[5].patient.id)
    assert alone.records == (imported.records[5],)
