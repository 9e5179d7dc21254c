"""What was ordered and what was dispensed, each on its own basis."""

from __future__ import annotations

from fractions import Fraction

import pytest

from adjuvant.quantity import UnitStatus
from adjuvant.record import Basis, Drug, Exposure, ExposureKind, Refusal, RefusalReason
from builders import a_drug, a_patient

PATCH_25 = Drug("72 HR Fentanyl 0.025 MG/HR Transdermal System", a_drug("fentanyl", "25 ug/h").ingredients)


def ordered(built) -> Exposure:
    exposures = built.exposures(basis=Basis.ORDERED)
    assert not exposures.refused, exposures.refused
    (item,) = exposures.items
    assert item.basis is Basis.ORDERED
    return item


def dispensed(built) -> Exposure:
    exposures = built.exposures(basis=Basis.DISPENSED)
    assert not exposures.refused, exposures.refused
    (item,) = exposures.items
    assert item.basis is Basis.DISPENSED
    return item


def refused(built, basis: Basis = Basis.ORDERED, *ingredients: str) -> Refusal:
    exposures = built.exposures(*ingredients, basis=basis)
    assert not exposures.items, exposures.items
    (problem,) = exposures.refused
    assert problem.remedy
    return problem


# --- orders ------------------------------------------------------------------------------------------------


def test_scheduled_doses_are_spread_over_the_span_of_the_order() -> None:
    item = ordered(a_patient().order("morphine", "15 mg", 0, 36, times=4))
    assert item.amount.in_("mg") == 90
    assert item.rate is not None
    assert item.rate.in_("mg/d") == 60
    assert item.kind is ExposureKind.INFUSION
    assert item.steps == ("15 mg × 4 a day = 60 mg/d",)
    assert "as ordered" in item.note


def test_a_third_of_a_dose_a_day_stays_exact() -> None:
    item = ordered(a_patient().order("methadone", "10 mg", 0, 24, times=Fraction(1, 3)))
    assert item.amount.in_("mg") == Fraction(10, 3)


def test_tablets_are_counted_by_their_strength() -> None:
    item = ordered(a_patient().order("oxycodone", "2 {tablet}", times=3, strength="5 mg/{tablet}"))
    assert item.amount.in_("mg") == 30
    assert item.steps[0] == "2 tablet × 5 mg/tablet = 10 mg"


def test_a_continuous_rate_runs_over_the_span_of_the_order() -> None:
    item = ordered(a_patient().order("hydromorphone", None, 0, 12, rate="0.2 mg/h", route="subcutaneous"))
    assert item.amount.in_("mg") == Fraction("2.4")


def test_the_content_of_a_bag_is_no_dose_beside_a_rate() -> None:
    item = ordered(a_patient().order("fentanyl", "2500 ug", 0, 10, rate="50 ug/h", route="intravenous"))
    assert item.amount.in_("ug") == 500


@pytest.mark.parametrize("fields", [{"every_hours": Fraction(72)}, {"times": Fraction(1, 3)}])
@pytest.mark.parametrize("form", ["patch", None])
def test_a_patch_is_ordered_by_its_release_and_its_change(fields, form) -> None:
    built = a_patient().order(
        "fentanyl", None, 0, 144, rate="50 ug/h", route="transdermal", form=form, **fields
    )
    item = ordered(built)
    assert item.kind is ExposureKind.PATCH
    assert item.amount.in_("mg") == Fraction("7.2")
    assert item.wear_hours == 72


def test_how_often_a_patch_is_changed_does_not_multiply_its_release() -> None:
    built = a_patient().order(PATCH_25, "1 {patch}", 0, 24, times=Fraction(1, 2), route="transdermal")
    item = ordered(built)
    assert item.rate is not None
    assert item.rate.in_("ug/h") == 25
    assert item.wear_hours == 48


def test_two_orders_of_the_same_drug_add_and_so_do_two_identical_ones() -> None:
    built = a_patient().order("morphine", "15 mg", times=2).order("morphine", "15 mg", times=2)
    assert sum(i.amount.in_("mg") for i in built.exposures(basis=Basis.ORDERED).items) == 60


def test_an_as_needed_order_is_marked_and_carries_the_most_it_allows() -> None:
    item = ordered(a_patient().order("morphine", "15 mg", times=6, as_needed=True))
    assert item.as_needed is True
    assert item.amount.in_("mg") == 90
    assert "the most that the order allows" in item.note


def test_the_most_of_an_as_needed_range_is_its_upper_end() -> None:
    item = ordered(a_patient().order("morphine", "5 mg", times=6, as_needed=True, dose_high="10 mg"))
    assert item.amount.in_("mg") == 60


@pytest.mark.parametrize(
    ("fields", "reason", "words"),
    [
        ({"start": None}, RefusalReason.MISSING_TIMING, "no start"),
        ({"end": None}, RefusalReason.MISSING_TIMING, "no end"),
        ({"times": None}, RefusalReason.MISSING_TIMING, "how many doses a day"),
        ({"end": 0}, RefusalReason.IMPLAUSIBLE, "does not end after it starts"),
        ({"start": 9, "end": 3}, RefusalReason.IMPLAUSIBLE, "does not end after it starts"),
        ({"dose": None}, RefusalReason.MISSING_DOSE, "neither dose nor rate"),
        ({"dose_high": "10 mg"}, RefusalReason.AMBIGUOUS_DOSE, "range, 5 mg to 10 mg"),
        ({"dose": "0 mg"}, RefusalReason.IMPLAUSIBLE, "0 mg/d is ordered"),
        ({"rate": "1 mg/h"}, RefusalReason.AMBIGUOUS_DOSE, "both a rate"),
        ({"rate": "1 mL/h", "times": None}, RefusalReason.MISSING_CONCENTRATION, "1 mL/h"),
        ({"dose": "1 {tablet}"}, RefusalReason.AMBIGUOUS_STRENGTH, "strength is not stated"),
        ({"status": "on-hold"}, RefusalReason.DOUBTED, "'on-hold'"),
        ({"status": "unknown"}, RefusalReason.DOUBTED, "'unknown'"),
        ({"statement": True}, RefusalReason.DOUBTED, "statement of use"),
        ({"doubt": "0.5-1 mg"}, RefusalReason.DOUBTED, "0.5-1 mg"),
        ({"unit_status": UnitStatus.UNCONVERTIBLE}, RefusalReason.UNKNOWN_UNIT, "unit cannot be read"),
        (
            {"form": "patch", "dose": "25 ug/h", "times": None},
            RefusalReason.MISSING_TIMING,
            "how often the patch",
        ),
        ({"form": "patch", "dose": "5 mg"}, RefusalReason.AMBIGUOUS_DOSE, "not what it releases"),
    ],
)
def test_an_order_that_cannot_be_counted_is_refused(fields, reason, words) -> None:
    fields = {"dose": "5 mg", "start": 0, "end": 24, "times": 4} | fields
    problem = refused(a_patient().order("morphine", **fields))
    assert problem.reason is reason
    assert words in problem.detail


def test_the_upper_end_alone_says_what_the_most_is() -> None:
    item = ordered(a_patient().order("morphine", None, times=4, as_needed=True, dose_high="10 mg"))
    assert item.amount.in_("mg") == 40


def test_an_order_refused_for_its_end_makes_all_time_from_its_start_incomplete() -> None:
    problem = refused(a_patient().order("morphine", "5 mg", 6, None, times=4))
    assert (problem.start, problem.end) == (a_patient().when(6), None)


def test_an_order_that_ends_before_it_starts_does_not_say_until_when() -> None:
    problem = refused(a_patient().order("morphine", "5 mg", 6, 2, times=4))
    assert (problem.start, problem.end) == (a_patient().when(6), None)


@pytest.mark.parametrize("status", ["cancelled", "draft", "entered-in-error"])
def test_an_order_that_never_came_into_force_leaves_nothing(status: str) -> None:
    exposures = a_patient().order("morphine", "5 mg", times=4, status=status).exposures(basis=Basis.ORDERED)
    assert not exposures.items
    assert not exposures.refused


def test_an_ordered_drug_that_was_not_resolved_is_refused_where_its_text_names_it() -> None:
    problem = refused(
        a_patient().order(Drug("Morphine (brand X)"), "5 mg", times=4), Basis.ORDERED, "morphine"
    )
    assert problem.reason is RefusalReason.UNKNOWN_DRUG


# --- dispenses ---------------------------------------------------------------------------------------------


def test_a_supply_is_spread_over_its_days() -> None:
    item = dispensed(a_patient().dispense("oxycodone", "90 {tablet}", 30, strength="5 mg/{tablet}"))
    assert item.amount.in_("mg") == 450
    assert item.rate is not None
    assert item.rate.in_("mg/d") == 15
    assert item.end - item.start == (a_patient().when(720) - a_patient().when(0))
    assert item.steps == ("90 tablet × 5 mg/tablet = 450 mg", "450 mg / 30 d = 15 mg/d")


def test_a_supply_for_one_day_is_a_supply() -> None:
    item = dispensed(a_patient().dispense("oxycodone", "1 {tablet}", 1, strength="5 mg/{tablet}"))
    assert item.amount.in_("mg") == 5


def test_a_volume_is_counted_by_its_concentration() -> None:
    """The worked example of a nasal spray: 2.5 mL of 10 mg/mL in 30 days."""
    item = dispensed(a_patient().dispense("butorphanol", "2.5 mL", 30, strength="10 mg/mL", route="nasal"))
    assert item.amount.in_("mg") == 25


def test_patches_that_fill_their_days_one_after_another_are_one_at_a_time() -> None:
    item = dispensed(a_patient().dispense(PATCH_25, "10 {patch}", 30, route="transdermal"))
    assert item.kind is ExposureKind.PATCH
    assert item.rate is not None
    assert item.rate.in_("ug/h") == 25
    assert item.wear_hours == 72
    assert item.steps[-1] == "10 patch × 72 h / 30 d = 1 at a time"


def test_twice_as_many_patches_are_two_at_a_time() -> None:
    item = dispensed(a_patient().dispense(PATCH_25, "20 {patch}", 30, route="transdermal", form="patch"))
    assert item.rate is not None
    assert item.rate.in_("ug/h") == 50


@pytest.mark.parametrize(
    ("drug", "quantity", "days", "reason", "words"),
    [
        ("morphine", None, 30, RefusalReason.MISSING_DOSE, "quantity is not stated"),
        ("morphine", "30 {tablet}", None, RefusalReason.MISSING_TIMING, "days of supply"),
        ("morphine", "30 {tablet}", 10, RefusalReason.AMBIGUOUS_STRENGTH, "strength is not stated"),
        ("morphine", "30 {tablet}", 0, RefusalReason.IMPLAUSIBLE, "for 0 d"),
        ("morphine", "0 mg", 10, RefusalReason.IMPLAUSIBLE, "0 mg for 10 d"),
        (PATCH_25, "7 {patch}", 30, RefusalReason.AMBIGUOUS_DOSE, "7 patch of 72 HR do not fill 30 d"),
        (
            a_drug("fentanyl", "25 ug/h"),
            "10 {patch}",
            30,
            RefusalReason.MISSING_TIMING,
            "stays on is not stated",
        ),
        (a_drug("fentanyl"), "10 {patch}", 30, RefusalReason.AMBIGUOUS_STRENGTH, "strength is not stated"),
    ],
)
def test_a_supply_that_cannot_be_counted_is_refused(drug, quantity, days, reason, words) -> None:
    problem = refused(a_patient().dispense(drug, quantity, days), Basis.DISPENSED)
    assert problem.reason is reason
    assert words in problem.detail


def test_a_doubted_supply_is_refused() -> None:
    problem = refused(a_patient().dispense("morphine", "300 mg", 10, doubt="two labels"), Basis.DISPENSED)
    assert problem.reason is RefusalReason.DOUBTED
    assert problem.start == a_patient().when(0)
