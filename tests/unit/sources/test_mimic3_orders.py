"""Prescriptions are orders by date: ranges, bags, syringes and odd units are said, and nothing is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import MedicationRequest, Outcome
from mimic3_tables import Tables, a_folder, told

UNTIMED = "the order has dates without times, and no word of how often"


def only(folder: Tables) -> MedicationRequest:
    record = folder.record()
    assert record.administrations == ()
    (order,) = record.requests
    return order


def test_an_order_is_a_request_and_never_an_administration(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("Morphine Sulfate", "2", "mg", "IV"))
    assert (order.drug.name, order.route, order.dose) == ("morphine", "intravenous", Quantity(2, "mg"))
    assert (order.times_per_day, order.as_needed) == (None, None)
    assert "drug=Morphine Sulfate" in order.origin.raw


def test_dates_without_times_span_whole_days(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("Morphine Sulfate", "2", "mg", "IV")
    order = only(folder)
    assert order.start is not None
    assert order.end is not None
    assert (order.start.isoformat(), order.end.isoformat()) == (
        "2101-01-02T00:00:00+00:00",
        "2101-01-05T00:00:00+00:00",
    )
    assert told(folder.record().quality, Outcome.DOUBTED) == {UNTIMED: 1}


def test_a_dose_range_is_kept_as_a_range(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("Hydromorphone", "0.5-1", "mg", "IV")
    order = only(folder)
    assert (order.dose, order.dose_high) == (Quantity("0.5", "mg"), Quantity(1, "mg"))
    assert order.doubt == ""
    assert told(folder.record().quality, Outcome.DOUBTED) == {UNTIMED: 1, "the dose is a range": 1}


def test_tablets_carry_the_strengths_of_their_pack(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("printed", ["5/500 Tablet", "5mg Tablet", "5mL Cup", "", "5..0mg/325mg Tablet"])
def test_a_pack_that_does_not_say_each_strength_gives_none(tmp_path: Path, printed: str) -> None:
    order = only(
        a_folder(tmp_path).order("Hydrocodone-Acetaminophen", "1", "TAB", "PO", prod_strength=printed)
    )
    assert [item.strength for item in order.drug.ingredients] == [None, None]


def test_a_patch_is_ordered_by_its_release_rate(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("Fentanyl Patch", "75", "mcg/hr", "TP", form_unit_disp="PTCH"))
    assert (order.rate, order.dose) == (Quantity(75, "ug/h"), None)
    assert (order.route, order.form) == ("transdermal", "patch")


@pytest.mark.parametrize(
    ("order", "doubt"),
    [
        (
            ("HYDROmorphone (Dilaudid)", "12.5", "mg", "IVPCA"),
            "the dose is the content of a PCA syringe or a setting",
        ),
        (
            ("Morphine Sulfate", "100", "mg", "IV DRIP"),
            "the dose is the content of a bag or bottle, not what was",
        ),
        (
            ("HYDROmorphone P.F.", "2500", "mcg", "ED"),
            "the dose is the content of a bag or bottle, not what was",
        ),
        (("Lorazepam", "1-2mg", "mg", "IV"), "the dose '1-2mg' is not a plain decimal number"),
        (("Morphine Sulfate", "1,000", "mg", "IV"), "the dose '1,000' has a comma"),
        (("Morphine Sulfate", "4-2", "mg", "IV"), "the dose '4-2' falls from end to end"),
        (("Fentanyl Patch", "25-50", "mcg/hr", "TP"), "the rate '25-50' is a range"),
        (("Albuterol", "2", "PUFF", "IH"), "the unit 'PUFF' is neither UCUM nor a known spelling"),
        (("Morphine Sulfate", "", "mg", "IV"), "the order has no dose"),
    ],
)
def test_what_is_odd_about_an_order_is_said_on_it(
    tmp_path: Path, order: tuple[str, str, str, str], doubt: str
) -> None:
    folder = a_folder(tmp_path).order(*order)
    assert only(folder).doubt.startswith(doubt)
    assert len(told(folder.record().quality, Outcome.DOUBTED)) == 2


def test_a_unit_that_cannot_be_read_is_unconvertible(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("Albuterol", "2", "PUFF", "IH"))
    assert (order.unit_status, order.dose) == (UnitStatus.UNCONVERTIBLE, None)


@pytest.mark.parametrize(
    ("dates", "doubt"),
    [
        ({"enddate": "2101-01-01 00:00:00"}, "the order stops before it starts"),
        ({"enddate": "whenever"}, "the enddate 'whenever' is not an ISO 8601 time"),
        ({"startdate": "2101-13-01 00:00:00"}, "the startdate '2101-13-01 00:00:00' is not an ISO 8601 time"),
    ],
)
def test_dates_that_cannot_be_are_said_and_left_open(
    tmp_path: Path, dates: dict[str, str], doubt: str
) -> None:
    order = only(a_folder(tmp_path).order("Morphine Sulfate", "2", "mg", "IV", **dates))
    assert order.doubt == doubt
    assert None in (order.start, order.end)


def test_an_order_without_an_end_stays_open(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("Morphine Sulfate", "2", "mg", "IV", enddate=""))
    assert (order.end, order.doubt) == (None, "")


def test_a_drug_that_the_library_does_not_know_keeps_its_text(tmp_path: Path) -> None:
    order = only(a_folder(tmp_path).order("Unheardofium", "2", "mg", "PO"))
    assert (order.drug.text, order.drug.ingredients) == ("Unheardofium", ())


def test_diluents_and_orders_without_a_drug_are_counted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("NS", "1000", "ml", "IV", drug_type="BASE").order("", "1", "mg", "PO")
    record = folder.record()
    assert record.requests == ()
    assert told(record.quality, Outcome.NOT_USED) == {
        "the row is the diluent of another": 1,
        "the order names no drug": 1,
    }
    assert record.quality.unaccounted("prescriptions") == 0
