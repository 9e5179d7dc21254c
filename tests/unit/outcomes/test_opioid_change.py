"""Opioids before and after: which basis, which rows are added up under one label, and what is said aloud."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.library import default_plan
from adjuvant.outcomes import OpioidSummary, declared_course, windows_for
from adjuvant.outcomes.opioid_change import is_unread, opioid_basis, opioid_summary
from adjuvant.outcomes.words import opioid_sentence
from adjuvant.record import Basis
from adjuvant.unknown import Unknown
from builders import PatientBuilder, a_patient, a_plan, a_row

DAY = 24


def watched(patient: PatientBuilder | None = None) -> PatientBuilder:
    patient = patient or a_patient()
    for hour in range(0, 8 * DAY, 8):
        patient = patient.pain(5, hour)
    return patient


def summary(patient: PatientBuilder, *plans: object) -> OpioidSummary | None:
    record = patient.record()
    windows = windows_for(declared_course(patient.when(80), patient.when(81)), record.local)
    first, *rest = plans or (default_plan(),)
    return opioid_summary(record, windows, first, rest, record.local)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("patient", "basis"),
    [
        (a_patient(), None),
        (a_patient().given("haloperidol", "2 mg"), Basis.ADMINISTERED),
        (a_patient().given("morphine", "10 mg").order("morphine", "10 mg"), Basis.ADMINISTERED),
        (a_patient().held("morphine", "10 mg").order("morphine", "10 mg"), Basis.ADMINISTERED),
        (a_patient().given("haloperidol", "2 mg").order("morphine", "10 mg"), Basis.ORDERED),
        (a_patient().order("morphine", "10 mg").dispense("morphine", "30 {tablet}", 10), Basis.ORDERED),
        (a_patient().dispense("morphine", "30 {tablet}", 10), Basis.DISPENSED),
    ],
)
def test_the_basis_of_the_figures(patient: PatientBuilder, basis: Basis | None) -> None:
    assert opioid_basis(patient.record()) is basis


def test_a_record_without_medication_has_no_summary() -> None:
    assert summary(watched()) is None


def test_supply_stands_in_last_and_says_that_it_was_not_given() -> None:
    patient = watched().dispense("morphine", "240 {tablet}", 10, 0, strength="10 mg/{tablet}")
    found = summary(patient)
    assert found is not None
    assert (found.basis, found.before.per_day) == ("dispensed", 240)
    assert found.warnings[0].startswith("These figures are from DISPENSED supply")


def test_as_needed_orders_are_left_out_and_their_maximum_is_said() -> None:
    patient = watched().order("morphine", "10 mg", 0, 8 * DAY, times=6)
    patient = patient.order("oxycodone", "10 mg", 0, 8 * DAY, times=4, as_needed=True)
    found = summary(patient)
    assert found is not None
    assert found.before.per_day == 60
    assert "As-needed orders, left out, could add up to 120 MME a day before." in found.warnings


def test_a_window_of_which_nothing_was_read_is_marked_and_is_no_zero() -> None:
    patient = a_patient().given("morphine", "10 mg", 0).pain(5, 8)
    found = summary(patient)
    assert found is not None
    assert is_unread(found.after)
    assert not found.after.complete
    assert isinstance(found.percent, Unknown)
    assert any("not read, which is not none" in warning for warning in found.warnings)


def test_forms_of_one_drug_by_one_route_are_one_line() -> None:
    patient = watched()
    for hour in range(0, 3 * DAY, 12):
        patient = patient.given("morphine", "10 mg", hour, form="tablet")
    for hour in range(4, 3 * DAY, 12):
        patient = patient.given("morphine", "5 mg", hour, form="solution")
    for hour in range(4 * DAY, 7 * DAY, 12):
        patient = patient.given("morphine", "15 mg", hour, form="solution")
    found = summary(patient)
    assert found is not None
    (line,) = found.drugs
    assert line.before is not None
    assert (line.label, line.before.mme_per_day, line.change) == ("morphine oral", 30, 0)
    assert line.before.amount_per_day.in_("mg") == 30


def test_a_drug_without_a_factor_has_no_change() -> None:
    patient = watched()
    for hour in range(0, 7 * DAY, 12):
        patient = patient.given("morphine", "10 mg", hour).given("oxycodone", "10 mg", hour)
    found = summary(patient, a_plan(a_row("morphine", "1")))
    assert found is not None
    changes = {line.label: line.change for line in found.drugs}
    assert changes == {"morphine oral": 0, "oxycodone oral": None}
    assert isinstance(found.percent, Unknown)


def test_the_range_crosses_zero_with_its_signs() -> None:
    """Morphine down 10 mg, oxycodone up 10 mg: by a factor of 0.5 a fall of 5, by 2 a rise of 10 MME."""
    patient = watched()
    for hour in range(0, 7 * DAY, 12):
        early = hour < 3 * DAY
        patient = patient.given("morphine", "20 mg" if early else "15 mg", hour)
        patient = patient.given("oxycodone", "5 mg" if early else "10 mg", hour)
    low = a_plan(a_row("morphine", "1"), a_row("oxycodone", "0.5"), key="low")
    high = a_plan(a_row("morphine", "1"), a_row("oxycodone", "2"), key="high")
    found = summary(patient, low, high)
    assert found is not None
    assert [item.percent for item in found.by_table] == [Fraction(-100, 9), Fraction(50, 3)]
    assert (
        opioid_sentence(found)
        == ("Opioids fell by 11.1 % by Invented table low (−11.1 to +16.7 % over 2 tables). ").strip()
    )


def test_a_single_table_says_that_there_is_no_range() -> None:
    patient = watched()
    for hour in range(0, 7 * DAY, 12):
        patient = patient.given("morphine", "10 mg", hour)
    text = opioid_sentence(summary(patient, a_plan(a_row("morphine", "1"))))
    assert (
        text == "Opioids stayed as they were by Invented table invented (no other table covers every line)."
    )


def test_opioids_from_nothing_have_no_percentage() -> None:
    patient = watched()
    for hour in range(4 * DAY, 7 * DAY, 12):
        patient = patient.given("morphine", "10 mg", hour)
    assert opioid_sentence(summary(patient)) == (
        "Opioids went from 0 to 20 MME a day; a percentage of 0 is undefined."
    )


def test_entries_that_cannot_be_converted_are_counted_by_drug() -> None:
    patient = watched().given("morphine", None, 10).given("oxycodone", None, 11).given("morphine", None, 100)
    assert opioid_sentence(summary(patient)) == (
        "Opioids cannot be compared: 2 entries before cannot be converted (morphine and oxycodone) and "
        "1 entry after cannot be converted (morphine)."
    )
