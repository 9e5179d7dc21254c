"""MIMIC-IV prescriptions: the pharmacy says how often, and an order is never what was given."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.quantity import Quantity
from adjuvant.record import Basis, MedicationRequest, MedicineCount, Outcome
from adjuvant.record.exposures import build_exposures
from adjuvant.sources import Terms, mimic4
from mimic3_tables import told
from mimic4_tables import Tables, a_folder


def only(folder: Tables) -> MedicationRequest:
    record = folder.record()
    assert record.administrations == ()
    (order,) = record.requests
    return order


def ordered(folder: Tables, drug: str) -> list[Fraction]:
    found = build_exposures(folder.record(), frozenset({drug}), Basis.ORDERED)
    return [item.amount.in_("mg") for item in found.items]


def test_an_order_runs_from_hour_to_hour_as_often_as_the_pharmacy_says(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order(
        "Morphine SR (MS Contin)", "30", "mg", "PO", "Q8H", doses_per_24_hrs="3"
    )
    order = only(folder)
    assert (order.dose, order.times_per_day, order.as_needed) == (Quantity(30, "mg"), 3, False)
    assert order.start is not None
    assert order.start.isoformat() == "2131-01-02T08:00:00+00:00"
    assert order.status == "stopped"
    assert ordered(folder, "morphine") == [90]


def test_a_range_as_needed_is_kept_with_the_most_it_allows(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("HYDROmorphone (Dilaudid)", "0.5-1", "mg", "IV", "Q3H:PRN"))
    assert (order.dose, order.dose_high) == (Quantity("0.5", "mg"), Quantity(1, "mg"))
    assert (order.times_per_day, order.as_needed) == (8, True)


def test_one_dose_in_all_is_one_dose_whatever_the_span(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order(
        "Morphine Sulfate", "4", "mg", "IV", "ONCE", doses_per_24_hrs="1", stoptime="2131-01-02 19:00:00"
    )
    assert ordered(folder, "morphine") == [4]


def test_tablets_carry_their_strength(tmp_path: Path) -> None:
    order = only(
        a_folder(tmp_path).order(
            "Oxycodone-Acetaminophen", "1", "TAB", "PO", prod_strength="5mg/325mg Tablet"
        )
    )
    assert order.dose == Quantity(1, "{tablet}")
    assert {item.name: str(item.strength) for item in order.drug.ingredients} == {
        "oxycodone": "5 mg/{tablet}",
        "paracetamol": "325 mg/{tablet}",
    }


@pytest.mark.parametrize(
    ("row", "frequency", "doubt"),
    [
        ({"stoptime": "2131-01-02 07:00:00"}, "Q6H", "the order stops before it starts"),
        ({"route": "IVPCA"}, "ASDIR", "the dose is the content of a PCA syringe or a setting of its pump"),
        ({"route": "IV DRIP"}, "INFUSION", "the dose is the content of a bag or bottle, not what was given"),
        ({"route": "IV"}, "TITRATE TO", "the dose of a continuous order is the content of a bag, not what"),
        ({"doses_per_24_hrs": "3"}, "Q6H", "3 and 4 doses a day, and 'Q6H'"),
        ({"doses_per_24_hrs": "thrice"}, "ASDIR", "doses_per_24_hrs is not a plain decimal number"),
        ({"starttime": "2131-13-01 00:00:00"}, "Q6H", "the starttime '2131-13-01 00:00:00' is not an ISO"),
    ],
)
def test_what_is_odd_about_an_order_is_said_on_it(
    tmp_path: Path, row: dict[str, str], frequency: str, doubt: str
) -> None:
    route = row.pop("route", "IV")
    order = only(a_folder(tmp_path).order("Morphine Sulfate", "2", "mg", route, frequency, **row))
    assert order.doubt.startswith(doubt)


def test_an_order_of_unknown_status_or_without_a_pharmacy_row_says_what_is_missing(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("Morphine Sulfate", "2", "mg", "IV", status="H")
    folder.order("Morphine Sulfate", "2", "mg", "IV", None)
    record = folder.record()
    assert [order.status for order in record.requests] == ["unknown", "active"]
    assert told(record.quality, Outcome.DOUBTED) == {
        "the status of the order is none that is known": 1,
        "the order does not say how often": 1,
    }


def test_a_patch_is_ordered_by_its_release_and_its_change(tmp_path: Path) -> None:
    order = only(
        a_folder(tmp_path).order("Fentanyl Patch", "75", "mcg/h", "TD", "Q72H", form_unit_disp="PTCH")
    )
    assert (order.rate, order.every_hours, order.form) == (Quantity(75, "ug/h"), 72, "patch")


def test_diluents_orders_without_a_drug_and_pharmacy_orders_alone_are_counted(tmp_path: Path) -> None:
    folder = (
        a_folder(tmp_path).order("NS", "1000", "ml", "IV", None, drug_type="BASE").order("", "1", "mg", "PO")
    )
    folder.add("pharmacy", pharmacy_id="9", medication="Morphine Sulfate", frequency="Q4H")
    record = folder.record()
    assert record.requests == ()
    assert told(record.quality, Outcome.NOT_USED) == {
        "the row is the diluent of another": 1,
        "the order names no drug": 1,
        "no prescription belongs to the pharmacy's order": 1,
    }
    assert sorted(item.ingredient or "" for item in record.unplaced) == ["", "morphine"]
    for table in ("prescriptions", "pharmacy"):
        assert record.quality.unaccounted(table) == 0


def test_the_users_own_lines_go_first(tmp_path: Path) -> None:
    lines = tmp_path / "terms.csv"
    lines.write_text(
        "name,ingredients,strength,form,route\nHouse 7,oxycodone,5 mg/{tablet},tablet,oral\n",
        encoding="utf-8",
    )
    folder = a_folder(tmp_path).order("House 7", "2", "TAB", "", "BID")
    (order,) = mimic4.read(folder.write(), terms=Terms.read(lines)).record("7").requests
    assert (order.drug.name, order.route, order.form) == ("oxycodone", "oral", "tablet")


def test_every_order_is_counted_by_drug_and_unit(tmp_path: Path) -> None:
    folder = (
        a_folder(tmp_path).order("Morphine Sulfate", "2", "mg", "IV").order("Nosuchdrug", "1", "NEB", "IH")
    )
    record = folder.record()
    assert set(record.quality.medicines) == {
        MedicineCount("prescriptions", "morphine", "mg", Outcome.USED, 1),
        MedicineCount("prescriptions", "Nosuchdrug", "NEB", Outcome.USED, 1),
        MedicineCount("prescriptions", "Nosuchdrug", "NEB", Outcome.DOUBTED, 1),
    }
    assert [(item.name, item.count) for item in record.quality.names] == [("Nosuchdrug", 1)]
