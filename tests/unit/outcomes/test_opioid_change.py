"""Opioids before and after: which basis, which rows are added up under one label, and what is said aloud."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from adjuvant.library import default_plan
from adjuvant.outcomes import OpioidSummary, declared_course, windows_for
from adjuvant.outcomes.opioid_change import is_unread, opioid_basis, opioid_summary
from adjuvant.outcomes.words import opioid_sentence
from adjuvant.record import Basis, Refusal, RefusalReason
from adjuvant.unknown import Unknown
from builders import PatientBuilder, a_patient, a_plan, a_row

DAY = 24


def watched(patient: PatientBuilder | None = None) -> PatientBuilder:
    patient = patient or a_patient()
    for hour in range(0, 8 * DAY, 8):
        patient = patient.pain(5, hour).given("acetaminophen", "1 g", hour)
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
    assert summary(a_patient().with_pain(5, days=8)) is None


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
        == (
            "Opioids fell by 11.1 % (45 to 40 MME a day) by Invented table low (−11.1 to +16.7 % over 2 tables). "
        ).strip()
    )


def test_a_single_table_says_that_there_is_no_range() -> None:
    patient = watched()
    for hour in range(0, 7 * DAY, 12):
        patient = patient.given("morphine", "10 mg", hour)
    text = opioid_sentence(summary(patient, a_plan(a_row("morphine", "1"))))
    assert (
        text
        == "Opioids stayed as they were (20 MME a day) by Invented table invented (no other table covers every line)."
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


def regular(until: int, drug: str = "oxycodone") -> PatientBuilder:
    """10 mg every six hours, and pain charted to the end whatever happens to the medication chart."""
    patient = a_patient().with_pain(5, days=8)
    for hour in range(0, until, 6):
        patient = patient.given(drug, "10 mg", hour)
    return patient


def test_a_medication_chart_that_ends_early_shows_no_opioid_sparing() -> None:
    """Pain goes on being charted; that says nothing of the tablets. The chart ends at 106 h, after begins at 96."""
    found = summary(regular(107))
    assert found is not None
    assert isinstance(found.percent, Unknown)
    assert not found.after.complete and found.stopped == ()
    assert "too little for a mean" in found.after.refused[0].detail
    ended = summary(regular(90))
    assert ended is not None
    assert not ended.after.charted and is_unread(ended.after)
    assert "nothing is charted in the window after (2026-03-06" in ended.after.refused[0].detail
    assert ended.after.refused[0].reason is RefusalReason.NOT_CHARTED


def test_a_drug_is_stopped_where_the_chart_goes_on_without_it() -> None:
    patient = regular(90)
    for hour in range(0, 7 * DAY, 6):
        patient = patient.held("haloperidol", "1 mg", hour)
    found = summary(patient)
    assert found is not None
    assert [stop.label for stop in found.stopped] == ["oxycodone oral"]
    assert (found.after.per_day, found.after.complete, found.percent) == (0, True, -100)


def test_orders_alone_that_end_long_before_after_are_no_complete_zero() -> None:
    found = summary(a_patient().with_pain(5, days=1).order("morphine", "10 mg", 0, DAY, times=6))
    assert found is not None
    assert not found.after.charted and not found.after.complete


@pytest.mark.parametrize("drug", ["oxycodone", "morphine"])
@pytest.mark.parametrize("as_needed", [False, None])
def test_a_regular_order_without_a_charted_dose_leaves_the_total_incomplete(
    drug: str, as_needed: bool | None
) -> None:
    """As-needed oxycodone is charted; the regular opioid stands on another chart, only its order is read."""
    patient = watched().order(drug, "20 mg", 0, 8 * DAY, times=2, as_needed=as_needed)
    for hour in range(0, 5 * DAY, 6):
        patient = patient.given("oxycodone", "5 mg", hour, as_needed=True)
    found = summary(patient)
    assert found is not None
    for window in (found.before, found.after):
        (refusal,) = window.refused
        assert (refusal.reason, refusal.ingredient) == (RefusalReason.MISSING_DOSE, drug)
        assert "no dose is charted" in refusal.detail
    assert isinstance(found.percent, Unknown)


@pytest.mark.parametrize(
    "order",
    [
        {"as_needed": True},
        {"status": "cancelled"},
        {"statement": True},
        {"start": 0, "end": 11},  # less than one of its intervals
    ],
)
def test_an_order_that_asks_for_no_regular_dose_here_lacks_none(order: dict[str, Any]) -> None:
    patient = watched().given("morphine", "10 mg", 8)
    found = summary(patient.order("oxycodone", "20 mg", times=2, **({"start": 0, "end": 8 * DAY} | order)))
    assert found is not None
    assert found.before.complete


def test_a_regular_order_whose_doses_are_charted_as_held_is_complete_and_the_doses_are_listed() -> None:
    patient = watched().order("oxycodone", "20 mg", 0, 8 * DAY, times=2, as_needed=False)
    for hour in range(0, 8 * DAY, 12):
        if hour < 4 * DAY:
            patient = patient.given("oxycodone", "20 mg", hour, as_needed=False)
        else:
            patient = patient.held("oxycodone", "20 mg", hour, reason="sedated")
    found = summary(patient)
    assert found is not None
    assert found.after.complete
    assert found.withheld == ("oxycodone oral: 6 doses not given after: sedated (6)",)


@pytest.mark.parametrize(
    ("ingredient", "basis", "wanted"),
    [
        ("fentanyl", Basis.ORDERED, Basis.ORDERED),
        (None, Basis.DISPENSED, Basis.DISPENSED),
        ("fentanyl", None, Basis.ADMINISTERED),
        ("midazolam", Basis.ORDERED, None),
    ],
)
def test_what_could_not_be_placed_is_read_and_not_none(
    ingredient: str | None, basis: Basis | None, wanted: Basis | None
) -> None:
    """A record whose only opioid is a row without a name holds medication all the same."""
    lost = Refusal(
        "a row", RefusalReason.UNKNOWN_DRUG, "has no name", "name it", ingredient=ingredient, basis=basis
    )
    record = replace(a_patient().pain(5, 0).record(), unplaced=(lost,))
    assert opioid_basis(record) is wanted
