"""MIMIC-IV's medication record: what the words do not say to be given is not, and the dose due is no dose given.

The rows are invented, in the published columns of ``emar`` and ``emar_detail``.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    Basis,
    MedicationAdministration,
    MedicineCount,
    Outcome,
    RefusalReason,
)
from adjuvant.record.exposures import build_exposures
from mimic3_tables import told
from mimic4_tables import EIGHT, NINE, TEN, Tables, a_folder, due, pump, scanned

MORPHINE, HYDROMORPHONE = "Morphine Sulfate", "HYDROmorphone (Dilaudid)"


def only(folder: Tables) -> MedicationAdministration:
    (event,) = folder.record().administrations
    return event


def masses(folder: Tables, drug: str) -> list[Fraction]:
    found = build_exposures(folder.record(), frozenset({drug}), Basis.ADMINISTERED)
    return [item.amount.in_("mg") for item in found.items]


def test_the_dose_given_is_the_sum_of_what_was_scanned(tmp_path: Path) -> None:
    """Two tablets of 5 mg and one of 2.5 mg for a dose of 12.5 mg are three rows beside the one that says what was due."""
    folder = a_folder(tmp_path).order("OxyCODONE (Immediate Release)", "12.5", "mg", "PO", pharmacy_id="5")
    folder.emar(
        "OxyCODONE (Immediate Release)", "Administered", EIGHT,
        due("12.5", "mg"), scanned("5", "mg"), scanned("5", "mg", "2"), scanned("2.5", "mg", "3"),
        pharmacy_id="5",
    )  # fmt: skip
    event = only(folder)
    assert (event.dose, event.route, event.kind) == (Quantity("12.5", "mg"), "oral", AdministrationKind.DOSE)
    assert "detail2.dose_given=5" in event.origin.raw
    assert masses(folder, "oxycodone") == [Fraction("12.5")]
    assert told(folder.record().quality, Outcome.DOUBTED) == {}
    assert folder.record().quality.unaccounted("emar_detail") == 0


@pytest.mark.hazard("H-022")
def test_the_dose_that_was_due_is_never_taken_for_the_dose_given(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).emar(MORPHINE, "Administered", EIGHT, due("4", "mg", route="IV"))
    assert only(folder).dose is None
    refused = build_exposures(folder.record(), frozenset({"morphine"}), Basis.ADMINISTERED).refused
    assert [item.reason for item in refused] == [RefusalReason.MISSING_DOSE]
    (said,) = told(folder.record().quality, Outcome.DOUBTED)
    assert "the dose that was due is not taken for it" in said


@pytest.mark.parametrize(("incomplete", "warned"), [("", True), ("Yes", False)])
def test_less_scanned_than_due_counts_as_scanned_and_is_said(
    tmp_path: Path, incomplete: str, warned: bool
) -> None:
    details = (due("4", "mg", complete_dose_not_given=incomplete), scanned("2", "mg", route="IV"))
    folder = a_folder(tmp_path).emar(MORPHINE, "Administered", EIGHT, *details)
    assert masses(folder, "morphine") == [2]
    assert bool(told(folder.record().quality, Outcome.DOUBTED)) is warned


def test_products_are_counted_by_the_strength_of_their_order(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order(
        "Oxycodone", "1-2", "TAB", "PO", pharmacy_id="5", prod_strength="5mg Tablet"
    )
    folder.emar(
        "Oxycodone", "Administered", EIGHT, {"parent_field_ordinal": "1", "product_amount_given": "2", "product_unit": "TAB"},
        pharmacy_id="5",
    )  # fmt: skip
    assert masses(folder, "oxycodone") == [10]


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("Administered", AdministrationStatus.GIVEN),
        ("Delayed Administered", AdministrationStatus.GIVEN),
        ("Administered in Other Location", AdministrationStatus.GIVEN),
        ("Not Given", AdministrationStatus.NOT_GIVEN),
        ("Not Given per Sliding Scale in Other Location", AdministrationStatus.NOT_GIVEN),
        ("Hold Dose", AdministrationStatus.NOT_GIVEN),
        ("Documented in O.R. Holding", AdministrationStatus.UNKNOWN),
        ("", AdministrationStatus.UNKNOWN),
    ],
)
def test_only_words_that_say_so_are_given(tmp_path: Path, event: str, status: AdministrationStatus) -> None:
    folder = a_folder(tmp_path).emar(MORPHINE, event, EIGHT, scanned("2", "mg", route="IV"))
    assert only(folder).status is status
    assert masses(folder, "morphine") == ([2] if status is AdministrationStatus.GIVEN else [])


@pytest.mark.parametrize(("dose", "unit"), [("___", "mg"), ("2-4", "mg"), ("2", "puffs")])
def test_a_dose_that_cannot_be_read_stays_in_view(tmp_path: Path, dose: str, unit: str) -> None:
    event = only(a_folder(tmp_path).emar(MORPHINE, "Administered", EIGHT, scanned(dose, unit)))
    assert (event.dose, event.unit_status) == (None, UnitStatus.UNCONVERTIBLE)


def test_an_infusion_runs_from_rate_to_rate_of_its_order_until_it_is_stopped(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("HYDROmorphone", "100", "mg", "IV DRIP", "INFUSION", pharmacy_id="5")
    for event, at, rate in (("Started", EIGHT, "1"), ("Rate Change", NINE, "2"), ("Stopped", TEN, "")):
        folder.emar("HYDROmorphone", event, at, *([pump(rate)] if rate else []), pharmacy_id="5")
    first, second = folder.record().administrations
    assert (first.rate, first.end, first.request_id) == (Quantity(1, "mg/h"), second.start, "pharmacy.5")
    assert masses(folder, "hydromorphone") == [1, 2]


def test_a_row_that_verifies_a_rate_without_a_number_lets_it_hold_on(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).emar(HYDROMORPHONE, "Started", EIGHT, pump("1", route="IV"), pharmacy_id="5")
    folder.emar(HYDROMORPHONE, "Rate Verified", NINE, {"route": "IV"}, pharmacy_id="5")
    folder.emar(HYDROMORPHONE, "Stopped", TEN, pharmacy_id="5")
    assert masses(folder, "hydromorphone") == [1, 1]


@pytest.mark.parametrize(
    ("prior", "doubt"),
    [
        ("1", ""),
        ("3", "the next row states another rate before it"),
        ("", "no row says for how long the rate was held"),
    ],
)
def test_a_long_span_is_believed_only_if_the_next_row_confirms_it(
    tmp_path: Path, prior: str, doubt: str
) -> None:
    folder = a_folder(tmp_path).emar(HYDROMORPHONE, "Started", EIGHT, pump("1"), pharmacy_id="5")
    folder.emar(HYDROMORPHONE, "Rate Change", "2131-01-02 20:00:00", pump("2", prior=prior), pharmacy_id="5")
    folder.emar(HYDROMORPHONE, "Stopped", "2131-01-02 21:00:00", pharmacy_id="5")
    assert [event.doubt for event in folder.record().administrations] == [doubt, ""]


def test_a_rate_that_nobody_stopped_leaves_the_time_after_it_incomplete(tmp_path: Path) -> None:
    record = a_folder(tmp_path).emar(HYDROMORPHONE, "Started", EIGHT, pump("1"), pharmacy_id="5").record()
    assert record.administrations == ()
    (open_end,) = record.unplaced
    assert (open_end.ingredient, open_end.reason) == ("hydromorphone", RefusalReason.MISSING_TIMING)


def test_a_start_without_a_rate_and_two_rates_in_one_row_are_doubted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).emar(HYDROMORPHONE, "Started", EIGHT, pharmacy_id="5")
    folder.emar(HYDROMORPHONE, "Rate Change", NINE, pump("1"), pump("2"), pharmacy_id="5")
    folder.emar(HYDROMORPHONE, "Rate Change", TEN, pump("0"), pharmacy_id="5")
    folder.emar(HYDROMORPHONE, "Stopped", "2131-01-02 11:00:00", pharmacy_id="5")
    first, second = folder.record().administrations
    assert (first.doubt, second.doubt) == ("no rate is charted", "the row states two rates")


def test_a_rate_of_zero_ends_an_infusion_and_is_no_dose_that_was_withheld(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).emar(HYDROMORPHONE, "Started", EIGHT, pump("1", route="IV"), pharmacy_id="5")
    folder.emar(HYDROMORPHONE, "Rate Change", NINE, pump("0"), pharmacy_id="5")
    record = folder.record()
    assert [event.status for event in record.administrations] == [AdministrationStatus.GIVEN]
    assert masses(folder, "hydromorphone") == [1]
    assert record.unplaced == ()


def test_patches_are_put_on_taken_off_and_changed(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    patch = {"administration_type": "Transdermal Patch", "route": "TD", "site": "Chest", "side": "Left"}
    for event, at in (
        ("Applied", EIGHT), ("Removed Existing / Applied New", "2131-01-05 08:00:00"), ("Removed", "2131-01-08 08:00:00"),
    ):  # fmt: skip
        folder.emar("Fentanyl Patch", event, at, scanned("25", "mcg/h", **patch))
    events = folder.record().administrations
    kinds = [event.kind for event in events]
    assert sorted(kinds) == sorted([AdministrationKind.PATCH_ON, AdministrationKind.PATCH_OFF] * 2)
    assert {event.patch for event in events} == {"left chest"}
    # Twice 72 hours of 25 ug/h.
    assert masses(folder, "fentanyl") == [Fraction("1.8"), Fraction("1.8")]


def test_a_patients_own_pump_is_doubted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).emar(
        HYDROMORPHONE, "Administered", EIGHT, scanned("20", "mg", administration_type="PCA", route="IVPCA")
    )
    assert only(folder).doubt == "the dose of a patient's own pump may be what its syringe holds"
    assert masses(folder, "hydromorphone") == []


@pytest.mark.hazard("H-022")
def test_what_the_icu_charts_as_well_is_not_added_on_top(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).icu().emar(MORPHINE, "Administered", EIGHT, scanned("2", "mg", route="IV"))
    folder.given(MORPHINE, "2", "mg", EIGHT, "2131-01-02 08:01:00", kind="Drug Push")
    assert masses(folder, "morphine") == [2]
    reasons = told(folder.record().quality, Outcome.DOUBTED)
    assert any("it may be charted twice" in reason for reason in reasons)


def test_a_drug_that_the_icu_does_not_chart_counts_in_the_icu_too(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).icu().emar(MORPHINE, "Administered", EIGHT, scanned("2", "mg", route="IV"))
    folder.given("Fentanyl", "0.1", "mg", EIGHT, "2131-01-02 08:01:00", kind="Drug Push")
    assert masses(folder, "morphine") == [2]


@pytest.mark.hazard("H-016")
def test_ketamine_for_intubation_and_oral_naloxone_stay_what_their_rows_say(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).order("Ketamine (For Intubation)", "150", "mg", "IV", "ONCE")
    folder.emar("Naloxone", "Administered", EIGHT, scanned("4", "mg", route="PO"))
    record = folder.record()
    assert [order.drug.name for order in record.requests] == ["ketamine"]
    assert [(event.drug.name, event.route) for event in record.administrations] == [("naloxone", "oral")]
    assert record.adverse_events == ()


def test_flushes_other_drugs_and_rows_without_name_or_time_are_counted(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).emar("Nosuchdrug", "Administered", EIGHT, scanned("1", "mg"))
    folder.emar(MORPHINE, "Flushed").emar("", "Administered").emar(MORPHINE, "Administered", "")
    folder.add("emar_detail", emar_id="7-none", dose_due="1")
    record = folder.record()
    assert record.administrations == ()
    assert told(record.quality, Outcome.NOT_USED) == {
        "the drug is none that is followed here": 1,
        "the row is a flush": 1,
        "the row names no drug": 1,
        "Morphine Sulfate: the time is empty": 1,
        "the detail belongs to a row that is not used": 1,
        "no row of emar belongs to the detail": 1,
    }
    assert len(record.unplaced) == 2
    for table in ("emar", "emar_detail"):
        assert record.quality.unaccounted(table) == 0


@pytest.mark.parametrize("event", ["Pain score re-assessment", "Assessed in Other Location", "Not Removed"])
def test_a_look_at_the_patient_is_no_dose(tmp_path: Path, event: str) -> None:
    record = a_folder(tmp_path).emar(MORPHINE, event).emar("", event, NINE).record()
    assert (record.administrations, record.unplaced) == ((), ())
    assert told(record.quality, Outcome.NOT_USED) == {
        "the row is a check, by which nothing was given or ended": 1,
        "the row names no drug": 1,
    }


@pytest.mark.parametrize("event", ["Confirmed", " in Other Location", "Partial "])
def test_a_word_that_may_mean_a_dose_or_none_is_unknown(tmp_path: Path, event: str) -> None:
    folder = a_folder(tmp_path).emar(MORPHINE, event, EIGHT, scanned("2", "mg", route="IV"))
    assert only(folder).status is AdministrationStatus.UNKNOWN
    assert masses(folder, "morphine") == []


def test_every_row_is_counted_by_drug_and_unit(tmp_path: Path) -> None:
    folder = a_folder(tmp_path).emar(MORPHINE, "Administered", EIGHT, scanned("2", "mg", route="IV"))
    folder.emar(MORPHINE, "", NINE, scanned("2", "mg", route="IV"))
    assert set(folder.record().quality.medicines) == {
        MedicineCount("emar", "morphine", "mg", Outcome.USED, 2),
        MedicineCount("emar", "morphine", "mg", Outcome.DOUBTED, 1),
    }


@pytest.mark.hazard("H-034")
@pytest.mark.parametrize(
    ("name", "drug"),
    [("Hydromorphne", "hydromorphone"), ("Fentanly Citrate", "fentanyl"), ("Ketamin", "ketamine")],
)
def test_a_name_that_is_nearly_an_opioids_stays_in_view_and_refuses(
    tmp_path: Path, name: str, drug: str
) -> None:
    """Passed over as a drug that nobody follows, it would be an opioid less in a total that looks whole."""
    folder = a_folder(tmp_path).emar(name, "Administered", EIGHT, scanned("2", "mg", route="IV"))
    assert only(folder).drug.text == name
    (problem,) = build_exposures(folder.record(), frozenset({drug}), Basis.ADMINISTERED).refused
    assert problem.reason is RefusalReason.UNKNOWN_DRUG
    assert f"did you mean {drug}" in problem.remedy
