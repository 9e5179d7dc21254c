"""Doses, infusions and pumps: what was given, as mass over time, or the reason why it cannot be counted."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from adjuvant.library import setting
from adjuvant.quantity import Quantity, UnitStatus
from adjuvant.record import AdministrationStatus, Basis, Drug, Exposure, ExposureKind, Refusal, RefusalReason
from builders import a_drug, a_patient


def only(built) -> Exposure:
    exposures = built.exposures()
    assert not exposures.refused, exposures.refused
    (item,) = exposures.items
    return item


def refused(built, *ingredients: str) -> Refusal:
    exposures = built.exposures(*ingredients)
    assert not exposures.items, exposures.items
    (problem,) = exposures.refused
    return problem


def mg(item: Exposure) -> Fraction:
    return item.amount.in_("mg")


# --- doses -------------------------------------------------------------------------------------------------


def test_a_dose_in_mass_is_taken_as_it_stands() -> None:
    item = only(a_patient().given("morphine", "10 mg", 2, form="tablet"))
    assert (item.kind, item.ingredient, item.route, item.form) == (
        ExposureKind.DOSE,
        "morphine",
        "oral",
        "tablet",
    )
    assert item.start == item.end == a_patient().when(2)
    assert mg(item) == 10
    assert item.rate is None
    assert item.basis is Basis.ADMINISTERED
    assert item.steps == ("10 mg",)


def test_counted_things_are_multiplied_by_their_strength() -> None:
    item = only(a_patient().given("oxycodone", "2 {tablet}", strength="5 mg/{tablet}"))
    assert mg(item) == 10
    assert item.steps == ("2 tablet × 5 mg/tablet = 10 mg",)


@pytest.mark.hazard("H-004")
def test_volume_is_multiplied_by_concentration() -> None:
    item = only(a_patient().given("morphine", "2.5 mL", strength="20 mg/mL"))
    assert mg(item) == 50
    assert item.steps == ("2.5 mL × 20 mg/mL = 50 mg",)


def test_a_strength_in_micrograms_keeps_its_unit_and_its_size() -> None:
    item = only(a_patient().given("fentanyl", "3 {actuat}", strength="100 ug/{actuat}", route="nasal"))
    assert item.amount.same_as(Quantity("0.3", "mg"))
    assert item.steps == ("3 actuat × 100 microgram/actuat = 300 microgram",)


@pytest.mark.hazard("H-019")
def test_a_dose_per_body_weight_uses_the_weight_of_its_own_row() -> None:
    item = only(a_patient().given("ketamine", "0.5 mg/kg", weight="70 kg", route="intravenous"))
    assert mg(item) == 35
    assert item.steps == ("0.5 mg/kg × 70 kg = 35 mg",)


@pytest.mark.hazard("H-019")
def test_a_weight_elsewhere_in_the_record_is_not_borrowed() -> None:
    built = a_patient().weight("70 kg").given("ketamine", "0.5 mg/kg", route="intravenous")
    assert refused(built).reason is RefusalReason.MISSING_WEIGHT


def test_each_asked_for_ingredient_of_a_combination_becomes_an_exposure() -> None:
    drug = a_drug(
        "oxycodone-acetaminophen", {"oxycodone": "5 mg/{tablet}", "acetaminophen": "325 mg/{tablet}"}
    )
    built = a_patient().given(drug, "2 {tablet}")
    (opioid,) = built.exposures("oxycodone").items
    assert (opioid.ingredient, mg(opioid)) == ("oxycodone", 10)
    both = built.exposures("oxycodone", "acetaminophen").items
    assert {item.ingredient: mg(item) for item in both} == {"oxycodone": 10, "acetaminophen": 650}


@pytest.mark.parametrize(
    ("dose", "strength", "reason", "words"),
    [
        (None, None, RefusalReason.MISSING_DOSE, "no dose is charted"),
        ("2 {tablet}", None, RefusalReason.AMBIGUOUS_STRENGTH, "strength is not stated"),
        ("2 {tablet}", "5 mg/mL", RefusalReason.AMBIGUOUS_STRENGTH, "its strength is 5 mg/mL"),
        ("2 {tablet}", "5 mg/{capsule}", RefusalReason.AMBIGUOUS_STRENGTH, "2 {tablet}"),
        ("2 {tablet}", "0 mg/{tablet}", RefusalReason.AMBIGUOUS_STRENGTH, "0 mg/{tablet}"),
        ("5 mL", None, RefusalReason.MISSING_CONCENTRATION, "5 mL of morphine"),
        ("5 mL", "5 mg/{tablet}", RefusalReason.MISSING_CONCENTRATION, "5 mL of morphine"),
        ("0.1 mg/kg", None, RefusalReason.MISSING_WEIGHT, "without a body weight"),
        ("1 mg/h", None, RefusalReason.AMBIGUOUS_DOSE, "is not a dose"),
        ("30 mmol", None, RefusalReason.UNKNOWN_UNIT, "leads to no mass"),
        ("3 1", "5 mg/{tablet}", RefusalReason.UNKNOWN_UNIT, "leads to no mass"),
        ("0 mg", None, RefusalReason.IMPLAUSIBLE, "a dose of zero"),
        (Quantity(-5, "mg"), None, RefusalReason.IMPLAUSIBLE, "-5 mg is negative"),
    ],
)
def test_a_dose_that_cannot_be_turned_into_mass_is_refused(dose, strength, reason, words) -> None:
    problem = refused(a_patient().given("morphine", dose, 3, strength=strength))
    assert problem.reason is reason
    assert words in problem.detail
    assert problem.remedy
    assert problem.start == problem.end == a_patient().when(3)
    assert problem.ingredient == "morphine"
    assert problem.events == ("administrations-0001",)
    assert "morphine, 2026-03-02 03:00" in problem.subject


def test_a_mass_of_a_combination_is_refused_because_it_may_be_of_either() -> None:
    drug = a_drug(
        "oxycodone-acetaminophen", {"oxycodone": "5 mg/{tablet}", "acetaminophen": "325 mg/{tablet}"}
    )
    problem = refused(a_patient().given(drug, "325 mg"), "oxycodone")
    assert problem.reason is RefusalReason.AMBIGUOUS_DOSE
    assert "how much of it is oxycodone" in problem.detail


def test_a_body_weight_of_zero_is_no_body_weight() -> None:
    built = a_patient().given("ketamine", "0.5 mg/kg", weight="0 kg")
    assert refused(built).reason is RefusalReason.MISSING_WEIGHT


def test_a_dose_not_given_leaves_neither_exposure_nor_refusal_and_stays_in_the_record() -> None:
    built = a_patient().held("morphine", "10 mg").given("morphine", "10 mg", 4)
    exposures = built.exposures()
    assert len(exposures.items) == 1
    assert not exposures.refused
    assert len(built.record().administrations) == 2


def test_a_row_not_given_is_no_refusal_even_if_it_cannot_be_read() -> None:
    exposures = a_patient().held("morphine", "10 mg", doubt="scribble").exposures()
    assert not exposures.items
    assert not exposures.refused


def test_a_dose_of_unknown_status_is_refused() -> None:
    problem = refused(a_patient().given("morphine", "10 mg", status=AdministrationStatus.UNKNOWN))
    assert problem.reason is RefusalReason.DOUBTED
    assert "does not say whether it was given" in problem.detail


def test_a_doubted_row_is_refused_with_its_raw_text() -> None:
    problem = refused(
        a_patient().given("morphine", "10 mg", doubt="ten times the order", raw="AMOUNT=10; UOM=mg")
    )
    assert problem.reason is RefusalReason.DOUBTED
    assert "ten times the order" in problem.detail
    assert "'AMOUNT=10; UOM=mg'" in problem.detail


def test_a_long_raw_text_is_quoted_in_part() -> None:
    problem = refused(a_patient().given("morphine", "10 mg", doubt="odd", raw="x" * 1000))
    assert problem.detail.endswith("xxx...'") or problem.detail.endswith("...'")
    assert len(problem.detail) < 300


def test_an_unconvertible_row_is_refused_whatever_number_it_carries() -> None:
    status = UnitStatus.UNCONVERTIBLE
    problem = refused(a_patient().given("morphine", "10 mg", unit_status=status, raw="RATE=ERROR"))
    assert problem.reason is RefusalReason.UNKNOWN_UNIT
    assert "RATE=ERROR" in problem.detail


def test_a_drug_that_was_not_resolved_is_refused_where_its_text_names_an_asked_for_ingredient() -> None:
    problem = refused(a_patient().given(Drug("FENTANYL (premix) #12"), "50 ug"), "fentanyl")
    assert problem.reason is RefusalReason.UNKNOWN_DRUG
    assert problem.ingredient == "fentanyl"


def test_a_brand_in_an_unresolved_text_is_known_for_what_it_is() -> None:
    problem = refused(a_patient().given(Drug("Dilaudid ??"), "1 mg"), "hydromorphone")
    assert (problem.reason, problem.ingredient) == (RefusalReason.UNKNOWN_DRUG, "hydromorphone")


@pytest.mark.parametrize("text", ["Ketorolac", "Remifentanil", "Sodium chloride"])
def test_an_unresolved_drug_is_not_matched_by_a_part_of_a_word(text: str) -> None:
    exposures = a_patient().given(Drug(text), "50 ug").exposures("fentanyl", "ketamine")
    assert not exposures.items
    assert not exposures.refused


def test_equal_doses_at_the_same_moment_both_count() -> None:
    """Removing equal rows is how another calculator loses half of two identical orders."""
    exposures = a_patient().given("morphine", "10 mg").given("morphine", "10 mg").exposures()
    assert sum(mg(item) for item in exposures.items) == 20


def test_as_needed_is_kept_on_what_was_given() -> None:
    assert only(a_patient().given("morphine", "10 mg", as_needed=True)).as_needed is True


def test_exposures_stand_in_order_of_time() -> None:
    items = a_patient().given("morphine", "1 mg", 5).given("morphine", "2 mg", 1).exposures().items
    assert [mg(item) for item in items] == [2, 1]


# --- infusions ---------------------------------------------------------------------------------------------


def test_a_rate_makes_an_amount_over_its_time() -> None:
    item = only(a_patient().infusion("fentanyl", "50 ug/h", 1, "7.5"))
    assert item.kind is ExposureKind.INFUSION
    assert item.amount.same_as(Quantity(325, "ug"))
    assert item.rate is not None
    assert item.rate.same_as(Quantity(50, "ug/h"))
    assert item.steps == ("50 microgram/h × 6.5 h = 325 microgram",)


@pytest.mark.hazard("H-001")
def test_a_rate_per_minute_is_run_in_minutes() -> None:
    assert mg(only(a_patient().infusion("ketamine", "0.5 mg/min", 0, 1))) == 30


def test_a_total_is_spread_evenly_over_its_time() -> None:
    item = only(a_patient().infusion("morphine", None, 0, 6, dose="12 mg"))
    assert mg(item) == 12
    assert item.rate is not None
    assert item.rate.in_("mg/h") == 2


def test_a_rate_per_body_weight_and_hour() -> None:
    item = only(a_patient().infusion("ketamine", "0.1 mg/kg/h", 0, 2, weight="70 kg"))
    assert mg(item) == 14
    assert item.steps == ("0.1 mg/kg/h × 70 kg = 7 mg/h", "7 mg/h × 2 h = 14 mg")


def test_a_volume_rate_with_a_concentration() -> None:
    item = only(a_patient().infusion("morphine", "3 mL/h", 0, 2, strength="1 mg/mL"))
    assert mg(item) == 6
    assert item.steps == ("3 mL/h × 1 mg/mL = 3 mg/h", "3 mg/h × 2 h = 6 mg")


def test_amount_and_rate_that_agree_count_once() -> None:
    item = only(a_patient().infusion("fentanyl", "50 ug/h", 0, 2, dose="100 ug"))
    assert item.amount.in_("ug") == 100
    assert item.note == ""


def test_where_amount_and_rate_differ_by_rounding_the_amount_counts_and_the_note_says_so() -> None:
    item = only(a_patient().infusion("fentanyl", "50 ug/h", 0, 2, dose="100.2 ug"))
    assert item.amount.in_("ug") == Fraction("100.2")
    assert "charted amount 100.2 microgram is used" in item.note


@pytest.mark.parametrize("dose", ["200 ug", "50 ug", "0.1 g"])
def test_amount_and_rate_that_contradict_each_other_are_refused(dose: str) -> None:
    problem = refused(a_patient().infusion("fentanyl", "50 ug/h", 0, 2, dose=dose))
    assert problem.reason is RefusalReason.AMBIGUOUS_DOSE
    assert "the charted rate makes 100 microgram" in problem.detail
    assert (problem.start, problem.end) == (a_patient().when(0), a_patient().when(2))


def test_the_share_of_agreement_is_of_the_larger_figure_and_belongs_to_it() -> None:
    share = setting("rate_agreement").value
    edge, beyond = Quantity(100 * (1 - share), "ug"), Quantity(100 * (1 - share) - Fraction(1, 1000), "ug")
    assert only(a_patient().infusion("fentanyl", "50 ug/h", 0, 2, dose=edge)).amount == edge
    assert (
        refused(a_patient().infusion("fentanyl", "50 ug/h", 0, 2, dose=beyond)).reason
        is RefusalReason.AMBIGUOUS_DOSE
    )


def test_a_figure_that_cannot_be_compared_does_not_hide_the_one_that_can() -> None:
    item = only(a_patient().infusion("fentanyl", "50 ug/h", 0, 2, dose="40 mL"))
    assert item.amount.in_("ug") == 100
    assert "not compared with the other charted figure: 40 mL of fentanyl" in item.note


@pytest.mark.parametrize(
    ("rate", "end", "reason"),
    [
        ("5 mL/h", 4, RefusalReason.MISSING_CONCENTRATION),
        ("0.1 mg/kg/h", 4, RefusalReason.MISSING_WEIGHT),
        ("5 mg", 4, RefusalReason.AMBIGUOUS_DOSE),
        ("5 mg/h", None, RefusalReason.MISSING_TIMING),
        ("5 mg/h", 0, RefusalReason.MISSING_TIMING),
        (None, 4, RefusalReason.MISSING_DOSE),
        (Quantity(-1, "mg/h"), 4, RefusalReason.IMPLAUSIBLE),
    ],
)
def test_an_infusion_that_cannot_be_counted_is_refused(rate, end, reason) -> None:
    problem = refused(a_patient().infusion("morphine", rate, 0, end))
    assert problem.reason is reason
    assert problem.end == (a_patient().when(end) if end is not None else None)


def test_a_negative_rate_is_refused_even_beside_a_plausible_amount() -> None:
    problem = refused(a_patient().infusion("morphine", Quantity(-1, "mg/h"), 0, 4, dose="4 mg"))
    assert problem.reason is RefusalReason.IMPLAUSIBLE


def test_a_paused_infusion_is_nothing_given() -> None:
    exposures = (
        a_patient().rates("morphine", [(0, "2 mg/h"), (2, "0 mg/h"), (3, "1 mg/h")], until=5).exposures()
    )
    assert not exposures.refused
    assert [mg(item) for item in exposures.items] == [4, 2]


def test_an_amount_beside_a_rate_of_zero_is_a_contradiction() -> None:
    assert (
        refused(a_patient().infusion("morphine", "0 mg/h", 0, 2, dose="5 mg")).reason
        is RefusalReason.AMBIGUOUS_DOSE
    )


def test_an_infusion_of_no_length_with_an_amount_is_one_dose() -> None:
    item = only(a_patient().infusion("fentanyl", None, 3, 3, dose="50 ug"))
    assert item.kind is ExposureKind.DOSE
    assert item.rate is None
    assert "counted as one dose" in item.note


def test_changes_of_rate_are_successive_administrations() -> None:
    items = a_patient().rates("morphine", [(0, "1 mg/h"), (4, "2 mg/h")], until=10).exposures().items
    assert [(mg(item), item.end - item.start) for item in items] == [
        (4, timedelta(hours=4)),
        (12, timedelta(hours=6)),
    ]


# --- pumps -------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-036")
def test_a_pump_gives_its_basal_rate_and_its_delivered_demand_doses() -> None:
    items = a_patient().pca("hydromorphone", 0, 8, basal="0.2 mg/h", demand="2.4 mg").exposures().items
    found = {item.kind: item for item in items}
    assert mg(found[ExposureKind.INFUSION]) == Fraction("1.6")
    demand = found[ExposureKind.PCA_DEMAND]
    assert mg(demand) == Fraction("2.4")
    assert demand.rate is not None
    assert demand.rate.in_("mg/h") == Fraction("0.3")
    assert "spread evenly" in demand.note


def test_demand_doses_show_their_unit_steps() -> None:
    item = only(a_patient().pca("hydromorphone", 0, 8, demand="12 mL", strength="0.2 mg/mL"))
    assert item.steps == ("12 mL × 0.2 mg/mL = 2.4 mg",)
    assert only(a_patient().pca("hydromorphone", 0, 8, demand="2.4 mg")).steps == ("2.4 mg",)


def test_no_demand_dose_delivered_is_nothing_given() -> None:
    exposures = a_patient().pca("hydromorphone", demand="0 mg").exposures()
    assert not exposures.items
    assert not exposures.refused


@pytest.mark.hazard("H-036")
def test_demand_doses_without_an_interval_are_refused() -> None:
    problem = refused(a_patient().pca("hydromorphone", 0, None, demand="2 mg"))
    assert problem.reason is RefusalReason.MISSING_TIMING


def test_demand_doses_without_an_amount_are_refused() -> None:
    built = a_patient().infusion("x", None).events[0][1]
    from dataclasses import replace

    from adjuvant.record import AdministrationKind

    pump = replace(built, kind=AdministrationKind.PCA_DEMAND)
    assert refused(a_patient().add("administrations", pump)).reason is RefusalReason.MISSING_DOSE


def test_demand_doses_charted_at_one_moment_are_one_dose() -> None:
    item = only(a_patient().pca("hydromorphone", 4, 4, demand="2 mg"))
    assert (item.kind, mg(item)) == (ExposureKind.DOSE, 2)


# --- all of it ---------------------------------------------------------------------------------------------


def test_drugs_that_were_not_asked_for_leave_nothing() -> None:
    built = a_patient().given("ondansetron", "4 mg").given("ondansetron", None, 2)
    exposures = built.exposures("morphine")
    assert exposures.items == ()
    assert exposures.refused == ()


def test_bases_are_never_mixed() -> None:
    built = (
        a_patient()
        .given("morphine", "10 mg")
        .order("morphine", "15 mg", times=4)
        .dispense("morphine", "60 {tablet}", 30, strength="15 mg/{tablet}")
    )
    for basis, total in ((Basis.ADMINISTERED, 10), (Basis.ORDERED, 60), (Basis.DISPENSED, 900)):
        exposures = built.exposures(basis=basis)
        assert exposures.basis is basis
        assert {item.basis for item in exposures.items} == {basis}
        assert sum(mg(item) for item in exposures.items) == total
