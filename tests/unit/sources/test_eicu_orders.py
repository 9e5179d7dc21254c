"""eICU orders and home medication: dosages as written, and never what was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import Basis, MedicationRequest, Outcome
from adjuvant.record.exposures import build_exposures
from eicu_tables import Tables, a_folder
from mimic3_tables import told


def only(folder: Tables) -> MedicationRequest:
    record = folder.record()
    assert record.administrations == ()
    (order,) = record.requests
    return order


def test_a_scheduled_order_says_dose_route_and_times(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("oxyCODONE 5 MG TAB", "10 mg", "PO", "q4hr"))
    assert (order.drug.name, order.dose, order.route) == ("oxycodone", Quantity(10, "mg"), "oral")
    assert (order.times_per_day, order.as_needed) == (6, False)
    assert order.start is not None
    assert order.start.isoformat() == "2200-01-01T08:06:00+00:00"


@pytest.mark.parametrize("more", [{"frequency": "Q4H PRN"}, {"frequency": "q4hr", "prn": "Yes"}])
def test_an_order_is_as_needed_if_either_column_says_so(tmp_path: Path, more: dict[str, str]) -> None:
    frequency = more.pop("frequency")
    order = only(a_folder(tmp_path).order("MORPHINE", "1-2 mg", "IV", frequency, **more))
    assert (order.as_needed, order.times_per_day) == (True, 6)
    assert (order.dose, order.dose_high) == (Quantity(1, "mg"), Quantity(2, "mg"))


def test_one_dose_in_all_is_one_dose_whatever_the_span(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("MORPHINE", "4 mg", "IV", "Once X1", drugstopoffset="1000")
    (item,) = build_exposures(folder.record(), frozenset({"morphine"}), Basis.ORDERED).items
    assert item.amount.in_("mg") == 4


@pytest.mark.parametrize(
    ("dosage", "route", "frequency", "doubt"),
    [
        ("1-2 5002", "PO", "Q4H", "the unit '5002' is a number, not a unit"),
        ("5", "PO", "Q4H", "the unit '' is empty"),
        ("PYXIS", "MISC", "Pyxis", "the dosage 'PYXIS' is a word"),
        ("MG", "IV", "Q4H", "the dosage 'MG' is a word"),
        ("", "IV", "Q4H", "the order has no dose"),
        ("1,000 mcg", "IV", "Q4H", "the dose '1,000' has a comma"),
        ("2 mg", "IV PCA", "Q4H", "the dose is the content of a PCA syringe or a setting of its pump"),
        ("2500 mcg", "IV", "Continuous", "the dose of a continuous order is the content of a bag"),
    ],
)
def test_what_is_odd_about_a_dosage_is_said_on_it(
    tmp_path: Path, dosage: str, route: str, frequency: str, doubt: str
) -> None:
    assert only(a_folder(tmp_path).order("MORPHINE", dosage, route, frequency)).doubt.startswith(doubt)


def test_tablets_in_brackets_are_tablets(tmp_path: Path) -> None:
    order = only(
        a_folder(tmp_path).order("HYDROCODONE-ACETAMINOPHEN 5-325 MG PO TABS", "2 tab(s)", "PO", "Q6H")
    )
    assert order.dose == Quantity(2, "{tablet}")
    assert (order.unit_status, order.doubt) == (UnitStatus.EXACT, "")


def test_an_infusion_order_is_a_rate(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("FENTANYL", "50 mcg/hr", "IV", "Continuous"))
    assert (order.rate, order.dose, order.doubt) == (Quantity(50, "ug/h"), None, "")


def test_a_patch_says_how_often_it_is_changed(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("FENTANYL 25 MCG/HR TD PATCH", "1 PATCH", "TD", "Q72H"))
    assert (order.form, order.every_hours, order.times_per_day) == ("patch", 72, None)


@pytest.mark.parametrize(
    ("stop", "doubt"),
    [("0", ""), ("", ""), ("30", "the order stops before it starts"), ("late", "the drugstopoffset")],
)
def test_a_stop_that_says_nothing_leaves_the_order_open(tmp_path: Path, stop: str, doubt: str) -> None:
    order = only(a_folder(tmp_path).order("MORPHINE", "2 mg", "IV", "Q4H", drugstopoffset=stop))
    assert order.end is None
    assert order.doubt.startswith(doubt)
    assert bool(order.doubt) == bool(doubt)


def test_a_cancelled_order_never_came_into_force(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("MORPHINE", "2 mg", "IV", "Q4H", drugordercancelled="Yes")
    found = build_exposures(folder.record(), frozenset({"morphine"}), Basis.ORDERED)
    assert only(folder).status == "cancelled"
    assert (found.items, found.refused) == ((), ())


def test_an_order_without_a_drug_leaves_its_time_incomplete(tmp_path: Path) -> None:
    record = a_folder(tmp_path).order("", "2 mg", "IV", "Q4H").record()
    (unknown,) = record.unplaced
    assert unknown.basis is Basis.ORDERED
    assert unknown.start is not None
    assert told(record.quality, Outcome.NOT_USED) == {"the order names no drug": 1}


def test_an_order_that_two_unit_stays_repeat_is_one(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).stay().stay("2", hospitaladmitoffset="-240", hospitaldischargeoffset="3880")
    folder.order("MORPHINE", "2 mg", "IV", "Q4H")
    folder.order(
        "MORPHINE", "2 mg", "IV", "Q4H", patientunitstayid="2", drugstartoffset="-60", drugstopoffset="1380"
    )
    record = folder.record()
    assert len(record.requests) == 1
    assert record.quality.count(Outcome.DUPLICATE, "medication") == 1


def test_two_orders_of_one_unit_stay_stay_two(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("MORPHINE", "2 mg", "IV", "Q4H").order("MORPHINE", "2 mg", "IV", "Q4H")
    assert len(folder.record().requests) == 2


def test_home_medication_is_a_statement_whose_zero_is_no_dose(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).add(
        "admissiondrug", drugoffset="15", drugname="METHADONE HCL", drugdosage="0"
    )
    folder.add(
        "admissiondrug", drugoffset="15", drugname="OXYCODONE HCL", drugdosage="5", drugunit="mg",
        drugadmitfrequency="twice a day",
    )  # fmt: skip
    folder.add("admissiondrug", drugoffset="soon", drugname="NORCO", drugdosage="2", drugunit="things")
    folder.add("admissiondrug", drugoffset="15")
    record = folder.record()
    by_drug = {order.drug.text: order for order in record.requests}
    assert all(order.statement for order in record.requests)
    assert (by_drug["METHADONE HCL"].dose, by_drug["METHADONE HCL"].doubt) == (None, "")
    assert (by_drug["OXYCODONE HCL"].dose, by_drug["OXYCODONE HCL"].times_per_day) == (Quantity(5, "mg"), 2)
    assert by_drug["NORCO"].start is None
    assert told(record.quality, Outcome.NOT_USED) == {"the line names no drug": 1}
    assert record.quality.unaccounted("admissiondrug") == 0
